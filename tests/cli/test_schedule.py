import json
import re

import icalendar
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from tests.timetables import make_timetable
from trainingmgr.cli._table import padded, width


@pytest.fixture(autouse=True)
def _class(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    training = make_training(session, cast.organisation, code="CLASS")
    make_timetable(session, training, cast.organisation, 10)
    monkeypatch.setenv("TRAININGMGR_LANGUAGE", "zh")


def test_the_terminals_columns_stand_under_each_other(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["schedule", "CLASS"])
    assert result.exit_code == 0
    assert "2026年5月11日（周一）" in result.output
    heads = [line for line in result.output.splitlines() if re.match(r"  \d\d:\d\d-", line)]
    assert len(heads) == 10
    assert len({width(line[: line.index("第")]) for line in heads}) == 1
    assert "陈越良（中央组织部组织二局局长）" in result.output


def test_json_holds_every_session_with_its_contributors(app: Flask) -> None:
    for arguments in (["--format", "json"], ["--json"]):
        result = app.test_cli_runner().invoke(args=["schedule", "class", *arguments])
        document = json.loads(result.output)
        sessions = [session for day in document["days"] for session in day["sessions"]]
        assert len(sessions) == 10
        assert sessions[0]["starts_at"] == "2026-05-11T00:00:00+00:00"
        assert [one["type"] for one in sessions[0]["contributors"]] == ["person", "unit", "unnamed"]


def test_ics_is_a_calendar(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["schedule", "CLASS", "--format", "ics"])
    assert len(icalendar.Calendar.from_ical(result.stdout_bytes).walk("VEVENT")) == 10


def test_an_unknown_training_is_refused_with_status_1(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["schedule", "NOWHERE"])
    assert result.exit_code == 1
    assert "NOWHERE" in result.output


def test_chinese_characters_fill_two_columns() -> None:
    assert (width("开班式"), width("abc"), width("é")) == (6, 3, 1)
    assert padded("午餐", 6) == "午餐  "
