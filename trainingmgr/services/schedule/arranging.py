"""Single acts on the grid of a timetable, each of which can be taken back: move, copy, split, swap, set aside, take out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import sorted_groups
from trainingmgr.domain.timetable import instants, suggested_hours
from trainingmgr.extensions import transaction
from trainingmgr.models import AnySession, AuditEntry, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import kept_of, put_back
from trainingmgr.queries.locking import locked
from trainingmgr.services.schedule.laying import set_groups, span_from
from trainingmgr.services.schedule.placing import (
    length_of,
    minutes_of,
    own_session,
    place,
    refuse_attended,
    the_training,
    unplace,
)
from trainingmgr.services.schedule.restoring import made_again, snapshot, times_of
from trainingmgr.services.schedule.sessions import twin_of

ACTS = frozenset(
    {
        "session.move",
        "session.duplicate",
        "session.split",
        "session.swap",
        "session.set_aside",
        "session.remove",
        "session.act_undone",
    }
)
UNDO_WITHIN = timedelta(days=1)
_MOMENTS = ("starts_at", "ends_at")
_TIMES = (*_MOMENTS, "minutes")
# What an act alters of a session; the rest of what is kept of it serves to make it again.
_ALTERED = (*_TIMES, "class_hours", "times_are_sample", "place_zh", "place_en", "groups")
_HUNDREDTH = Decimal("0.01")

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a session goes, by the training's clock. None leaves what is: the end as long after the start as before."""

    day: date
    start: time
    end: time | None = None
    place: tuple[str, str] | None = None
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: the entry by which it is taken back, and the sessions that it left."""

    entry_id: int
    session_ids: tuple[int, ...]


def move_session(actor: Actor, training_id: int, session_id: int, spot: Spot, *, version: int) -> Act | None:
    """Move or stretch a session, or give it its time; None where it is there already. Its class hours follow its length.

    They do so while they are those that its length suggests; hours that somebody typed stay. Raises Refusal
    `stale` where the session was changed since `version`, `session_outside_days`, `session_past_midnight`,
    `session_ends_before_start`, `session_time_skipped`; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        row = _as_seen(session, training_id, session_id, version)
        before = snapshot(row)
        row = _put(session, training, row, spot)
        if snapshot(row) != before:
            _touch(row)
        return _done(session, actor, "session.move", training, [(before, row)])


def duplicate_session(
    actor: Actor, training_id: int, session_id: int, spot: Spot, *, version: int
) -> Act | None:
    """Copy a session to another spot. Raises what `move_session` raises."""
    with transaction() as session:
        training = the_training(session, training_id)
        source = _as_seen(session, training_id, session_id, version)
        copy = twin_of(source)
        # Nowhere yet, but as long as the other: where it begins is settled next.
        copy.starts_at = datetime.combine(spot.day, spot.start, ZoneInfo(training.time_zone))
        copy.ends_at = copy.starts_at + length_of(source)
        _put(session, training, copy, spot)
        return _done(session, actor, "session.duplicate", training, [(None, copy)])


