"""Refusals about materials."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "material_title_taken": _l("The training has a material “%(title)s” already."),
    "material_handed_out": _l(
        "Participants have this in hand (%(people)d). Take it back from them on its sheet before removing it."
    ),
}
