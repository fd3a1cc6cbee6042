"""What organisers ask on a registration form, and the answers that they see and put right."""

from trainingmgr.services.registration_form.answering import answer, reveal, reveal_all, withdraw
from trainingmgr.services.registration_form.designing import (
    add_question,
    change_field,
    change_question,
    move_question,
    remove_question,
    set_modes,
)
from trainingmgr.services.registration_form.expiring import forget_expired

__all__ = [
    "add_question",
    "answer",
    "change_field",
    "change_question",
    "forget_expired",
    "move_question",
    "remove_question",
    "reveal",
    "reveal_all",
    "set_modes",
    "withdraw",
]
