"""Use cases of groups, buses, rooms and tables."""

from trainingmgr.services.arrangement.containers import (
    MOST_AT_ONCE,
    HolderDraft,
    add_holders,
    change_holder,
    remove_empty,
    remove_holder,
)
from trainingmgr.services.arrangement.placing import UNDO_ACTIONS, Moved, move, pin, undo
from trainingmgr.services.arrangement.proposing import accept, discard, order, running, work
from trainingmgr.services.arrangement.wishing import add_wish, remove_wish, set_ranks

__all__ = [
    "MOST_AT_ONCE",
    "UNDO_ACTIONS",
    "HolderDraft",
    "Moved",
    "accept",
    "add_holders",
    "add_wish",
    "change_holder",
    "discard",
    "move",
    "order",
    "pin",
    "remove_empty",
    "remove_holder",
    "remove_wish",
    "running",
    "set_ranks",
    "undo",
    "work",
]
