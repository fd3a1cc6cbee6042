"""What an organiser does with the organisation's units."""

from trainingmgr.services.unit.dividing import GroupDone, GroupWish, add_of_group, plan_of_group
from trainingmgr.services.unit.editing import AliasDraft, UnitDraft, move_unit, remove_unit, save_unit

__all__ = [
    "AliasDraft",
    "GroupDone",
    "GroupWish",
    "UnitDraft",
    "add_of_group",
    "move_unit",
    "plan_of_group",
    "remove_unit",
    "save_unit",
]
