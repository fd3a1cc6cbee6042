"""Making, changing, copying and putting away trainings."""

from trainingmgr.services.training.copying import copy
from trainingmgr.services.training.settings import archive, create, reopen, update

__all__ = ["archive", "copy", "create", "reopen", "update"]
