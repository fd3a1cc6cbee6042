"""The roster on the command line."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import IdDocument, IdType
from trainingmgr.services import roster


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    training = make_training(session, cast.organisation, code="CD2026")
    facts = Facts(name="王小明", unit="=成都", document=IdDocument(IdType.PASSPORT, "E12345678"))
    roster.add(cast.actor(), training.id, facts)
    return training.code


def test_the_roster_is_printed_with_masked_numbers(app: Flask, code: str) -> None:
    done = app.test_cli_runner().invoke(args=["roster", code])
    assert done.exit_code == 0
    assert "王小明" in done.output
    assert "E12345678" not in done.output
    assert "E*****678" in done.output


def test_json_and_csv_hold_the_same_people(app: Flask, code: str) -> None:
    run = app.test_cli_runner().invoke
    data = json.loads(run(args=["roster", code, "--json"]).output)
    assert [one["name"] for one in data["people"]] == ["王小明"]
    assert data["people"][0]["id_number"] == "E*****678"
    assert "'=成都" in run(args=["roster", code, "--format", "csv"]).output


def texts(workbook: Path | BytesIO) -> list[Any]:
    return [cell.value for row in openpyxl.load_workbook(workbook).worksheets[0].iter_rows() for cell in row]


def test_a_workbook_goes_to_a_file_and_the_ending_tells_the_format(
    app: Flask, code: str, tmp_path: Path
) -> None:
    file = tmp_path / "名册.xlsx"
    assert app.test_cli_runner().invoke(args=["roster", code, "--out", str(file)]).exit_code == 0
    assert "王小明" in texts(file)


def test_a_workbook_is_piped_on_and_never_thrown_at_a_terminal(
    app: Flask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = app.test_cli_runner().invoke(args=["roster", code, "--format", "xlsx"])
    assert piped.exit_code == 0
    assert "王小明" in texts(BytesIO(piped.stdout_bytes))
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True, raising=False)
    refused = app.test_cli_runner().invoke(args=["roster", code, "--format", "xlsx"])
    assert refused.exit_code == 2
    assert "--out FILE" in refused.output


def test_an_unknown_code_is_refused(app: Flask, cast: Cast) -> None:
    done = app.test_cli_runner().invoke(args=["roster", "NOPE"])
    assert done.exit_code == 1


def test_a_file_that_cannot_be_written_is_named_in_a_sentence(app: Flask, code: str, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "a.csv"
    done = app.test_cli_runner().invoke(args=["roster", code, "--out", str(file)])
    assert done.exit_code == 1
    assert str(file) in done.output
    assert isinstance(done.exception, SystemExit)
