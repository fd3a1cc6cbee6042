"""The visits of a training, its buses, and who rides where."""

from trainingmgr.web.visit import buses, overview, printing, rotation
from trainingmgr.web.visit.blueprint import bp

__all__ = ["bp", "buses", "overview", "printing", "rotation"]
