"""Reading a roster out of a table: where it is, what its columns hold, what each row says."""

from trainingmgr.domain.roster_file.headers import RosterField, field_of
from trainingmgr.domain.roster_file.layout import (
    Column,
    Ignored,
    IgnoredKind,
    Layout,
    find_layout,
    names_somebody,
)
from trainingmgr.domain.roster_file.posts import is_post, split_unit_and_post
from trainingmgr.domain.roster_file.records import Problem, RosterRow
from trainingmgr.domain.roster_file.rows import MAX_PEOPLE, Judged, RosterFile, read_roster
from trainingmgr.domain.roster_file.twice import find_twice

__all__ = [
    "MAX_PEOPLE",
    "Column",
    "Ignored",
    "IgnoredKind",
    "Judged",
    "Layout",
    "Problem",
    "RosterField",
    "RosterFile",
    "RosterRow",
    "field_of",
    "find_layout",
    "find_twice",
    "is_post",
    "names_somebody",
    "read_roster",
    "split_unit_and_post",
]
