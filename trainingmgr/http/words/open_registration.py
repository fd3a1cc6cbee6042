"""Refusals of open registration in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "open_registration.times_reversed": _l("Registration would close before it opens. Look at both times."),
    "open_registration.capacity": _l("The number of places must be at least 1, or empty for all of them."),
    "open_registration.off": _l("Registration is not open."),
    "open_registration.not_yet": _l("Registration is not open yet."),
    "open_registration.full": _l("All places are taken, and there is no waiting list."),
    "open_registration.closed": _l("Registration is closed."),
    "open_registration.over": _l(
        "Nothing can be changed here any more. Ask the organiser if something has to be."
    ),
    "open_registration.crowded": _l("Somebody else was a moment faster. Send the form once more."),
    "open_registration.unmarked": _l("The form did not arrive whole. Send it once more."),
    "open_registration.ended": _l("The class is long over: its participants' addresses have ended."),
    "open_registration.no_mail": _l("No mail address is known. Give the participant the address yourself."),
}
