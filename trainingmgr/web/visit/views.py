"""The visits of a training, its buses, and who rides where."""

from trainingmgr.web.visit import buses, overview, rotation
from trainingmgr.web.visit.blueprint import bp

__all__ = ["bp", "buses", "overview", "rotation"]
