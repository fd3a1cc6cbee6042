"""What is said of a unit and what names it, in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

FIELDS: dict[str, LazyString] = {
    "name_en": _l("Name in English"),
    "type": _l("Type"),
    "region": _l("Region"),
    "division_code": _l("Division code"),
    "uscc": _l("Unified social credit code"),
    "contact_name": _l("Contact person"),
    "contact_phone": _l("Phone"),
    "contact_email": _l("Mail address"),
}

_TABLES: dict[str, LazyString] = {
    "lecturer": _l("Lecturers"),
    "mail_message": _l("Mails"),
    "nomination": _l("Nominations"),
    "nomination_link": _l("Addresses for nominations"),
    "nomination_receipt": _l("Receipts of nominations"),
    "person": _l("People on file"),
    "quota_place": _l("Places offered"),
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
