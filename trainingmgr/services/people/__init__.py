"""Who is who in an organisation: people told apart, merged, and taken apart again."""

from trainingmgr.services.people.apart import tell_apart
from trainingmgr.services.people.merging import (
    MERGE_ACTIONS,
    MergeDone,
    MergeUndone,
    forget_merges,
    merge,
    undo_merge,
)
from trainingmgr.services.people.planning import FACTS, Both, Fact, MergePlan, Place, plan

__all__ = [
    "FACTS",
    "MERGE_ACTIONS",
    "Both",
    "Fact",
    "MergeDone",
    "MergePlan",
    "MergeUndone",
    "Place",
    "forget_merges",
    "merge",
    "plan",
    "tell_apart",
    "undo_merge",
]
