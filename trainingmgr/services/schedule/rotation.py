"""A rotation of groups over sites, taken into the timetable, and taken back again."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import transaction
from trainingmgr.models import Attendance, SessionBus, Site, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import kept_of, put_back
from trainingmgr.queries.locking import locked
from trainingmgr.queries.schedule import rotation as queries
from trainingmgr.queries.schedule.rotation import Rotation, RotationAsk, Trip
from trainingmgr.services.schedule.laying import SessionDraft, StopDraft, lay
from trainingmgr.services.schedule.restoring import made_again, snapshot

ROTATION_ACTIONS = frozenset({"rotation.accepted"})


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many visits came in and went. `undo` names the act for `undo_rotation`."""

    visits: int
    gone: int
    undo: int


def digest(rotation: Rotation) -> str:
    """What tells one proposal from another: who is where, and from when to when."""
    told = [
        (
            trip.slot.day.isoformat(), trip.slot.starts.isoformat(), trip.slot.ends.isoformat(),
            trip.team.groups, trip.team.bus, trip.station.sites,
        )
        for trip in rotation.trips
    ]  # fmt: skip
    return sha256(repr(told).encode()).hexdigest()[:24]


def accept_rotation(
    actor: Actor, training_id: int, ask: RotationAsk, seen: str, replaced: Sequence[int] = ()
) -> Rotated:
    """Put the visits of a rotation into the timetable, in place of the sessions `replaced`, all or nothing.

    `seen` is the `digest` of what the organiser looked at. Raises NotFound; Refusal `rotation_stale` where
    it would be another one by now, `session_has_attendance` (count) where somebody was marked at one that
    is to go, and those of `propose`.
    """
    with transaction() as session:
        training = locked(session, training_id)
        rotation = queries.propose(session, training, ask)
        if digest(rotation) != seen:
            raise Refusal("rotation_stale")
        rows = queries.replaceable(session, training_id, replaced)
        if len(rows) != len(set(replaced)):
            raise Refusal("rotation_stale")
        gone = [snapshot(row) | {"kept": kept_of(session, row.id)} for row in rows]
        for row in rows:
            session.delete(row)
        session.flush()
        made = [_visit(session, training, trip, ask.start) for trip in rotation.trips]
        entry = audit.record(
            session,
            actor,
            "rotation.accepted",
            "training",
            training_id,
            training=training,
            visits=len(made),
            created=[[row.id, row.version] for row in made],
            before=gone,
        )
        session.flush()
        return Rotated(len(made), len(gone), entry.id)


def undo_rotation(actor: Actor, training_id: int, change: int) -> None:
    """Take the visits of a rotation out again and put back what they replaced, once.

    `change` is the `undo` of what `accept_rotation` gave. Raises NotFound; Refusal `undo_gone` for an act
    of somebody else, an old one, or where a visit was changed or attended, or a lecturer asked for it, since.
    """
    with transaction() as session:
        training = locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, change, ROTATION_ACTIONS)
        if entry is None:
            raise Refusal("undo_gone")
        for session_id, version in entry.details["created"]:
            row = session.get(TrainingSession, session_id, with_for_update=True)
            marks = sa.select(Attendance.id).where(Attendance.session_id == session_id).limit(1)
            if row is None or row.version != version or session.scalar(marks) is not None:
                raise Refusal("undo_gone")
            if any(kept_of(session, row.id).values()):
                raise Refusal("undo_gone")
            session.delete(row)
        session.flush()
        gone: list[dict[str, Any]] = entry.details["before"]
        again = [(made_again(session, training, one), one) for one in gone]
        session.add_all([row for row, _one in again])
        session.flush()
        for made, one in again:
            put_back(session, made.id, one.get("kept", {}))
        audit.record_undo(session, actor, "rotation.undone", training, entry)


def _visit(session: Session, training: Training, trip: Trip, start: str) -> TrainingSession:
    first = session.get_one(Site, trip.station.sites[0])
    of_district = len(trip.station.sites) > 1 or trip.station.name == first.district_zh
    english = first.district_en or first.district_zh if of_district else first.name_en or first.name_zh
    row = TrainingSession(training_id=training.id)
    draft = SessionDraft(
        kind=SessionKind.SITE_VISIT,
        title_zh=f"现场教学（{trip.station.name}）",
        title_en=f"Site visit: {english}",
        day=trip.slot.day,
        start=trip.slot.starts,
        end=trip.slot.ends,
        place_zh=start,
        stops=tuple(StopDraft(site) for site in trip.station.sites),
        groups=trip.team.groups,
    )
    lay(session, training, row, draft)
    if trip.team.bus is not None:
        row.rides = [
            SessionBus(training_id=training.id, bus_id=trip.team.bus, group_name=group)
            for group in trip.team.groups
        ]
    session.flush()
    return row
