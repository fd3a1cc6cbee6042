"""What an organiser types about one participant, put right field by field."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from trainingmgr.domain.person import (
    IdDocument,
    Sex,
    clean_email,
    clean_name,
    clean_phone,
    clean_text,
    read_sex,
    show_phone,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus

_LENGTHS = {
    "latin_name": 120,
    "unit": 120,
    "post": 120,
    "group": 40,
    "ethnicity": 40,
    "note": 500,
    "reason": 200,
    "pinyin": 240,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Cleaned facts of a participant; None leaves a fact as it is, empty text takes it away.

    `category_id` 0 means none. `document` is the ID document; `no_document` takes a known one away.
    `pinyin` is the key that names are ordered by; empty, it follows from the name.
    """

    name: str | None = None
    latin_name: str | None = None
    unit: str | None = None
    post: str | None = None
    category_id: int | None = None
    group: str | None = None
    status: RegistrationStatus | None = None
    phone: str | None = None
    email: str | None = None
    sex: Sex | str | None = None
    ethnicity: str | None = None
    note: str | None = None
    pinyin: str | None = None
    document: IdDocument | None = None
    no_document: bool = False

    def given(self) -> dict[str, object]:
        """The facts that are to be set, by name."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value is not None and name != "no_document"}

    def without_empty(self) -> "Facts":
        """The same facts, where nothing said takes nothing away."""
        empty = {name: None for name, value in self.given().items() if value == ""}
        return replace(self, **empty)  # type: ignore[arg-type]  # each of these may be None


def _text(name: str) -> Callable[[str], str]:
    return lambda raw: clean_text(raw, _LENGTHS[name])


def _sex(raw: str) -> str:
    sex = read_sex(raw)
    return sex.value if sex else ""


CLEANERS: dict[str, Callable[[str], str]] = {
    "name": clean_name,
    "phone": clean_phone,
    "email": clean_email,
    "sex": _sex,
    **{name: _text(name) for name in _LENGTHS},
}
"""How typed text of each field is put right; each raises the Refusal of its kind of value."""


def phone_to_edit(phone: str) -> str:
    """A phone number in the form that people read, wherever that form is read back as the same number."""
    shown = show_phone(phone)
    try:
        return shown if clean_phone(shown) == phone else phone
    except Refusal:
        return phone
