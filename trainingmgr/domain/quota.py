"""Places offered to units (名额): what a line of the table says, and who takes a place of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from trainingmgr.domain.person import clean_text, text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus

MOST_PLACES = 9_999
MOST_UNITS = 5_000
LIMITS = {"post": 120, "note": 300}

# Whoever was named and neither waits for a place nor is gone takes one of the unit's places.
HOLDING_STATUSES = PRESENT_STATUSES | {RegistrationStatus.NOMINATED}


class OverQuota(StrEnum):
    """What becomes of those whom a unit names beyond its places."""

    REFUSE = "refuse"
    WAITLIST = "waitlist"


class UnitPlaces(NamedTuple):
    """A unit by its name, and how many places it is offered."""

    unit: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaInput:
    """A line as the organiser writes it.

    `post` is the post asked for; empty, it is that of the category. `deadline` is the last day on
    which units may name people, None for no end. `category_id` 0 means none.
    """

    category_id: int = 0
    post: str = ""
    deadline: date | None = None
    over: OverQuota = OverQuota.REFUSE
    note: str = ""
    units: tuple[UnitPlaces, ...] = ()


def is_over(deadline: date | None, today: date) -> bool:
    """Tell whether the last day for naming people has passed."""
    return deadline is not None and today > deadline


_NUMBERED = re.compile(r"(?P<unit>.+?)[\s,，、;；:：]+(?P<places>\d{1,6})\s*(?:名|人|个)?")


def read_units(text: str, places: int = 1) -> tuple[UnitPlaces, ...]:
    """The units of a typed list: one a line, the number of places behind its name where it is not `places`.

    Raises Refusal `quota.unit_twice` (unit), `quota.too_many_places` (unit, limit),
    `quota.too_many_units` (limit), and what `clean_text` raises of a name.
    """
    found: dict[str, UnitPlaces] = {}
    for line in text.splitlines():
        line = clean_text(line, 140)
        if not line:
            continue
        numbered = _NUMBERED.fullmatch(line)
        name = clean_text(numbered["unit"] if numbered else line, 120)
        number = int(numbered["places"]) if numbered else places
        check_places(name, number)
        if text_key(name) in found:
            raise Refusal("quota.unit_twice", unit=name)
        found[text_key(name)] = UnitPlaces(name, number)
        if len(found) > MOST_UNITS:
            raise Refusal("quota.too_many_units", limit=MOST_UNITS)
    return tuple(found.values())


def check_places(unit: str, places: int) -> None:
    """Raise Refusal `quota.too_many_places` (unit, limit) for a number that no unit is offered."""
    if not 0 <= places <= MOST_PLACES:
        raise Refusal("quota.too_many_places", unit=unit, limit=MOST_PLACES)


def write_units(units: Iterable[tuple[str, int]]) -> str:
    """The list in the form that `read_units` reads."""
    return "\n".join(f"{unit} {places}" for unit, places in units)
