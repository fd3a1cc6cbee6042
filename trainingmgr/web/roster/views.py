"""The roster: the list, the board, a participant's page and forms, files."""

from trainingmgr.web.roster import board, bulk, duplicates, files, inline, people, table, viewing
from trainingmgr.web.roster.blueprint import bp

__all__ = ["board", "bp", "bulk", "duplicates", "files", "inline", "people", "table", "viewing"]
