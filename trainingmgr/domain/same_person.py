"""Why two records of people may be of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations


class Likeness(StrEnum):
    """What two records share besides the name, the strongest first; of `SOUND` the name only sounds alike."""

    DOCUMENT = "document"
    BIRTHDAY = "birthday"
    PHONE = "phone"
    EMAIL = "email"
    SOUND = "sound"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a person, as far as it tells them from others.

    `units` are likenesses of the names of their units, `id_masked` the ID number as screens show it, `born`
    the day that it tells, if it does. `has_document` tells that a number is known, `id_type` of what kind.
    """

    id: int
    name_key: str
    pinyin: str
    phone: str
    email: str
    units: frozenset[str]
    id_type: str
    id_masked: str
    born: date | None

    @property
    def has_document(self) -> bool:
        return bool(self.id_type)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one. `documents_differ` speaks against it: their ID numbers are two."""

    low: int
    high: int
    reasons: tuple[Likeness, ...]
    documents_differ: bool


def pairs(people: Iterable[Traits]) -> list[Pair]:
    """Those of these people who may be one, those with the strongest reasons first.

    Records with two ID numbers are two people, unless their day of birth, their phone or their mail address is
    one: then a number may be mistyped.
    """
    everybody = {one.id: one for one in people}
    found: dict[tuple[int, int], set[Likeness]] = {}
    for reason, groups in _groups(everybody.values()).items():
        for ids in groups.values():
            for low, high in combinations(sorted(set(ids)), 2):
                found.setdefault((low, high), set()).add(reason)
    made = [_pair(everybody[low], everybody[high], reasons) for (low, high), reasons in found.items()]
    order = list(Likeness)
    return sorted(
        (one for one in made if one is not None),
        key=lambda one: (
            one.documents_differ,
            [order.index(reason) for reason in one.reasons],
            one.low,
            one.high,
        ),
    )


def _groups(people: Iterable[Traits]) -> dict[Likeness, dict[tuple[str, ...], list[int]]]:
    groups: dict[Likeness, dict[tuple[str, ...], list[int]]] = {one: {} for one in Likeness}

    def put(reason: Likeness, person: Traits, *key: str) -> None:
        groups[reason].setdefault(key, []).append(person.id)

    for one in people:
        if one.id_masked:
            put(Likeness.DOCUMENT, one, one.name_key, one.id_masked)
        if one.born:
            put(Likeness.BIRTHDAY, one, one.name_key, one.born.isoformat())
        if one.phone:
            put(Likeness.PHONE, one, one.name_key, one.phone)
            put(Likeness.SOUND, one, one.pinyin, one.phone)
        if one.email:
            put(Likeness.EMAIL, one, one.name_key, one.email.casefold())
        for unit in one.units:
            put(Likeness.UNIT, one, one.name_key, unit)
    return groups


def _pair(one: Traits, other: Traits, reasons: set[Likeness]) -> Pair | None:
    differ = one.has_document and other.has_document and one.id_type == other.id_type
    if one.name_key == other.name_key:
        reasons = reasons - {Likeness.SOUND}
    if differ:
        # Numbers of one kind are never twice in an organisation, so what looks alike here is not alike.
        reasons = reasons - {Likeness.DOCUMENT}
        if not reasons & {Likeness.BIRTHDAY, Likeness.PHONE, Likeness.EMAIL}:
            return None
    told = tuple(reason for reason in Likeness if reason in reasons)
    return Pair(one.id, other.id, told, differ) if told else None
