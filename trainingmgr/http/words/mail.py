"""Refusals about mail in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "mail.address_missing": _l("There is no mail address to send to."),
    "mail.variable_unknown": _l(
        "%(variable)s is no variable of this mail. It may hold %(known)s. Correct the name, or write it without brackets."
    ),
    "mail.variable_missing": _l(
        "This mail needs %(variable)s: without it the reader lacks what the mail is for."
    ),
}
