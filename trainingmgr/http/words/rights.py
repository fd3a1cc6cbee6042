"""Refusals about people's data in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "rights.nothing_asked": _l(
        "Nothing is different from what is kept. Change a field, or say in words what is wrong."
    ),
    "rights.asked_already": _l(
        "You asked for this already. Wait for the answer, or take the request back first."
    ),
    "rights.answered_already": _l("Somebody has answered this request already."),
    "rights.reason_missing": _l("Say why it is not done: the person reads it."),
    "rights.being_issued": _l(
        "A certificate of this person is being made at this moment. Try again in a minute."
    ),
    "rights.days_out_of_range": _l("A time must be between 0 and %(most)s days."),
}
