"""What organisers and the desk do with a roster."""

from trainingmgr.services.roster.adding import SOMEBODY_NEW, Added, add
from trainingmgr.services.roster.bulk import TELLING_STATUSES, BulkDone, promote_first, set_group, set_status
from trainingmgr.services.roster.changing import arrive, update
from trainingmgr.services.roster.indexing import index_rosters
from trainingmgr.services.roster.leaving import Removed, remove, reveal, reveal_whole
from trainingmgr.services.roster.undoing import BULK_ACTIONS, BULK_UNDO_WITHIN, Undone, undo_bulk
from trainingmgr.services.roster.viewing import choose_columns, drop_filter, save_filter

__all__ = [
    "BULK_ACTIONS",
    "BULK_UNDO_WITHIN",
    "SOMEBODY_NEW",
    "TELLING_STATUSES",
    "Added",
    "BulkDone",
    "Removed",
    "Undone",
    "add",
    "arrive",
    "choose_columns",
    "drop_filter",
    "index_rosters",
    "promote_first",
    "remove",
    "reveal",
    "reveal_whole",
    "save_filter",
    "set_group",
    "set_status",
    "undo_bulk",
    "update",
]
