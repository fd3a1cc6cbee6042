"""What an organiser does with the places that are offered to units."""

from trainingmgr.services.quota.importing import (
    Draft,
    Imported,
    Plan,
    PlannedRow,
    Verdict,
    confirm_draft,
    discard_draft,
    keep_upload,
    open_draft,
    undo_import,
)
from trainingmgr.services.quota.lines import change, create, remove

__all__ = [
    "Draft",
    "Imported",
    "Plan",
    "PlannedRow",
    "Verdict",
    "change",
    "confirm_draft",
    "create",
    "discard_draft",
    "keep_upload",
    "open_draft",
    "remove",
    "undo_import",
]
