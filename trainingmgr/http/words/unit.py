"""Refusals about units in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "unit.bad_office": _l(
        "“%(value)s” cannot stand behind the name of a division. Write what the offices are called, such as 民政厅."
    ),
    "unit.bad_uscc": _l(
        "“%(value)s” is no unified social credit code. It has 18 characters, of which the last is a check."
    ),
    "unit.bad_when": _l("“%(value)s” is no year, month or day. Write it as 2018, 2018-03 or 2018-03-17."),
    "unit.no_such_group": _l("Choose the province whose cities are meant."),
    "unit.parent_unknown": _l("There is no unit “%(name)s”. Choose one of those that exist."),
}
