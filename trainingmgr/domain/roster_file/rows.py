"""Each row of a roster judged: the cleaned record, and everything that is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

from trainingmgr.domain.person import (
    IdDocument,
    Sex,
    clean_email,
    clean_name,
    clean_phone,
    clean_text,
    has_han,
    read_id_number,
    read_id_type,
    read_sex,
    sex_of,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file.headers import RosterField
from trainingmgr.domain.roster_file.layout import Ignored, IgnoredKind, Layout, RowSorter
from trainingmgr.domain.roster_file.posts import split_unit_and_post
from trainingmgr.domain.roster_file.records import Problem, RosterRow
from trainingmgr.domain.roster_file.twice import find_twice
from trainingmgr.domain.table import Table

T = TypeVar("T")

# A field, where its column is, what cleans a cell of it, and what was cleaned before.
_Column = tuple[RosterField, int, Callable[[str], Any] | None, dict[str, Any]]

MAX_PEOPLE = 20_000
LIMITS: Mapping[RosterField, int] = {
    RosterField.LATIN_NAME: 120,
    RosterField.UNIT: 120,
    RosterField.POST: 120,
    RosterField.UNIT_AND_POST: 240,
    # An English name may be twice as long as a Chinese one.
    RosterField.CATEGORY: 240,
    RosterField.GROUP: 40,
    RosterField.NOTE: 500,
    RosterField.ETHNICITY: 40,
}
# The order in which the faults of one row are told.
_TOLD = (
    RosterField.SEQUENCE,
    RosterField.SURNAME,
    RosterField.GIVEN_NAME,
    *LIMITS,
    RosterField.NAME,
    RosterField.ID_TYPE,
    RosterField.ID_NUMBER,
    RosterField.SEX,
    RosterField.PHONE,
    RosterField.EMAIL,
)
_NOTHING_SAID: dict[RosterField, Any] = dict.fromkeys(RosterField, "")
_AS_SAID = itemgetter(
    RosterField.SEX,
    RosterField.ETHNICITY,
    RosterField.PHONE,
    RosterField.EMAIL,
    RosterField.CATEGORY,
    RosterField.GROUP,
    RosterField.NOTE,
    RosterField.ID_NUMBER,
    RosterField.LATIN_NAME,
)
_UNIT_AND_POST = itemgetter(RosterField.UNIT, RosterField.POST, RosterField.UNIT_AND_POST)
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "####", "########"})
_ACTIVE = frozenset("=+-@\t\r\n|%＝＋－＠")
_NOTHING = frozenset({"无", "／", "/", "-", "—", "--", "——", "N/A", "n/a", "无。"})
_SPECIAL = _ERRORS | _NOTHING
_ETHNIC_GROUPS = frozenset(
    [
        "汉",
        "蒙古",
        "回",
        "藏",
        "维吾尔",
        "苗",
        "彝",
        "壮",
        "布依",
        "朝鲜",
        "满",
        "侗",
        "瑶",
        "白",
        "土家",
        "哈尼",
        "哈萨克",
        "傣",
        "黎",
        "傈僳",
        "佤",
        "畲",
        "高山",
        "拉祜",
        "水",
        "东乡",
        "纳西",
        "景颇",
        "柯尔克孜",
        "土",
        "达斡尔",
        "仫佬",
        "羌",
        "布朗",
        "撒拉",
        "毛南",
        "仡佬",
        "锡伯",
        "阿昌",
        "普米",
        "塔吉克",
        "怒",
        "乌孜别克",
        "俄罗斯",
        "鄂温克",
        "德昂",
        "保安",
        "裕固",
        "京",
        "塔塔尔",
        "独龙",
        "鄂伦春",
        "赫哲",
        "门巴",
        "珞巴",
        "基诺",
    ]
)
_NAME_NOTE = re.compile(r"(.+?)\s*[（(]([^（()）]+)[)）]\s*$")
# As our own lists show numbers: what is known stays.
_MASKED = re.compile(r"[*＊]{3,}")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_UNUSUAL_NAME = re.compile(r"[0-9()（）\[\]【】=@{}<>*#$%^&?!？！]|^[+-]|[a-z][\u4e00-\u9fff][a-z]")


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A judged roster. Rows with a problem are not in `rows`; `doubts` are worth a look and stop nothing.

    `typed_names` are the names of rows that could not be read, as the file has them.
    """

    sheet: str
    layout: Layout
    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    ignored: tuple[Ignored, ...]
    typed_names: Mapping[int, str]

    @property
    def has_fields(self) -> frozenset[RosterField]:
        """The fields that the file has a column for."""
        return frozenset(self.layout.fields)


