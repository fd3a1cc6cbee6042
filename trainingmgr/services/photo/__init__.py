"""Photographs of participants: one by one, or a whole class at once with a look before."""

from trainingmgr.services.photo.giving import Given, confirm, give, take_away, undo
from trainingmgr.services.photo.planning import Line, Plan, Verdict, plan_of
from trainingmgr.services.photo.sending import choose, content, discard, find, keep, let_old_go

__all__ = [
    "Given",
    "Line",
    "Plan",
    "Verdict",
    "choose",
    "confirm",
    "content",
    "discard",
    "find",
    "give",
    "keep",
    "let_old_go",
    "plan_of",
    "take_away",
    "undo",
]
