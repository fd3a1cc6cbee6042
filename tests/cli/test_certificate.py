"""`issue`, `revoke` and `verify` as an operator types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, text_of
from tests.factories import Cast, make_registration
from trainingmgr.services.certificate import pause, start_issue


def call(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def report(result: Result) -> Any:
    return json.loads(result.stdout)


def test_issue_serves_everybody_waits_and_lays_the_files_out(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 2, code="CLI")
    add_person(session, training, "王小明")
    make_registration(session, training, "缺席者")
    result = call(app, "issue", "CLI", "--out", str(tmp_path / "out"), "--date", "2026-05-20", "--json")
    assert result.exit_code == 0, result.output
    told = report(result)
    assert (told["issued"], told["valid"], told["without"], told["files"]) == (3, 3, 0, 3)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names[-1] == "CLI-0003_王小明.pdf"
    text = text_of((tmp_path / "out" / names[-1]).read_bytes(), tmp_path)
    assert "二〇二六年五月二十日" in text


def test_issue_says_so_where_nobody_may_get_one(app: Flask, session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0, code="EARLY")
    make_registration(session, training, "缺席者")
    result = call(app, "issue", "EARLY")
    assert result.exit_code == 0
    assert "nobody may get a certificate yet" in result.output
    assert "trainingmgr eligible EARLY" in result.output


def test_a_folder_that_cannot_be_made_is_refused_before_a_number_is_taken(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 1, code="OUT")
    (tmp_path / "file").write_text("")
    result = call(app, "issue", "OUT", "--out", str(tmp_path / "file" / "out"), "--json")
    assert (result.exit_code, report(result)["refused"]) == (1, "file_unusable")
    assert certificates(session, training) == []


def test_issue_does_not_wait_for_an_order_that_somebody_has_held_up(
    app: Flask, session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 1, code="HELD")
    job = start_issue(cast.actor(), training)
    assert job is not None
    pause(cast.actor(), job)
    result = call(app, "issue", "HELD", "--json")
    assert (result.exit_code, report(result)["refused"]) == (1, "certificate.order_paused")


@pytest.mark.parametrize(
    ("language", "people", "words"),
    [
        ("en", 1, ("1 certificate issued.", "1 PDF lies in")),
        ("en", 2, ("2 certificates issued.", "2 PDFs lie in")),
        ("zh", 2, ("已颁发 2 张证书。", "2 份 PDF 已存入")),
    ],
)
def test_issue_says_in_words_how_many_and_where(
    app: Flask,
    session: Session,
    cast: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    people: int,
    words: tuple[str, str],
) -> None:
    monkeypatch.setenv("TRAININGMGR_LANGUAGE", language)
    make_class(session, cast, people, code="WORDS")
    result = call(app, "issue", "WORDS", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert all(one in result.output for one in ("WORDS", str(tmp_path / "out"), *words))


def test_issuing_again_issues_nothing_and_is_no_failure(app: Flask, session: Session, cast: Cast) -> None:
    issue(cast, make_class(session, cast, 2, code="AGAIN"))
    result = call(app, "issue", "AGAIN", "--json")
    assert (result.exit_code, report(result)["issued"]) == (0, 0)


def test_issue_names_whom_it_could_not_serve_and_fails(app: Flask, session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1, code="ODD")
    add_person(session, training, "王\U0003134a")
    result = call(app, "issue", "ODD", "--json")
    assert result.exit_code == 1
    told = report(result)
    assert (told["issued"], told["without"]) == (1, 1)
    assert told["failures"][0]["refused"] == "certificate.character_missing"


def test_a_refused_order_is_exit_1_and_a_wrong_date_is_exit_2(
    app: Flask, session: Session, cast: Cast
) -> None:
    make_class(session, cast, 1, code="DATE")
    assert call(app, "issue", "DATE", "--date", "2026-01-01").exit_code == 1
    assert call(app, "issue", "DATE", "--date", "soon").exit_code == 2
    assert call(app, "issue", "NOSUCH").exit_code == 1


def test_verify_knows_a_file_a_serial_and_a_code(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 1, code="VER")
    call(app, "issue", "VER", "--out", str(tmp_path))
    (row,) = certificates(session, training)
    code = row.code
    (file,) = tmp_path.glob("VER-0001_*.pdf")
    good = call(app, "verify", str(file), "--json")
    assert (good.exit_code, report(good)["status"], report(good)["serial"]) == (0, "valid", "VER-0001")
    assert call(app, "verify", "VER-0001").exit_code == 0
    assert call(app, "verify", "VER-0001", "--code", code).exit_code == 0
    wrong = call(app, "verify", "VER-0001", "--code", "A" * 26, "--json")
    assert (wrong.exit_code, report(wrong)["status"]) == (1, "unknown")
    file.write_bytes(file.read_bytes() + b"\n")
    assert report(call(app, "verify", str(file), "--json"))["status"] == "altered"


def test_verify_tells_a_file_that_is_not_there_from_a_certificate_that_is_not_known(
    app: Flask, tmp_path: Path
) -> None:
    missing = call(app, "verify", str(tmp_path / "DM-0001.pdf"))
    assert missing.exit_code == 2
    assert "There is no file" in missing.output
    assert call(app, "verify", "DM-0001.pdf").exit_code == 2
    assert call(app, "verify", "DM-0001").exit_code == 1


def test_revoke_needs_a_reason_and_verify_tells(app: Flask, session: Session, cast: Cast) -> None:
    issue(cast, make_class(session, cast, 1, code="REV"))
    assert call(app, "revoke", "REV-0001").exit_code == 2
    done = call(app, "revoke", "REV-0001", "--reason", "姓名有误", "--json")
    assert (done.exit_code, report(done)["status"]) == (0, "revoked")
    told = call(app, "verify", "REV-0001", "--json")
    assert (told.exit_code, report(told)["status"]) == (1, "revoked")
    assert "Another reason" in call(app, "verify", "REV-0001").output
    assert call(app, "revoke", "REV-0001", "--reason", "再次").exit_code == 1
    assert call(app, "revoke", "NOSUCH", "--reason", "x").exit_code == 1