def read_roster(
    table: Table, layout: Layout, *, today: date, known_units: Iterable[str] = (), region: str = "CN"
) -> RosterFile:
    """Judge every row below the header.

    `today` bounds birth dates; `known_units` help to part a unit from a post. Never raises for a
    row; raises Refusal `roster_empty` where no row holds anybody and `roster_too_many_people` (limit).
    """
    reader = _RowReader(layout, today, tuple(known_units), region)
    sorter = RowSorter(layout, table.rows[layout.position][1])
    ignored = [
        Ignored(number, IgnoredKind.TITLE, _shown(cells)) for number, cells in table.rows[: layout.position]
    ]
    people: list[RosterRow] = []
    seen = 0
    for number, cells in table.rows[layout.position + 1 :]:
        kind = sorter.kind(cells)
        if kind is not None:
            ignored.append(Ignored(number, kind, _shown(cells)))
            continue
        seen += 1
        if seen > MAX_PEOPLE:
            raise Refusal("roster_too_many_people", limit=MAX_PEOPLE)
        row = reader.read(number, cells)
        if row is not None:
            people.append(row)
    if not seen:
        raise Refusal("roster_empty", sheet=table.name)
    reader.problems += find_twice(people)
    faulty = {problem.row for problem in reader.problems}
    return RosterFile(
        sheet=table.name,
        layout=layout,
        rows=tuple(row for row in people if row.row not in faulty) if faulty else tuple(people),
        problems=tuple(sorted(reader.problems, key=_place)),
        doubts=tuple(reader.doubts),
        ignored=tuple(ignored),
        typed_names=reader.typed_names,
    )


def _place(problem: Problem) -> tuple[int, int]:
    return problem.row, len(_TOLD) if problem.field is None else _TOLD.index(problem.field)


def _shown(cells: Sequence[str]) -> str:
    return " ".join(" ".join(cells).split())[:120]


