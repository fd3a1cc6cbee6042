import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import Attendance, Training


@pytest.fixture
def training(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Training:
    monkeypatch.setenv("TRAININGMGR_LANGUAGE", "en")
    training = make_training(session, cast.organisation, code="CD")
    lecture = make_session(session, training, title_zh="开班式", compulsory=True)
    make_session(session, training, title_zh="专题授课", title_en="Lecture")
    good = make_registration(session, training, "张伟", sort_key="1")
    make_registration(session, training, "欧阳娜娜", sort_key="2", status=RegistrationStatus.WITHDRAWN)
    session.add(
        Attendance(
            training_id=training.id,
            session_id=lecture.id,
            registration_id=good.id,
            mark=AttendanceMark.ABSENT,
        )
    )
    session.commit()
    return training


def marks(session: Session) -> list[str]:
    session.rollback()
    return sorted(one.value for one in session.scalars(sa.select(Attendance.mark)))


def test_a_file_is_taken_over_and_again_changes_nothing(
    app: Flask, session: Session, training: Training, tmp_path: Path
) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("姓名,开班式,专题授课\n张伟,出勤,迟到\n", encoding="gb18030")
    run = app.test_cli_runner().invoke
    dry = run(args=["attendance", "import", "CD", str(file), "--dry-run"])
    assert (dry.exit_code, marks(session)) == (0, ["absent"])
    assert "Marks to add: 1, to change: 1" in dry.output
    done = run(args=["attendance", "import", "cd", str(file), "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    assert (report["written"], report["new"], report["changed"]) == (True, 1, 1)
    assert marks(session) == ["late", "present"]
    again = run(args=["attendance", "import", "CD", str(file)])
    assert (again.exit_code, again.output) == (0, "Nothing to do: the marks stand like this already (2).\n")


def test_a_faulty_file_is_refused_with_every_row_named(
    app: Flask, session: Session, training: Training, tmp_path: Path
) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("姓名,专题授课\n张伟,出勤\n李四,出勤\n欧阳娜娜,迟到\n张伟,??\n", encoding="utf-8")
    run = app.test_cli_runner().invoke
    refused = run(args=["attendance", "import", "CD", str(file)])
    assert refused.exit_code == 1
    for words in (
        "Row 3: 李四 is not on the roster.",
        "Row 4: 欧阳娜娜 is not on the class",
        "Row 5 (张伟)",
        "first: 3",
    ):
        assert words in refused.output
    report = json.loads(run(args=["attendance", "import", "CD", str(file), "--json"]).output)
    assert [one["row"] for one in report["problems"]] == [3, 4, 5]
    assert marks(session) == ["absent"]


def test_wrong_usage_and_unknown_trainings_are_told_apart(
    app: Flask, training: Training, tmp_path: Path
) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["attendance", "import", "CD", str(tmp_path / "none.csv")]).exit_code == 2
    assert run(args=["eligible", "NONE"]).exit_code == 1


def test_eligible_tells_the_reason_for_each_person(app: Flask, training: Training) -> None:
    run = app.test_cli_runner().invoke
    table = run(args=["eligible", "CD"])
    assert table.exit_code == 0
    assert (
        "Missed a compulsory session: 开班式" in table.output
        or "Missed a compulsory session: Lecture" in table.output
    )
    assert "Not on the class: Withdrawn" in table.output
    assert "0 of 2 may get a certificate." in table.output
    report = json.loads(run(args=["eligible", "CD", "--json"]).output)
    assert (report["eligible"], report["planned"]) == (0, "4")
    assert [one["shortfalls"] for one in report["people"]] == [
        ["compulsory_missed", "too_few_hours", "not_marked"],
        ["not_on_class", "too_few_hours", "not_marked"],
    ]
    assert report["people"][0]["needed"] == "3.43"
