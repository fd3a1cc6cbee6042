"""Refusals that any feature may give."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "stale": _l(
        "Somebody else changed this in the meantime. Your input is still here: compare it with the "
        "present state and save again."
    ),
    "undo_gone": _l(
        "This can no longer be taken back: it was undone already, is too long ago, or what it needs is gone."
    ),
    "file_unusable": _l("%(file)s cannot be read or written (%(reason)s). Choose another place."),
    "not_found": _l("There is no such record."),
    "training_not_found": _l("There is no training with the code %(code)s."),
}
