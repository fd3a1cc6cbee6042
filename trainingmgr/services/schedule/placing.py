"""A session gets its time, or has it taken away: the same row, with all that it carries."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.models import AnySession, Attendance, Training, TrainingSession, UnplacedSession
from trainingmgr.queries.locking import locked
from trainingmgr.queries.schedule.planning import how_many_wait

MOST_UNPLACED = 200
_Kind = TypeVar("_Kind", TrainingSession, UnplacedSession)


def length_of(row: AnySession) -> timedelta:
    """How long a session is, or is to be."""
    if isinstance(row, TrainingSession):
        return row.ends_at - row.starts_at
    assert isinstance(row, UnplacedSession)  # noqa: S101  # nosec B101 -- there is no third kind
    return timedelta(minutes=row.minutes)


def minutes_of(row: AnySession) -> int:
    """How many minutes a session lasts."""
    return int(length_of(row).total_seconds() // 60)


def place(session: Session, row: AnySession, starts_at: datetime, ends_at: datetime) -> TrainingSession:
    """Let a session have this time. What comes back is to be used from then on, and `row` no more."""
    if isinstance(row, TrainingSession):
        row.starts_at, row.ends_at = starts_at, ends_at
        return row
    return _turned(session, row, TrainingSession, _values(True, starts_at, ends_at, None))


def unplace(session: Session, training: Training, row: AnySession, minutes: int) -> UnplacedSession:
    """Let a session have no time, and be so long. What comes back is to be used from then on, and `row` no more.

    Raises Refusal `session_has_attendance` (count), and `planning_too_many_unplaced` (limit) as `check_room`.
    """
    if isinstance(row, UnplacedSession):
        row.minutes = minutes
        return row
    refuse_attended(session, row)
    check_room(session, training, 1)
    return _turned(session, row, UnplacedSession, _values(False, None, None, minutes))


def _values(
    placed: bool, starts_at: datetime | None, ends_at: datetime | None, minutes: int | None
) -> dict[Any, Any]:
    return {
        AnySession.placed: placed,
        TrainingSession.starts_at: starts_at,
        TrainingSession.ends_at: ends_at,
        UnplacedSession.minutes: minutes,
    }


def _turned(session: Session, row: AnySession, kind: type[_Kind], values: Mapping[Any, Any]) -> _Kind:
    """The row as one of the other kind, which an object of the first can never become."""
    session.flush()
    session.execute(
        sa.update(AnySession)
        .where(AnySession.id == row.id)
        .values({**values, AnySession.version: AnySession.version + 1})
        .execution_options(synchronize_session=False)
    )
    session.expunge(row)
    return session.get_one(kind, row.id)


def check_room(session: Session, training: Training, more: int) -> None:
    """Raise Refusal `planning_too_many_unplaced` (limit) where so many more sessions may not wait for a time."""
    # Whoever adds at this moment waits, so that the limit holds.
    locked(session, training.id)
    if how_many_wait(session, training.id) + more > MOST_UNPLACED:
        raise Refusal("planning_too_many_unplaced", limit=MOST_UNPLACED)


def the_training(session: Session, training_id: int) -> Training:
    """The training with this id. Raises NotFound.

    Whoever will ask `check_room` about it holds it (`locked`) before any session: so does all that lays many at once.
    """
    training = session.get(Training, training_id)
    if training is None:
        raise NotFound("not_found")
    return training


def own_session(session: Session, training_id: int, session_id: int) -> AnySession:
    """A session of this training, with a time or without, locked. Raises NotFound."""
    row = session.get(AnySession, session_id, with_for_update=True)
    if row is not None and row.placed is not isinstance(row, TrainingSession):
        # It was read before, when it was one of the other kind.
        session.expunge(row)
        row = session.get(AnySession, session_id)
    if row is None or row.training_id != training_id:
        raise NotFound("not_found")
    return row


def refuse_attended(session: Session, row: AnySession) -> None:
    """Raise Refusal `session_has_attendance` (count) where attendance was taken at a session."""
    marks = session.scalar(
        sa.select(sa.func.count()).select_from(Attendance).where(Attendance.session_id == row.id)
    )
    if marks:
        raise Refusal("session_has_attendance", count=marks)
