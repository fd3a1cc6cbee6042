"""`trainingmgr import`."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from tests import rosters
from tests.factories import Cast, make_training
from trainingmgr.models import Person, Registration


@pytest.fixture(autouse=True)
def training(session: Session, cast: Cast) -> None:
    make_training(session, cast.organisation, code="IMP")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAININGMGR_LANGUAGE", "en")


def run(app: Flask, tmp_path: Path, data: bytes, *options: str, code: str = "IMP") -> Result:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(data)
    return app.test_cli_runner().invoke(args=["import", code, str(file), *options])


def people(session: Session) -> int:
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0


GOOD = rosters.xlsx([rosters.HEADER, *rosters.PEOPLE])


def test_a_roster_is_imported(app: Flask, session: Session, tmp_path: Path) -> None:
    done = run(app, tmp_path, GOOD)
    assert done.exit_code == 0
    assert "Added 3, changed 0" in done.output
    assert people(session) == 3


def test_a_dry_run_writes_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    done = run(app, tmp_path, GOOD, "--dry-run")
    assert done.exit_code == 0
    assert "Would add 3" in done.output
    assert people(session) == 0


def test_the_same_file_again_says_so_and_exits_0(app: Flask, session: Session, tmp_path: Path) -> None:
    run(app, tmp_path, GOOD)
    done = run(app, tmp_path, GOOD)
    assert done.exit_code == 0
    assert "Nothing to do: all 3 people" in done.output
    assert people(session) == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (rosters.bad_id_numbers(), ["Row 3", "check digit"]),
        (rosters.without_names(), ["Row 3", "name is missing"]),
        (rosters.twice(), ["Row 2", "Row 5", "The same person"]),
        (rosters.excel_rounded(), ["Row 2", "rounded"]),
        (rosters.excel_rounded_csv(), ["Row 2", "rounded"]),
        (rosters.headless(), ["No header row"]),
        (rosters.old_xls(), ["old kind"]),
        (rosters.sparse(), ["XFD"]),
    ],
)
def test_what_is_wrong_is_named_and_exits_1(
    app: Flask, session: Session, tmp_path: Path, data: bytes, said: list[str]
) -> None:
    for options in ((), ("--dry-run",)):
        done = run(app, tmp_path, data, *options)
        assert done.exit_code == 1
        for words in said:
            assert words in done.output
    assert people(session) == 0


def test_an_update_is_shown_and_made_only_when_asked_for(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    run(app, tmp_path, GOOD)
    changed = rosters.xlsx(
        [rosters.HEADER, (1, "陈一鸣", "四川省成都市民政局", "局长", None, rosters.id_number(1))]
    )
    done = run(app, tmp_path, changed)
    assert done.exit_code == 1
    assert "Post: 副局长 → 局长" in done.output
    post = sa.select(Registration.post).join(Person).where(Person.name == "陈一鸣")
    assert session.scalar(post) == "副局长"
    done = run(app, tmp_path, changed, "--update")
    assert done.exit_code == 0
    session.expire_all()
    assert session.scalar(post) == "局长"


def test_the_report_as_json_names_each_row(app: Flask, tmp_path: Path) -> None:
    done = run(app, tmp_path, rosters.twice(), "--json")
    report = json.loads(done.output)
    assert done.exit_code == 1
    assert report["refused"] == "import_faulty"
    assert report["written"] is False
    assert [row["row"] for row in report["rows"] if row["problems"]] == [2, 5]
    assert rosters.id_number(1) not in done.output
    report = json.loads(run(app, tmp_path, rosters.sparse(), "--json").output)
    assert report["refused"] == "file_too_sparse"


def test_wrong_usage_exits_2_and_an_unknown_training_1(app: Flask, tmp_path: Path) -> None:
    assert app.test_cli_runner().invoke(args=["import", "IMP", str(tmp_path / "none.xlsx")]).exit_code == 2
    assert run(app, tmp_path, GOOD, code="NOWHERE").exit_code == 1


def test_messages_come_in_chinese_too(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAININGMGR_LANGUAGE", "zh")
    done = run(app, tmp_path, rosters.without_names())
    assert "第 3 行" in done.output
    assert "缺少姓名" in done.output