class _RowReader:
    def __init__(self, layout: Layout, today: date, known_units: tuple[str, ...], region: str) -> None:
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self.typed_names: dict[int, str] = {}
        self._fields = layout.fields
        self._unit_above = _unit_above(layout)
        self._today = today
        self._units = known_units
        self._parts: dict[str, tuple[str, str]] = {}
        cleaners: dict[RosterField, Callable[[str], Any]] = {
            **{
                # A name may be given in Latin letters alone, and is read from the cell as it is then.
                one: partial(clean_text, limit=limit)
                for one, limit in LIMITS.items()
                if one is not RosterField.LATIN_NAME
            },
            RosterField.PHONE: partial(clean_phone, region=region),
            RosterField.EMAIL: clean_email,
            RosterField.ID_TYPE: read_id_type,
            RosterField.SEX: read_sex,
        }
        # What offices type once for hundreds of people is cleaned once.
        self._columns: list[_Column] = [
            (one, self._fields[one], cleaners.get(one), {}) for one in RosterField if one in self._fields
        ]

    def read(self, number: int, cells: Sequence[str]) -> RosterRow | None:
        """The cleaned row; None after noting at least one problem."""
        before = len(self.problems)
        cell = self._cells(number, cells)
        sex, ethnicity, phone, email, category, group, note, number_typed, latin_typed = _AS_SAID(cell)
        latin_name = self._latin_name(number, latin_typed) if latin_typed else ""
        name, sex_beside, ethnicity_beside = self._name(number, cell)
        unit, post = self._unit_and_post(number, cell)
        document = self._document(number, number_typed, cell) if number_typed else None
        sex = sex or sex_beside
        ethnicity = ethnicity or ethnicity_beside
        row = RosterRow(
            number,
            name,
            unit,
            post,
            phone,
            document,
            latin_name,
            email,
            sex,
            ethnicity + "族" if ethnicity in _ETHNIC_GROUPS else ethnicity,
            category,
            group,
            note,
        )
        if len(self.problems) > before:
            typed = name or cell[RosterField.NAME] or self._joined(cell)
            self.typed_names[number] = " ".join(typed.split())[:80]
            return None
        if document is not None and sex is not None and sex_of(document) not in {None, sex}:
            self.doubts.append(Problem(number, RosterField.SEX, "sex_differs_from_id"))
        return row

    def _cells(self, number: int, cells: Sequence[str]) -> dict[RosterField, Any]:
        """What the cells say, by field: cleaned where one cell is enough to do so, else as typed."""
        width = len(cells)
        said = _NOTHING_SAID.copy()
        for one, index, clean, known in self._columns:
            raw = cells[index] if index < width else ""
            if not raw:
                continue
            value = known.get(raw)
            if value is None:
                if raw in _SPECIAL or raw[0] == "'":
                    value = self._special(number, one, clean, raw)
                else:
                    value = self._try(number, one, clean, raw) if clean else raw
                if value is None:
                    continue
                known[raw] = value
            if value:
                said[one] = value
        return said

    def _special(self, number: int, one: RosterField, clean: Callable[[str], Any] | None, raw: str) -> Any:
        """What a cell says that is more than text: empty for nothing, None after noting a problem."""
        if raw in _NOTHING:
            return ""
        if raw in _ERRORS:
            self.problems.append(Problem(number, one, "cell_error", {"value": raw}))
            return None
        # Our own csv files put an apostrophe before what a spreadsheet could take for a formula.
        if raw[1:2] in _ACTIVE:
            raw = raw[1:]
        return self._try(number, one, clean, raw) if clean else raw

    def _try(self, number: int, one: RosterField, clean: Callable[[str], T], raw: str) -> T | None:
        try:
            return clean(raw)
        except Refusal as refusal:
            self.problems.append(Problem(number, one, refusal.code, refusal.values))
            return None

    def _latin_name(self, number: int, raw: str) -> str:
        clean = partial(clean_text, limit=LIMITS[RosterField.LATIN_NAME])
        return self._try(number, RosterField.LATIN_NAME, clean, raw) or ""

    def _name(self, number: int, cell: Mapping[RosterField, str]) -> tuple[str, Sex | None, str]:
        """The name, and the sex and ethnic group that stand in brackets behind it."""
        raw = cell[RosterField.NAME]
        if _PLAIN_NAME.fullmatch(raw):
            return raw, None, ""
        if not raw.strip():
            raw = self._joined(cell) or cell[RosterField.LATIN_NAME]
        base, sex, ethnicity = _take_note(raw)
        try:
            name = clean_name(base)
        except Refusal as refusal:
            self.problems.append(Problem(number, RosterField.NAME, refusal.code, refusal.values))
            return "", sex, ethnicity
        if _UNUSUAL_NAME.search(name):
            self.doubts.append(Problem(number, RosterField.NAME, "name_unusual", {"value": name}))
        return name, sex, ethnicity

    @staticmethod
    def _joined(cell: Mapping[RosterField, str]) -> str:
        surname = cell[RosterField.SURNAME].strip()
        given = cell[RosterField.GIVEN_NAME].strip()
        if has_han(surname + given):
            return surname + given
        return f"{given} {surname}".strip()

    def _unit_and_post(self, number: int, texts: Mapping[RosterField, str]) -> tuple[str, str]:
        unit, post, both = _UNIT_AND_POST(texts)
        if both and not (unit and post):
            if both not in self._parts:
                self._parts[both] = split_unit_and_post(both, self._units)
            parted = self._parts[both]
            if not parted[1]:
                self.doubts.append(
                    Problem(number, RosterField.UNIT_AND_POST, "post_not_found", {"value": both})
                )
            unit, post = unit or parted[0], post or parted[1]
            for one, text in ((RosterField.UNIT, unit), (RosterField.POST, post)):
                if len(text) > LIMITS[one]:
                    self.problems.append(
                        Problem(number, one, "too_long", {"limit": LIMITS[one], "length": len(text)})
                    )
        if not unit and self._unit_above and RosterField.UNIT not in self._fields:
            unit = self._unit_above
        return unit, post

    def _document(self, number: int, raw: str, cell: Mapping[RosterField, Any]) -> IdDocument | None:
        if _MASKED.search(raw):
            self.doubts.append(Problem(number, RosterField.ID_NUMBER, "id_masked"))
            return None
        try:
            return read_id_number(raw, cell[RosterField.ID_TYPE] or None, today=self._today)
        except Refusal as refusal:
            self.problems.append(Problem(number, RosterField.ID_NUMBER, refusal.code, refusal.values))
            return None


def _unit_above(layout: Layout) -> str:
    try:
        return clean_text(layout.unit_above, LIMITS[RosterField.UNIT])
    except Refusal:
        return ""


def _take_note(raw: str) -> tuple[str, Sex | None, str]:
    """Part 王芳（女，回族） into the name, the sex and the ethnic group; other brackets stay."""
    found = _NAME_NOTE.fullmatch(raw.strip())
    if not found:
        return raw, None, ""
    sex: Sex | None = None
    ethnicity = ""
    for word in re.split(r"[,，、;；\s]+", found[2].strip()):
        if word in {"男", "女"}:
            sex = read_sex(word)
        elif word.removesuffix("族") in _ETHNIC_GROUPS:
            ethnicity = word.removesuffix("族") + "族"
        else:
            return raw, None, ""
    return found[1], sex, ethnicity
