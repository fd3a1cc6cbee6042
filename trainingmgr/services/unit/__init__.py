"""What an organiser does with the organisation's units."""

from trainingmgr.services.unit.apart import tell_units_apart
from trainingmgr.services.unit.dividing import (
    GroupDone,
    GroupUndone,
    GroupWish,
    add_of_group,
    plan_of_group,
    undo_group,
)
from trainingmgr.services.unit.editing import AliasDraft, UnitDraft, move_unit, remove_unit, save_unit
from trainingmgr.services.unit.importing import ImportDone, ListRefused, import_units, undo_import
from trainingmgr.services.unit.merging import (
    MERGED,
    MergeDone,
    MergePlan,
    MergeUndone,
    merge_units,
    plan_merge,
    undo_merge,
)

__all__ = [
    "MERGED",
    "AliasDraft",
    "GroupDone",
    "GroupUndone",
    "GroupWish",
    "ImportDone",
    "ListRefused",
    "MergeDone",
    "MergePlan",
    "MergeUndone",
    "UnitDraft",
    "add_of_group",
    "import_units",
    "merge_units",
    "move_unit",
    "plan_merge",
    "plan_of_group",
    "remove_unit",
    "save_unit",
    "tell_units_apart",
    "undo_group",
    "undo_import",
    "undo_merge",
]
