"""The bodies that host classes, send people and lend lecturers."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypedDict

from stdnum.cn import uscc

from trainingmgr.domain.division import Recogniser
from trainingmgr.domain.person import name_key, text_key, text_pinyin
from trainingmgr.domain.refusal import Refusal


class UnitType(StrEnum):
    MINISTRY = "ministry"
    DEPARTMENT = "department"
    PROVINCIAL = "provincial"
    CITY = "city"
    DISTRICT = "district"
    ASSOCIATION = "association"
    MEDIA = "media"
    COMPANY = "company"
    COMMITTEE = "committee"
    OTHER = "other"


class AliasKind(StrEnum):
    """Why a unit is known by another name."""

    ALIAS = "alias"
    FORMER = "former"
    SHORT = "short"
    MERGED = "merged"


class UnitKeys(TypedDict):
    """The columns of a unit that follow from its names."""

    name_key: str
    pinyin: str
    search_text: str


KEY_LIMIT = 240


def key_of(name: str) -> str:
    """What spellings of one unit's name share: width, case, spaces and the form of brackets put aside."""
    return text_key(name)[:KEY_LIMIT]


def unit_keys(name: str, name_en: str = "", aliases: Iterable[str] = ()) -> UnitKeys:
    """The keys by which a unit is found, ordered and searched.

    `pinyin` has its syllables apart. `search_text` is what the search box looks through: each name as it
    is, read aloud and by initials, in lower case.
    """
    syllables = text_pinyin(name)
    words = _spoken(name, syllables)
    for alias in aliases:
        words += _spoken(alias, text_pinyin(alias))
    if name_en:
        words.append(name_key(name_en))
    return UnitKeys(
        name_key=key_of(name),
        pinyin=" ".join(syllables)[:KEY_LIMIT],
        search_text=" ".join(dict.fromkeys(filter(None, words))),
    )


def _spoken(name: str, syllables: Iterable[str]) -> list[str]:
    return [name_key(name), "".join(syllables), "".join([part[0] for part in syllables])]


def clean_uscc(raw: str) -> str:
    """A unified social credit code in normal form, empty for none. Raises Refusal `unit.bad_uscc` (value)."""
    text = "".join(raw.split())
    if not text:
        return ""
    try:
        return str(uscc.validate(text))
    except uscc.ValidationError as error:
        raise Refusal("unit.bad_uscc", value=text[:40]) from error


_CODE = re.compile(r"\d{6}")


def clean_division_code(raw: str) -> str:
    """The code of a division, six digits by GB/T 2260, empty for none. Raises Refusal `unit.bad_division_code`."""
    text = raw.strip()
    if text and not _CODE.fullmatch(text):
        raise Refusal("unit.bad_division_code", value=text[:40])
    return text


_SINCE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def clean_when(raw: str) -> str:
    """A year, a month or a day as YYYY, YYYY-MM or YYYY-MM-DD. Raises Refusal `unit.bad_when` (value)."""
    text = raw.strip()
    if not text:
        return ""
    found = _SINCE.fullmatch(text.replace("/", "-").replace(".", "-"))
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else None for part in found.groups())
        date(year or 0, month or 1, day or 1)
    except ValueError as error:
        raise Refusal("unit.bad_when", value=text[:40]) from error
    return "-".join(f"{part:02d}" for part in (year, month, day) if part is not None)


_SIGNS = re.compile(r"[^\w]+|^中华人民共和国")


def likeness(name: str, recogniser: Recogniser) -> str:
    """What names share that most likely mean one unit: 四川省成都市民政局, 成都市民政局, 成都民政局.

    Put aside are width, spaces, brackets and other signs, the province before a city, the words for a
    division's kind, and whether an office calls itself 厅 or 局.
    """
    plain = _SIGNS.sub("", text_key(name))
    division, rest = recogniser.split(plain)
    if rest.endswith("厅"):
        rest = f"{rest[:-1]}局"
    return f"{division.code or division.name} {rest}" if division else rest


def makes_a_circle(parents: Mapping[int, int | None], unit: int, parent: int | None) -> bool:
    """Tell whether `unit` would stand above itself if it were put under `parent`.

    `parents` has the parent of every unit that may lie on the way up.
    """
    seen: set[int] = set()
    while parent is not None and parent not in seen:
        if parent == unit:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False
