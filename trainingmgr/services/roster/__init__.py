"""What organisers and the desk do with a roster."""

from trainingmgr.services.roster.adding import SOMEBODY_NEW, Added, add
from trainingmgr.services.roster.bulk import BulkDone, set_group, set_status
from trainingmgr.services.roster.changing import arrive, update
from trainingmgr.services.roster.leaving import Removed, remove, reveal, reveal_whole

__all__ = [
    "SOMEBODY_NEW",
    "Added",
    "BulkDone",
    "Removed",
    "add",
    "arrive",
    "remove",
    "reveal",
    "reveal_whole",
    "set_group",
    "set_status",
    "update",
]
