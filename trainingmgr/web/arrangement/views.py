"""Groups, buses, rooms and tables of a training. Importing this module registers every view."""

from trainingmgr.web.arrangement import acting, files, proposals, showing
from trainingmgr.web.arrangement.blueprint import bp

__all__ = ["acting", "bp", "files", "proposals", "showing"]
