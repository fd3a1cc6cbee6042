"""Refusals about the places of a training, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "places.beyond_capacity": _l(
        "%(people)d more would go beyond the capacity; free places: %(left)d. Take fewer, put some on "
        "the waiting list, or tick “beyond the capacity” in the form."
    ),
    "places.beyond_quota": _l(
        "%(people)d would go beyond what their units were offered (first: %(unit)s). Leave them on the waiting list, offer "
        "the unit more places, or tick “beyond” in the form."
    ),
    "board.nothing_ticked": _l("Tick at least one participant first."),
    "board.no_step": _l("This step is not possible from here. Load the page again."),
    "board.no_number": _l("Enter how many are to move up, from 1 to %(most)d."),
    "places.undo_beyond_capacity": _l(
        "This cannot be taken back as a whole: others have the places by now, and the class would be over its "
        "capacity. Change the people one by one instead."
    ),
}
