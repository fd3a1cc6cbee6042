"""Timetables as they were published."""

from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.timetable_version import (
    ContributorState,
    SessionState,
    Snapshot,
    StopState,
    fingerprint,
    read_snapshot,
    write_snapshot,
)
from trainingmgr.models import TimetableVersion, Training, User
from trainingmgr.queries.prepared import Prepared
from trainingmgr.queries.schedule.table import Contributor, Entry, Stop, Timetable, Told, laid

_FACTS = (
    "id", "uid", "sequence", "kind", "title_zh", "title_en", "description_zh", "description_en", "place_zh",
    "place_en", "starts_at", "ends_at", "class_hours", "compulsory", "times_are_sample", "is_sample", "groups",
)  # fmt: skip
_OF_STOP = (
    "site_id", "name_zh", "name_en", "district_zh", "district_en", "address", "minutes", "latitude", "longitude",
    "opens_at", "closes_at", "capacity",
)  # fmt: skip

_v = sa.inspect(TimetableVersion).local_table.c
_user = sa.inspect(User).local_table.c
_VERSIONS = (
    sa.select(
        _v.number,
        _v.published_at,
        sa.func.coalesce(sa.func.nullif(_user.name, ""), _user.email, ""),
        _v.note,
        _v.sessions,
        _v.fingerprint,
        _v.told_at,
    )
    .join_from(_v.id.table, _user.id.table, _user.id == _v.published_by_id, isouter=True)
    .where(_v.training_id == sa.bindparam("training_id"))
    .order_by(_v.number.desc())
)
# Asked for with every timetable that an organiser looks at.
_LAST = Prepared(_VERSIONS.limit(1))


class Version(NamedTuple):
    """One publication; `by` is the name of who did it, `fingerprint` that of what it says."""

    number: int
    published_at: datetime
    by: str
    note: str
    sessions: int
    fingerprint: str
    told_at: datetime | None


def versions(session: Session, training_id: int) -> list[Version]:
    """Every publication of a training's timetable, the newest first."""
    return [Version._make(row) for row in session.execute(_VERSIONS, {"training_id": training_id})]


def last_version(session: Session, training_id: int) -> Version | None:
    """The publication that holds; None while there is none."""
    rows = _LAST.all(session.connection(), training_id=training_id)
    return Version._make(rows[0]) if rows else None


def snapshot(session: Session, training_id: int, number: int) -> Snapshot | None:
    """What a publication said; None where there is no such one."""
    text = session.scalar(
        sa.select(TimetableVersion.snapshot).where(
            TimetableVersion.training_id == training_id, TimetableVersion.number == number
        )
    )
    return None if text is None else read_snapshot(text)


def published(session: Session, training: Training, group: str = "") -> Timetable | None:
    """The timetable of a training as it was published last, of one `group` if named; None where none was."""
    text = session.scalar(
        sa.select(TimetableVersion.snapshot)
        .where(TimetableVersion.training_id == training.id)
        .order_by(TimetableVersion.number.desc())
        .limit(1)
    )
    return None if text is None else as_timetable(read_snapshot(text), training, group)


def as_timetable(snapshot: Snapshot, training: Training, group: str = "") -> Timetable:
    """What was published as a timetable, by the clock that it was published with."""
    return laid(training, [_told(one) for one in snapshot.sessions], snapshot.zone, group)


def forget_lecturer(session: Session, organisation_id: int, lecturer_id: int) -> None:
    """Take somebody who is deleted out of every timetable that the organisation published."""
    rows = session.scalars(
        sa.select(TimetableVersion)
        .join(Training, Training.id == TimetableVersion.training_id)
        .where(
            Training.organisation_id == organisation_id,
            TimetableVersion.snapshot.contains(f'"lecturer_id":{lecturer_id},'),
        )
    )
    for row in rows:
        text = read_snapshot(row.snapshot)
        left = tuple(
            msgspec.structs.replace(
                one, contributors=tuple(p for p in one.contributors if p.lecturer_id != lecturer_id)
            )
            for one in text.sessions
        )
        row.snapshot = write_snapshot(Snapshot(text.zone, left))


Places = dict[int, list[tuple[int, int]]]
"""By the id of a publication, where in it: the position of a session, and that of a contributor in it."""


def name_another(session: Session, organisation_id: int, old: int, new: int) -> Places:
    """Let what the organisation published name the lecturer `new` wherever it names `old`; gives where that was."""
    rows = session.scalars(
        sa.select(TimetableVersion)
        .join(Training, Training.id == TimetableVersion.training_id)
        .where(
            Training.organisation_id == organisation_id,
            TimetableVersion.snapshot.contains(f'"lecturer_id":{old},'),
        )
    )
    places: Places = {}
    for row in rows:
        places[row.id] = [
            (at, position)
            for at, one in enumerate(read_snapshot(row.snapshot).sessions)
            for position, part in enumerate(one.contributors)
            if part.lecturer_id == old
        ]
        _name(row, places[row.id], old, new)
    session.flush()
    return places


def name_again(session: Session, places: Places, old: int, new: int) -> int:
    """Let publications name `new` at these places where they still name `old`; how many of them do not."""
    rows = session.scalars(
        sa.select(TimetableVersion)
        .where(TimetableVersion.id.in_(places))
        .execution_options(populate_existing=True)
    )
    done = sum(_name(row, places[row.id], old, new) for row in rows)
    session.flush()
    return len(places) - done


def _name(row: TimetableVersion, places: list[tuple[int, int]], old: int, new: int) -> bool:
    said = read_snapshot(row.snapshot)
    parts = [list(one.contributors) for one in said.sessions]
    for at, position in places:
        if at >= len(parts) or position >= len(parts[at]) or parts[at][position].lecturer_id != old:
            return False
        parts[at][position] = msgspec.structs.replace(parts[at][position], lecturer_id=new)
    left = tuple(
        msgspec.structs.replace(one, contributors=tuple(own))
        for one, own in zip(said.sessions, parts, strict=True)
    )
    anew = Snapshot(said.zone, left)
    row.snapshot, row.fingerprint = write_snapshot(anew), fingerprint(anew)
    return True


def snapshot_of(table: Timetable) -> Snapshot:
    """Everything that a timetable says now."""
    return Snapshot(table.zone, tuple(map(_state, table.entries)))


def _state(entry: Entry) -> SessionState:
    return SessionState(
        **{name: getattr(entry, name) for name in _FACTS},
        contributors=tuple(
            ContributorState(
                part.lecturer_id, part.type, part.role, part.zh.name, part.zh.of, part.en.name, part.en.of,
                part.topic_zh, part.topic_en,
            )
            for part in entry.contributors
        ),
        stops=tuple(StopState(**{name: getattr(stop, name) for name in _OF_STOP}) for stop in entry.stops),
    )  # fmt: skip


def _told(one: SessionState) -> Told:
    parts = tuple(
        Contributor(
            part.lecturer_id,
            part.type,
            part.role,
            part.words("zh"),
            part.words("en"),
            part.topic_zh,
            part.topic_en,
        )
        for part in one.contributors
    )
    stops = tuple(Stop(*(getattr(stop, name) for name in _OF_STOP)) for stop in one.stops)
    return tuple(getattr(one, name) for name in _FACTS), parts, stops
