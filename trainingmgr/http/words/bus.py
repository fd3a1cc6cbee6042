"""Refusals about buses, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "bus_exists": _l(
        "This training has a bus %(name)s already: give this one another name, or change that one."
    ),
}
