"""What names a unit, in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_TABLES: dict[str, LazyString] = {
    "lecturer": _l("Lecturers"),
    "mail_message": _l("Mails"),
    "person": _l("People"),
    "registration": _l("Registrations"),
    "training_host": _l("Trainings held"),
    "unit": _l("Units under it"),
    "unit_alias": _l("Other names"),
}
_OTHER = _l("Further records")


def used_words(uses: dict[str, int]) -> list[tuple[str, int]]:
    """How many records of each kind name a unit; kinds that have no word of their own count as further records."""
    found: dict[str, int] = {}
    for table, rows in uses.items():
        word = str(_TABLES.get(table, _OTHER))
        found[word] = found.get(word, 0) + rows
    return sorted(found.items())
