"""Sessions of a training, with a time or without one yet: laid, changed, copied and taken out."""

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import (
    AnySession,
    Contribution,
    SessionBus,
    SessionGroup,
    Training,
    TrainingSession,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import kept_of
from trainingmgr.queries.locking import locked
from trainingmgr.services.schedule.laying import TIMES, SessionDraft, columns_of, lay, span_from
from trainingmgr.services.schedule.placing import (
    check_room,
    length_of,
    own_session,
    place,
    refuse_attended,
    the_training,
    unplace,
)
from trainingmgr.services.schedule.restoring import snapshot

_COPIED = (
    "kind", "title_zh", "title_en", "description_zh", "description_en", "place_zh", "place_en",
    "class_hours", "compulsory", "is_sample",
)  # fmt: skip


def save_session(
    actor: Actor,
    training_id: int,
    draft: SessionDraft,
    *,
    session_id: int | None = None,
    version: int | None = None,
) -> int:
    """Add a session, or change the one with `session_id`, and give the id.

    It gets a time, or has it taken away, as the draft has it. `version` is the state that the change began
    from; None takes any. Raises Refusal `stale`, `session_outside_days`, `session_ends_before_start`,
    `session_time_skipped`, `session_without_length`, `planning_too_many_unplaced` (limit),
    `session_has_attendance` where one at which attendance was taken would have no time, and those of
    `save_lecturer`; NotFound.
    """
    with transaction() as session:
        hold = locked if draft.day is None or draft.start is None else the_training
        training = hold(session, training_id)
        values = columns_of(training, draft)
        changed: set[str] = set()
        row: AnySession
        if session_id is None:
            row = _new(session, training, values)
        else:
            row = own_session(session, training_id, session_id)
            if version is not None and row.version != version:
                raise Refusal("stale")
            if isinstance(row, TrainingSession) is not ("starts_at" in values):
                row = _turned(session, training, row, values)
                changed |= TIMES
        changed |= lay(session, training, row, draft, values)
        audit.record(
            session,
            actor,
            "session.change" if session_id is not None else "session.add",
            "session",
            row.id,
            training=training,
            title=row.title_zh,
            fields=sorted(changed),
        )
        return row.id


def _new(session: Session, training: Training, values: dict[str, Any]) -> AnySession:
    if "starts_at" in values:
        return TrainingSession(training_id=training.id)
    check_room(session, training, 1)
    return UnplacedSession(training_id=training.id)


def _turned(session: Session, training: Training, row: AnySession, values: dict[str, Any]) -> AnySession:
    made: AnySession
    if "starts_at" in values:
        made = place(session, row, values["starts_at"], values["ends_at"])
    else:
        made = unplace(session, training, row, values["minutes"])
    made.sequence += 1
    made.times_are_sample = False
    return made


def copy_session(actor: Actor, training_id: int, session_id: int, day: date, start: time) -> int:
    """Copy a session with its contributors, stops, buses and groups to another time, as long as it is; give the new id.

    Raises Refusal `session_outside_days`, `session_time_skipped`, `session_past_midnight`; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        source = own_session(session, training_id, session_id)
        copy = twin_of(source)
        copy.starts_at, copy.ends_at = span_from(training, day, start, length_of(source))
        session.add(copy)
        session.flush()
        audit.record(
            session,
            actor,
            "session.copy",
            "session",
            copy.id,
            training=training,
            title=copy.title_zh,
            source=session_id,
        )
        return copy.id


def twin_of(source: AnySession) -> TrainingSession:
    """A session that says what `source` says, at no time yet and not yet in the database."""
    copy = TrainingSession(
        training_id=source.training_id, **{name: getattr(source, name) for name in _COPIED}
    )
    copy.contributions = [
        Contribution(
            position=part.position,
            lecturer_id=part.lecturer_id,
            role=part.role,
            topic_zh=part.topic_zh,
            topic_en=part.topic_en,
        )
        for part in source.contributions
    ]
    copy.stops = [
        VisitStop(position=stop.position, site_id=stop.site_id, minutes=stop.minutes) for stop in source.stops
    ]
    copy.rides = [
        SessionBus(training_id=source.training_id, bus_id=ride.bus_id, group_name=ride.group_name)
        for ride in source.rides
    ]
    copy.groups = [SessionGroup(group_name=one.group_name) for one in source.groups]
    return copy


def delete_session(actor: Actor, training_id: int, session_id: int) -> int:
    """Take a session out of the timetable; gives what `restore_session` needs to put it back.

    Raises Refusal `session_has_attendance` once attendance was taken at it; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        row = own_session(session, training_id, session_id)
        refuse_attended(session, row)
        entry = audit.record(
            session,
            actor,
            "session.delete",
            "session",
            row.id,
            training=training,
            title=row.title_zh,
            before=snapshot(row),
            kept=kept_of(session, row.id),
        )
        session.delete(row)
        session.flush()
        return entry.id
