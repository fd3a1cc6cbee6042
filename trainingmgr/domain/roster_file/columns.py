"""What the cells of a roster say, column by column: what offices type once for hundreds is cleaned once."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from trainingmgr.domain.person import (
    IdDocument,
    IdType,
    clean_email,
    clean_text,
    read_id_number,
    read_id_type,
    read_sex,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file.ethnic_groups import ethnic_group
from trainingmgr.domain.roster_file.headers import RosterField
from trainingmgr.domain.roster_file.names import AS_ABOVE
from trainingmgr.domain.roster_file.phones import read_phone
from trainingmgr.domain.roster_file.records import NOTE_LIMIT, Problem
from trainingmgr.domain.table import without_apostrophe

Clean = Callable[[str], Any]

LIMITS: Mapping[RosterField, int] = {
    RosterField.LATIN_NAME: 120,
    RosterField.UNIT: 120,
    RosterField.POST: 120,
    RosterField.UNIT_AND_POST: 240,
    # An English name may be twice as long as a Chinese one.
    RosterField.CATEGORY: 240,
    RosterField.GROUP: 40,
    RosterField.NOTE: NOTE_LIMIT,
    RosterField.ETHNICITY: 40,
}
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "####", "########"})
# A formula that became text; ===== in a note is none.
_FORMULA = re.compile(r"[=＝]\s*[A-Za-z0-9$+\-(@\"'\[{]")
_MARKS = "'=＝"
# Whatever tells one person from another is never taken from the row above.
_OWN = frozenset(
    {
        RosterField.NAME,
        RosterField.SURNAME,
        RosterField.GIVEN_NAME,
        RosterField.LATIN_NAME,
        RosterField.ID_NUMBER,
    }
)
# Where any text may stand, so that what looks like a formula is one.
_TEXTS = frozenset({*LIMITS, RosterField.NAME, RosterField.SURNAME, RosterField.GIVEN_NAME})
_NOTHING = frozenset({"无", "／", "/", "-", "—", "--", "——", "N/A", "n/a", "无。"})
_SPECIAL = _ERRORS | _NOTHING


def cleaners(region: str) -> dict[RosterField, Clean]:
    """What cleans the cells of a column on its own; names and ID numbers need more than their cell.

    `region` is the country of phone numbers that name none.
    """
    found: dict[RosterField, Clean] = {one: partial(clean_text, limit=limit) for one, limit in LIMITS.items()}
    return found | {
        RosterField.ETHNICITY: _ethnicity,
        RosterField.PHONE: partial(read_phone, region=region),
        RosterField.EMAIL: clean_email,
        RosterField.ID_TYPE: read_id_type,
        RosterField.SEX: read_sex,
    }


def _ethnicity(raw: str) -> str:
    return ethnic_group(clean_text(raw, LIMITS[RosterField.ETHNICITY]))


class Columns:
    """The cells of people's rows by column: `problems` gathers what is wrong with single cells, `doubts` what is odd."""

    def __init__(self, numbers: Sequence[int], lines: Sequence[Sequence[str]]) -> None:
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self._numbers = numbers
        self._lines = lines
        self._width = min(map(len, lines))

    def read(self, field: RosterField, index: int, clean: Clean | None) -> list[Any]:
        """What each row says in the column `index`: cleaned, or as typed without `clean`; empty for nothing."""
        raws = self._raw(index)
        distinct = set(raws)
        if field not in _OWN and not AS_ABOVE.isdisjoint(distinct):
            raws = _filled(raws)
            distinct = set(raws)
        special = {raw for raw in distinct if raw and raw[0] in _MARKS} | (_SPECIAL & distinct)
        if clean is None and not special:
            return raws
        said: dict[str, Any] = {}
        faults: dict[str, Refusal] = {}
        for raw in distinct:
            try:
                if raw in special:
                    said[raw] = _special(raw, clean, text=field in _TEXTS) or ""
                else:
                    said[raw] = clean(raw) or "" if clean and raw else raw
            except Refusal as refusal:
                said[raw], faults[raw] = "", refusal
        if faults:
            self._note(field, raws, faults)
        if field in _TEXTS:
            self.doubts += [
                Problem(number, field, "formula_as_text", {"value": raw[:60]})
                for number, raw in zip(self._numbers, raws, strict=True)
                if raw in special and _FORMULA.match(raw)
            ]
        return [said[raw] for raw in raws]

    def _raw(self, index: int) -> list[str]:
        if index < self._width:
            return [cells[index] for cells in self._lines]
        return [cells[index] if index < len(cells) else "" for cells in self._lines]

    def _note(self, field: RosterField, raws: Sequence[str], faults: Mapping[str, Refusal]) -> None:
        self.problems += [
            Problem(number, field, faults[raw].code, faults[raw].values)
            for number, raw in zip(self._numbers, raws, strict=True)
            if raw in faults
        ]

    def documents(
        self, typed: Sequence[str], kinds: Sequence[IdType | None], today: date
    ) -> list[IdDocument | None]:
        """The ID documents that `typed` and the types beside them give; `today` bounds birth dates."""
        found: list[IdDocument | None] = []
        for place, (raw, kind) in enumerate(zip(typed, kinds, strict=True)):
            document = None
            try:
                if raw:
                    document = read_id_number(raw, kind, today=today)
            except Refusal as refusal:
                self.problems.append(
                    Problem(self._numbers[place], RosterField.ID_NUMBER, refusal.code, refusal.values)
                )
            found.append(document)
        return found


def _filled(raws: Sequence[str]) -> list[str]:
    """The cells with what stands above in place of 同上, and nothing where nothing stands above."""
    found: list[str] = []
    above = ""
    for raw in raws:
        above = above if raw.strip() in AS_ABOVE else raw
        found.append(above)
    return found


def _special(raw: str, clean: Clean | None, *, text: bool) -> Any:
    """What a cell says that is more than text; what looks like a formula is `text` where any text may stand.

    Raises Refusal `cell_error` (value), `cell_formula` (value), and what `clean` raises.
    """
    if raw in _NOTHING:
        return ""
    if raw in _ERRORS:
        raise Refusal("cell_error", value=raw)
    if not text and _FORMULA.match(raw):
        raise Refusal("cell_formula", value=raw[:60])
    raw = without_apostrophe(raw)
    return clean(raw) if clean else raw
