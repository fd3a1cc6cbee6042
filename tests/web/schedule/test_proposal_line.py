"""What the page of a proposal says in a line."""

from datetime import date, time

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from trainingmgr.domain.planning import Task
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.web.schedule.proposal import Line


@pytest.mark.parametrize(
    ("was", "said"),
    [
        (date(2026, 5, 11), "16:20"),
        (date(2026, 5, 12), "5月12日 周二 16:20"),
        (date(2027, 5, 12), "2027年5月12日（周三） 16:20"),
    ],
)
def test_when_a_session_stands_today_is_said_as_short_as_it_can_be(
    app: Flask, session: Session, cast: Cast, was: date, said: str
) -> None:
    training = make_training(session, cast.organisation)
    task = Task(1, SessionKind.LECTURE, "讲", 60)
    line = Line(task, "讲", date(2026, 5, 11), time(9), time(10), was, time(16, 20), "", 0)
    with app.test_request_context(headers={"Accept-Language": "zh"}), force_locale("zh"):
        assert line.was(training) == said
