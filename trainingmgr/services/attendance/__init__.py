"""Taking attendance, by hand and from a file."""

from trainingmgr.services.attendance.importing import MAX_MARKS, ImportResult, import_attendance
from trainingmgr.services.attendance.marking import Press, arrive, mark, mark_rest, undo_rest

__all__ = [
    "MAX_MARKS",
    "ImportResult",
    "Press",
    "arrive",
    "import_attendance",
    "mark",
    "mark_rest",
    "undo_rest",
]
