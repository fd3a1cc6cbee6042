"""Taking attendance, by hand and from a file."""

from trainingmgr.services.attendance.importing import (
    MAX_MARKS,
    AttendanceDraft,
    ImportResult,
    RowResult,
    confirm_draft,
    discard_draft,
    import_attendance,
    keep_upload,
    open_draft,
)
from trainingmgr.services.attendance.marking import arrive, mark, mark_rest, undo_rest

__all__ = [
    "MAX_MARKS",
    "AttendanceDraft",
    "ImportResult",
    "RowResult",
    "arrive",
    "confirm_draft",
    "discard_draft",
    "import_attendance",
    "keep_upload",
    "mark",
    "mark_rest",
    "open_draft",
    "undo_rest",
]
