"""What a copy of a training would take along."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.training import CopyPart
from trainingmgr.models import (
    AnySession,
    Bus,
    Contribution,
    Material,
    OpenRegistration,
    QuotaPlace,
    RegistrationForm,
    SessionGroup,
    Training,
    VisitStop,
)


class CopyPreview(NamedTuple):
    """How much of each part there is, parts without anything left out; `outside` sessions would stay behind."""

    parts: Mapping[CopyPart, int]
    outside: int


_s = sa.inspect(AnySession).local_table.c


def goes_along(training: Training) -> sa.ColumnElement[bool]:
    """The condition that a session goes along: it begins on a day of its training, or has no time yet."""
    zone = ZoneInfo(training.time_zone)
    first = datetime.combine(training.start_date, time(), zone).astimezone(UTC)
    last = datetime.combine(training.end_date + timedelta(days=1), time(), zone).astimezone(UTC)
    return sa.or_(_s.starts_at.is_(None), sa.and_(_s.starts_at >= first, _s.starts_at < last))


def copy_preview(session: Session, training: Training) -> CopyPreview:
    """What a copy of a training would take along, one statement."""
    inside = sa.and_(AnySession.training_id == training.id, goes_along(training))

    def of_session(
        column: sa.orm.InstrumentedAttribute[int], figure: sa.orm.InstrumentedAttribute[Any]
    ) -> sa.ScalarSelect[int]:
        wanted = sa.select(sa.func.count(sa.distinct(figure)))
        return wanted.join(AnySession, AnySession.id == column).where(inside).scalar_subquery()

    def of_training(
        column: sa.orm.InstrumentedAttribute[int], figure: sa.orm.InstrumentedAttribute[Any]
    ) -> sa.ScalarSelect[int]:
        wanted = sa.select(sa.func.count(sa.distinct(figure)))
        return wanted.where(column == training.id).scalar_subquery()

    figures = {
        CopyPart.SESSIONS: sa.select(sa.func.count(AnySession.id)).where(inside).scalar_subquery(),
        CopyPart.LECTURERS: of_session(Contribution.session_id, Contribution.lecturer_id),
        CopyPart.SITES: of_session(VisitStop.session_id, VisitStop.site_id),
        CopyPart.GROUPS: of_session(SessionGroup.session_id, SessionGroup.group_name),
        CopyPart.BUSES: of_training(Bus.training_id, Bus.id),
        CopyPart.MATERIALS: of_training(Material.training_id, Material.id),
        CopyPart.PLACES: of_training(QuotaPlace.training_id, QuotaPlace.unit_id),
        CopyPart.FORM: of_training(RegistrationForm.training_id, RegistrationForm.training_id)
        + of_training(OpenRegistration.training_id, OpenRegistration.id),
    }
    every = of_training(AnySession.training_id, AnySession.id)
    row = session.execute(sa.select(*figures.values(), every)).one()
    counts = dict(zip(figures, row[:-1], strict=True))
    return CopyPreview(
        {part: count for part, count in counts.items() if count}, row[-1] - counts[CopyPart.SESSIONS]
    )
