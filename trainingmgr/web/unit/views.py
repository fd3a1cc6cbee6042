"""The organisation's units: list, tree, one unit, divisions, duplicates."""

from trainingmgr.web.unit import dividing, editing, files, listing, merging
from trainingmgr.web.unit.blueprint import bp

__all__ = ["bp", "dividing", "editing", "files", "listing", "merging"]
