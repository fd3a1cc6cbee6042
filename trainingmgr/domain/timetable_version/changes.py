"""What changed between two timetables."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from trainingmgr.domain.schedule import concerns
from trainingmgr.domain.timetable_version.snapshot import SessionState, Snapshot, write_snapshot


class Sort(StrEnum):
    """What became of a session."""

    ADDED = "added"
    TAKEN_OUT = "taken_out"
    CHANGED = "changed"


class Field(StrEnum):
    """What of a session is other than before, in the order in which it is told."""

    TIME = "time"
    PLACE = "place"
    TITLE = "title"
    KIND = "kind"
    GROUPS = "groups"
    CONTRIBUTORS = "contributors"
    STOPS = "stops"
    HOURS = "hours"
    COMPULSORY = "compulsory"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Change:
    """One session that is other than before; what was added has no `before`, what was taken out no `after`."""

    sort: Sort
    before: SessionState | None
    after: SessionState | None
    fields: tuple[Field, ...] = ()

    @property
    def known(self) -> SessionState:
        """The session as it is now, or as it was last."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    def lecturers(self) -> frozenset[int]:
        """The lecturers who are in the session, or were."""
        return frozenset(
            part.lecturer_id for one in (self.before, self.after) if one for part in one.contributors
        )


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """What of `after` is other than `before`, in the order of time; sessions are the same by their `uid`."""
    old = {one.uid: one for one in before.sessions}
    new = {one.uid: one for one in after.sessions}
    found = [Change(Sort.TAKEN_OUT, one, None) for uid, one in old.items() if uid not in new]
    for uid, one in new.items():
        was = old.get(uid)
        if was is None:
            found.append(Change(Sort.ADDED, None, one))
        elif fields := _fields(was, one):
            found.append(Change(Sort.CHANGED, was, one, fields))
    return sorted(found, key=lambda one: (one.known.starts_at, one.known.ends_at, one.known.uid))


def concerning(found: Iterable[Change], group: str) -> list[Change]:
    """The changes that mean something to somebody of `group` (empty: of none).

    A session that was theirs and is no more is one that was taken out for them, and the other way round.
    """
    own = []
    for change in found:
        before = change.before if change.before and concerns(change.before.groups, group) else None
        after = change.after if change.after and concerns(change.after.groups, group) else None
        if before and after:
            own.append(change)
        elif after:
            own.append(Change(Sort.ADDED, None, after))
        elif before:
            own.append(Change(Sort.TAKEN_OUT, before, None))
    return own


def fingerprint(snapshot: Snapshot) -> str:
    """A name that two timetables share if nothing changed between them."""
    bare = tuple(msgspec.structs.replace(one, id=0, sequence=0) for one in snapshot.sessions)
    return sha256(write_snapshot(Snapshot(snapshot.zone, bare)).encode()).hexdigest()


def _fields(before: SessionState, after: SessionState) -> tuple[Field, ...]:
    return tuple(field for field in Field if _of(before, field) != _of(after, field))


def _of(one: SessionState, field: Field) -> Any:
    return {
        Field.TIME: (one.starts_at, one.ends_at),
        Field.PLACE: (one.place_zh, one.place_en),
        Field.TITLE: (one.title_zh, one.title_en),
        Field.KIND: one.kind,
        Field.GROUPS: one.groups,
        Field.CONTRIBUTORS: one.contributors,
        Field.STOPS: tuple((stop.site_id, stop.minutes) for stop in one.stops),
        Field.HOURS: one.class_hours,
        Field.COMPULSORY: one.compulsory,
        Field.DESCRIPTION: (one.description_zh, one.description_en),
    }[field]
