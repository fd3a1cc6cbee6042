"""Taking in a roster: read, plan, show, write."""

from trainingmgr.queries.import_draft import DRAFT_LIFE
from trainingmgr.services.roster_import.background import is_large, order_draft, running, work
from trainingmgr.services.roster_import.drafts import (
    Draft,
    confirm_draft,
    discard_draft,
    keep_upload,
    map_columns,
    open_draft,
)
from trainingmgr.services.roster_import.planning import Change, Plan, PlannedRow, Verdict
from trainingmgr.services.roster_import.use_cases import ImportRefused, import_roster, plan_import

__all__ = [
    "DRAFT_LIFE",
    "Change",
    "Draft",
    "ImportRefused",
    "Plan",
    "PlannedRow",
    "Verdict",
    "confirm_draft",
    "discard_draft",
    "import_roster",
    "is_large",
    "keep_upload",
    "map_columns",
    "open_draft",
    "order_draft",
    "plan_import",
    "running",
    "work",
]
