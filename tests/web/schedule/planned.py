"""What tests of laying a timetable share: how a day runs, the work itself, and what came of it."""

from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import look_again, make_session
from trainingmgr.models import Job, Training, TrainingSession
from trainingmgr.services import schedule as service

ZONE = ZoneInfo("Asia/Shanghai")
FRAME = {
    "starts": "08:30", "lunch_starts": "12:00", "lunch_ends": "14:00", "ends": "18:00", "step": "5",
    "pause": "10", "travel_unknown": "30",
}  # fmt: skip


def work(session: Session, optimise: bool | None = False, seconds: float = 2) -> None:
    look_again(session)
    job_id = session.scalars(sa.select(Job.id).order_by(Job.id.desc())).first()
    assert job_id is not None
    service.work(job_id, "test", seconds=seconds, optimise=optimise)
    look_again(session)


def proposal_page(client: FlaskClient, path: str = "plan/proposal") -> str:
    return unescape(client.get(f"/t/CLASS/schedule/{path}").text)


def clock(row: TrainingSession) -> str:
    return f"{row.starts_at.astimezone(ZONE):%d %H:%M}"


def timed(session: Session) -> list[TrainingSession]:
    look_again(session)
    return list(session.scalars(sa.select(TrainingSession).order_by(TrainingSession.starts_at)))


def talks(session: Session, training: Training, *hours: int) -> list[TrainingSession]:
    return [
        make_session(
            session,
            training,
            title_zh=f"第{hour}讲",
            title_en=f"Talk {hour}",
            start=datetime(2026, 5, 11, hour, tzinfo=ZONE),
        )
        for hour in hours
    ]