def split_session(
    actor: Actor,
    training_id: int,
    session_id: int,
    at: time,
    *,
    version: int,
    pause: int = 0,
    end: time | None = None,
) -> Act | None:
    """Make two of a session that follow each other, the second from `at` on; class hours are shared out by length.

    With a `pause` of some minutes the second begins that much later and is as long as it was, or lasts until `end`.
    Raises Refusal `split_outside` where `at` is not within it, `session_past_midnight`, `session_ends_before_start`,
    `stale`, `session_has_attendance`; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        row = _placed(_as_seen(session, training_id, session_id, version))
        refuse_attended(session, row)
        day = _day_of(training, row.starts_at)
        if not _clock_of(training, row.starts_at) < at < _clock_of(training, row.ends_at):
            raise Refusal("split_outside")
        before, second = snapshot(row), twin_of(row)
        cut, ends_at = instants(day, at, _clock_of(training, row.ends_at), training.time_zone)
        resumes = _clock_of(training, cut + timedelta(minutes=pause))
        second.starts_at, second.ends_at = span_from(training, day, resumes, ends_at - cut)
        if end is not None:
            second.starts_at, second.ends_at = instants(day, resumes, end, training.time_zone)
        row.class_hours, second.class_hours = _shared_out(row, cut)
        row.ends_at = cut
        row.times_are_sample = False
        _touch(row)
        session.add(second)
        return _done(session, actor, "session.split", training, [(before, row), (None, second)])


def swap_sessions(
    actor: Actor, training_id: int, one_id: int, other_id: int, *, versions: tuple[int, int]
) -> Act | None:
    """Let two sessions change their times, each as long as it is.

    On one day the pair keeps its beginning and its end, so that what follows need not move; else each begins
    when the other did. Raises Refusal `swap_with_itself`, `stale`, and what `move_session` raises; NotFound.
    """
    if one_id == other_id:
        raise Refusal("swap_with_itself")
    with transaction() as session:
        training = the_training(session, training_id)
        seen = dict(zip((one_id, other_id), versions, strict=True))
        rows = [_placed(_as_seen(session, training_id, id_, seen[id_])) for id_ in sorted(seen)]
        early, late = sorted(rows, key=lambda row: (row.starts_at, row.id))
        before = [snapshot(early), snapshot(late)]
        begins, ends = early.starts_at, late.ends_at
        same_day = _day_of(training, begins) == _day_of(training, late.starts_at)
        apart = same_day and early.ends_at <= late.starts_at
        later = ends - (early.ends_at - early.starts_at) if apart else late.starts_at
        for row, starts_at in ((late, begins), (early, later)):
            length = row.ends_at - row.starts_at
            row.starts_at, row.ends_at = span_from(
                training, _day_of(training, starts_at), _clock_of(training, starts_at), length
            )
            row.times_are_sample = False
            _touch(row)
        return _done(session, actor, "session.swap", training, list(zip(before, (early, late), strict=True)))


def set_session_aside(actor: Actor, training_id: int, session_id: int, *, version: int) -> Act | None:
    """Take a session's time away, as long as it is; None where it has none. All that it carries stays with it.

    Raises Refusal `session_has_attendance`, `planning_too_many_unplaced` (limit), `stale`; NotFound.
    """
    with transaction() as session:
        training = locked(session, training_id)
        row = _as_seen(session, training_id, session_id, version)
        before = snapshot(row)
        if isinstance(row, TrainingSession):
            row = unplace(session, training, row, minutes_of(row))
            _touch(row)
        return _done(session, actor, "session.set_aside", training, [(before, row)])


def remove_session(actor: Actor, training_id: int, session_id: int, *, version: int) -> Act | None:
    """Take a session out. Raises Refusal `session_has_attendance`, `stale`; NotFound."""
    with transaction() as session:
        training = the_training(session, training_id)
        row = _as_seen(session, training_id, session_id, version)
        refuse_attended(session, row)
        before = _whole(session, row)
        session.delete(row)
        return _done(session, actor, "session.remove", training, [(before, None)])


def take_back(actor: Actor, training_id: int, entry_id: int) -> Act | None:
    """Undo an act of one's own, by its entry; what comes of it can be taken back in turn, which does it again.

    Raises Refusal `undo_gone` where it is old or taken back already, `act_overtaken` (title_zh, title_en) where a session is
    no more as the act left it, with all that is in it where it would go; `session_has_attendance`; NotFound.
    """
    with transaction() as session:
        # Of two presses of one key the second waits here, and finds the first one's entry.
        training = locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, entry_id, ACTS, UNDO_WITHIN)
        if entry is None:
            raise Refusal("undo_gone")
        found = [
            _brought_back(session, training, uid, entry.details["after"][uid], before)
            for uid, before in entry.details["before"].items()
        ]
        return _done(session, actor, "session.act_undone", training, found, undone=entry)


def _as_seen(session: Session, training_id: int, session_id: int, version: int) -> AnySession:
    row = own_session(session, training_id, session_id)
    if row.version != version:
        raise Refusal("stale")
    return row


def _placed(row: AnySession) -> TrainingSession:
    if not isinstance(row, TrainingSession):
        raise NotFound("not_found")
    return row


def _put(session: Session, training: Training, row: AnySession, spot: Spot) -> TrainingSession:
    length = length_of(row)
    if spot.end is not None:
        span = instants(spot.day, spot.start, spot.end, training.time_zone)
        length = span[1] - span[0]
    typed = row.class_hours != _suggested(training, row)
    span = span_from(training, spot.day, spot.start, length)
    moved = not isinstance(row, TrainingSession) or span != (row.starts_at, row.ends_at)
    row = place(session, row, *span)
    if moved:
        row.times_are_sample = False
        row.class_hours = row.class_hours if typed else _suggested(training, row)
    if spot.place is not None:
        row.place_zh, row.place_en = spot.place
    session.add(row)
    session.flush()
    if spot.groups is not None:
        set_groups(session, row, spot.groups)
    return row


def _whole(session: Session, row: AnySession) -> dict[str, Any]:
    return snapshot(row) | {"kept": kept_of(session, row.id)}


def _touch(row: AnySession) -> None:
    # Groups belong to what a version guards, though they lie in rows of their own.
    flag_modified(row, "title_zh")
    row.sequence = (row.sequence or 0) + 1


def _suggested(training: Training, row: AnySession) -> Decimal:
    return suggested_hours(row.kind, minutes_of(row), training.class_hour_minutes)


def _shared_out(row: TrainingSession, at: datetime) -> tuple[Decimal, Decimal]:
    part = Decimal((at - row.starts_at).total_seconds()) / Decimal(
        (row.ends_at - row.starts_at).total_seconds()
    )
    first = (row.class_hours * part).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return first, row.class_hours - first


def _day_of(training: Training, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(training.time_zone)).date()


def _clock_of(training: Training, moment: datetime) -> time:
    return moment.astimezone(ZoneInfo(training.time_zone)).time()


def _done(
    session: Session,
    actor: Actor,
    action: str,
    training: Training,
    found: Sequence[tuple[State | None, AnySession | None]],
    *,
    undone: AuditEntry | None = None,
) -> Act | None:
    """Write down what was done to each session, with no more of it than taking it back needs."""
    session.flush()
    for _was, row in found:
        if row is not None:
            # As the database says it, so that it can be compared with what is read later.
            session.refresh(row)
    before: dict[str, State | None] = {}
    after: dict[str, State | None] = {}
    for was, row in found:
        is_now = None if row is None else snapshot(row) if was else _whole(session, row)
        known = was or is_now
        if known is None:
            continue
        uid = str(known["uid"])
        if was and is_now:
            differing = [name for name in _ALTERED if was[name] != is_now[name]]
            was, is_now = ({name: one[name] for name in differing} for one in (was, is_now))
        if was != is_now:
            before[uid], after[uid] = was, is_now
    if not before:
        return None
    rows = [row for _was, row in found if row is not None]
    title = rows[0].title_zh if rows else str((found[0][0] or {}).get("title_zh", ""))
    details: dict[str, Any] = {"title": title, "before": before, "after": after}
    if undone is not None:
        entry = audit.record_undo(session, actor, action, training, undone, **details)
    else:
        subject = rows[0].id if rows else None
        entry = audit.record(session, actor, action, "session", subject, training=training, **details)
    session.flush()
    return Act(entry.id, tuple(row.id for row in rows))


def _brought_back(
    session: Session, training: Training, uid: str, left: State | None, wanted: State | None
) -> tuple[State | None, AnySession | None]:
    """Bring one session from how an act `left` it to how it was before; None is one that is not there."""
    found = sa.select(AnySession.id).where(AnySession.training_id == training.id, AnySession.uid == uid)
    known = session.scalar(found)
    row = None if known is None else own_session(session, training.id, known)
    present = None if row is None else _whole(session, row)
    if (left is None) != (present is None) or any(
        present is not None and present.get(name) != value
        for name, value in (left or {}).items()
        if name in _ALTERED or (wanted is None and name != "sequence")
    ):
        told = present or wanted or {}
        raise Refusal("act_overtaken", title_zh=told.get("title_zh", ""), title_en=told.get("title_en", ""))
    if row is None:
        if wanted is None:
            return None, None
        row = made_again(session, training, dict(wanted))
        session.add(row)
        session.flush()
        put_back(session, row.id, wanted.get("kept", {}))
    elif wanted is None:
        refuse_attended(session, row)
        session.delete(row)
        return present, None
    else:
        row = _at_time(session, training, row, times_of(row) | dict(wanted))
        for name, value in wanted.items():
            _set(session, row, name, value)
        _touch(row)
    return present, row


def _at_time(session: Session, training: Training, row: AnySession, wanted: State) -> AnySession:
    if wanted["starts_at"] is None:
        return unplace(session, training, row, wanted["minutes"])
    return place(session, row, *(datetime.fromisoformat(wanted[name]) for name in _MOMENTS))


def _set(session: Session, row: AnySession, name: str, value: Any) -> None:
    if name == "groups":
        set_groups(session, row, sorted_groups(value))
    elif name not in _TIMES:
        setattr(row, name, Decimal(value) if name == "class_hours" else value)
