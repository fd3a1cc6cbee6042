"""A timetable as it was published, and what changed between two of them."""

from trainingmgr.domain.timetable_version.changes import Change, Field, Sort, changes, concerning, fingerprint
from trainingmgr.domain.timetable_version.snapshot import (
    ContributorState,
    SessionState,
    Snapshot,
    StopState,
    read_snapshot,
    write_snapshot,
)
from trainingmgr.domain.timetable_version.words import Told, told

__all__ = [
    "Change",
    "ContributorState",
    "Field",
    "SessionState",
    "Snapshot",
    "Sort",
    "StopState",
    "Told",
    "changes",
    "concerning",
    "fingerprint",
    "read_snapshot",
    "told",
    "write_snapshot",
]
