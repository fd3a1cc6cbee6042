"""Refusals about materials."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "material_title_taken": _l("The training has a material “%(title)s” already."),
    "material_handed_out": _l(
        "%(people)d people have been given this. Take it back from them on its sheet before removing it."
    ),
}
