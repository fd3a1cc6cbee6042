"""A session that was taken out of the timetable, put back as it was."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorRole, SessionKind, sorted_groups
from trainingmgr.extensions import transaction
from trainingmgr.models import (
    AnySession,
    Bus,
    Contribution,
    Lecturer,
    SessionBus,
    SessionGroup,
    Site,
    Training,
    TrainingSession,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import put_back
from trainingmgr.queries.locking import locked
from trainingmgr.services.schedule.placing import check_room

_PLAIN = (
    "uid", "title_zh", "title_en", "description_zh", "description_en", "place_zh", "place_en",
    "compulsory", "times_are_sample", "is_sample",
)  # fmt: skip


def snapshot(row: AnySession) -> dict[str, Any]:
    """Everything of a session, its contributors, stops and buses, as plain JSON; times are None where it has none."""
    return {name: getattr(row, name) for name in _PLAIN} | {
        "kind": row.kind.value,
        "sequence": row.sequence,
        **times_of(row),
        "class_hours": str(row.class_hours),
        "contributors": [
            [part.lecturer_id, part.role.value, part.topic_zh, part.topic_en] for part in row.contributions
        ],
        "stops": [[stop.site_id, stop.minutes] for stop in row.stops],
        "rides": [[ride.bus_id, ride.group_name] for ride in row.rides],
        "groups": list(sorted_groups(one.group_name for one in row.groups)),
    }


def times_of(row: AnySession) -> dict[str, Any]:
    """When a session is, or how long it is to be, as plain JSON."""
    return {
        "starts_at": row.starts_at.isoformat() if isinstance(row, TrainingSession) else None,
        "ends_at": row.ends_at.isoformat() if isinstance(row, TrainingSession) else None,
        "minutes": row.minutes if isinstance(row, UnplacedSession) else None,
    }


def restore_session(actor: Actor, training_id: int, deletion: int) -> int:
    """Put a deleted session back, once, and give its new id; calendars know it by the same name.

    `deletion` is what `delete_session` gave. Raises Refusal `undo_gone` for a deletion by somebody
    else, an old one, one that was taken back already, or where a lecturer or site is gone or the
    training's days have moved away since; `planning_too_many_unplaced` (limit); NotFound.
    """
    with transaction() as session:
        # Of two presses of one button the second waits here, and finds the first one's entry.
        training = locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, deletion, frozenset({"session.delete"}))
        if entry is None:
            raise Refusal("undo_gone")
        row = made_again(session, training, entry.details["before"])
        session.add(row)
        session.flush()
        put_back(session, row.id, entry.details.get("kept", {}))
        audit.record_undo(session, actor, "session.restore", training, entry, put_back=row.id)
        return row.id


def made_again(session: Session, training: Training, kept: dict[str, Any]) -> AnySession:
    """A session as `snapshot` kept it, not yet in the database. Raises what `restore_session` raises of it."""
    organisation = training.organisation_id
    _still_there(session, Lecturer, organisation, {one[0] for one in kept["contributors"]})
    _still_there(session, Site, organisation, {one[0] for one in kept["stops"]})
    row = _at_its_time(session, training, kept)
    row.training_id, row.kind = training.id, SessionKind(kept["kind"])
    # Calendars that have seen it go take it back only with a later number (RFC 5545, 3.8.7.4).
    row.sequence = kept["sequence"] + 1
    row.class_hours = Decimal(kept["class_hours"])
    for name in _PLAIN:
        setattr(row, name, kept[name])
    row.contributions = [
        Contribution(
            position=number,
            lecturer_id=one[0],
            role=ContributorRole(one[1]),
            topic_zh=one[2],
            topic_en=one[3],
        )
        for number, one in enumerate(kept["contributors"], 1)
    ]
    row.stops = [
        VisitStop(position=number, site_id=one[0], minutes=one[1])
        for number, one in enumerate(kept["stops"], 1)
    ]
    # A bus that was taken away meanwhile goes along no more; the visit is put back all the same.
    rides = kept.get("rides", [])
    here = set(
        session.scalars(
            sa.select(Bus.id).where(Bus.training_id == training.id, Bus.id.in_({one[0] for one in rides}))
        )
    )
    row.rides = [
        SessionBus(training_id=training.id, bus_id=bus_id, group_name=group)
        for bus_id, group in rides
        if bus_id in here
    ]
    row.groups = [SessionGroup(group_name=name) for name in kept.get("groups", ())]
    return row


def _at_its_time(session: Session, training: Training, kept: dict[str, Any]) -> AnySession:
    if kept["starts_at"] is None:
        check_room(session, training, 1)
        return UnplacedSession(minutes=kept["minutes"])
    starts_at = datetime.fromisoformat(kept["starts_at"])
    day = starts_at.astimezone(ZoneInfo(training.time_zone)).date()
    if not training.start_date <= day <= training.end_date:
        raise Refusal("undo_gone")
    return TrainingSession(starts_at=starts_at, ends_at=datetime.fromisoformat(kept["ends_at"]))


def _still_there(session: Session, model: type[Lecturer | Site], organisation_id: int, ids: set[int]) -> None:
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(model)
        .where(model.id.in_(ids), model.organisation_id == organisation_id)
    )
    if found != len(ids):
        raise Refusal("undo_gone")
