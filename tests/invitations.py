"""A lecturer's own page in tests."""

from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again
from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.models import (
    Contribution,
    Lecturer,
    TimetableLink,
    TrainingSession,
)
from trainingmgr.queries import invitation as queries

ZONE = ZoneInfo("Asia/Shanghai")


BASE = "/t/SOON/invitations"


def teach(session: Session, cast: Cast, row: TrainingSession, **facts: Any) -> Lecturer:
    values = {"name": "李明", "email": "li@example.org"} | facts
    lecturer = Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, **values)
    session.add(lecturer)
    session.flush()
    session.add(
        Contribution(session_id=row.id, position=1, lecturer_id=lecturer.id, role=ContributorRole.LECTURE)
    )
    session.commit()
    return lecturer


def page_of(session: Session, lecturer: Lecturer) -> str:
    look_again(session)
    key = session.scalars(sa.select(TimetableLink.key).where(TimetableLink.lecturer_id == lecturer.id)).one()
    return f"/invitation/{queries.invitation_token(key)}"
