"""What organisers and the desk do with a roster."""

from trainingmgr.services.roster.adding import SOMEBODY_NEW, Added, add
from trainingmgr.services.roster.bulk import BulkDone, Undone, set_group, set_status, undo_bulk
from trainingmgr.services.roster.changing import arrive, update
from trainingmgr.services.roster.leaving import Removed, remove, reveal, reveal_whole

__all__ = [
    "SOMEBODY_NEW",
    "Added",
    "BulkDone",
    "Removed",
    "Undone",
    "add",
    "arrive",
    "remove",
    "reveal",
    "reveal_whole",
    "set_group",
    "set_status",
    "undo_bulk",
    "update",
]
