"""What an organiser does with the organisation's units."""

from trainingmgr.services.unit.dividing import GroupDone, GroupWish, add_of_group, plan_of_group

__all__ = ["GroupDone", "GroupWish", "add_of_group", "plan_of_group"]
