"""Each row of a roster judged: the cleaned record, and everything that is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, starmap
from typing import Any

from trainingmgr.domain.person import IdDocument, IdType, Sex, clean_text, has_han, sex_of
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file.columns import LIMITS, Columns, cleaners
from trainingmgr.domain.roster_file.headers import RosterField
from trainingmgr.domain.roster_file.layout import Ignored, IgnoredKind, Layout, RowSorter
from trainingmgr.domain.roster_file.names import AS_ABOVE, ENDS_OF_POSTS, Beside, has_post, part_name
from trainingmgr.domain.roster_file.phones import Phones
from trainingmgr.domain.roster_file.posts import split_unit_and_post
from trainingmgr.domain.roster_file.records import Problem, RosterRow
from trainingmgr.domain.roster_file.twice import find_twice
from trainingmgr.domain.table import Table

MAX_PEOPLE = 20_000
# Told how many cells of how many are judged.
Judged = Callable[[int, int], object]
# The order in which the faults of one row are told.
_TOLD = (
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
_NAMES = frozenset({RosterField.NAME, RosterField.SURNAME, RosterField.GIVEN_NAME})
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


def _untold(_done: int, _total: int) -> None:
    return


def read_roster(
    table: Table,
    layout: Layout,
    *,
    today: date,
    known_units: Iterable[str] = (),
    region: str = "CN",
    judged: Judged = _untold,
) -> RosterFile:
    """Judge every row below the header.

    `today` bounds birth dates; `known_units` help to part a unit from a post; `judged` is told after each
    column how many cells of how many are judged. Never raises for a row; raises Refusal `roster_empty`
    where no row holds anybody and `roster_too_many_people` (limit).
    """
    above = [cells for _, cells in table.rows[: layout.position]]
    sorter = RowSorter(layout, table.rows[layout.position][1], above)
    ignored = [
        Ignored(number, IgnoredKind.TITLE, _shown(cells)) for number, cells in table.rows[: layout.position]
    ]
    numbers: list[int] = []
    lines: list[list[str]] = []
    for number, cells in table.rows[layout.position + 1 :]:
        kind = sorter.kind(cells)
        if kind is None:
            numbers.append(number)
            lines.append(cells)
        else:
            ignored.append(Ignored(number, kind, _shown(cells)))
    if not lines:
        raise Refusal("roster_empty", sheet=table.name)
    if len(lines) > MAX_PEOPLE:
        raise Refusal("roster_too_many_people", limit=MAX_PEOPLE)
    judge = _Judge(layout, numbers, lines, today, tuple(known_units), region, judged)
    people = judge.people()
    problems = judge.problems + find_twice(people)
    faulty = {problem.row for problem in problems}
    return RosterFile(
        sheet=table.name,
        layout=layout,
        rows=tuple(row for row in people if row.row not in faulty) if faulty else tuple(people),
        problems=tuple(sorted(problems, key=_place)),
        doubts=tuple(sorted(judge.doubts, key=_place)),
        ignored=tuple(ignored),
        typed_names=judge.typed_names,
    )


def _place(problem: Problem) -> tuple[int, int]:
    return problem.row, len(_TOLD) if problem.field is None else _TOLD.index(problem.field)


def _shown(cells: Sequence[str]) -> str:
    return " ".join(" ".join(cells).split())[:120]


class _Judge:
    def __init__(
        self,
        layout: Layout,
        numbers: Sequence[int],
        lines: Sequence[Sequence[str]],
        today: date,
        known_units: tuple[str, ...],
        region: str,
        judged: Judged,
    ) -> None:
        self.doubts: list[Problem] = []
        self.typed_names: dict[int, str] = {}
        self._numbers = numbers
        self._today = today
        self._units = known_units
        self._unit_above = "" if RosterField.UNIT in layout.fields else _unit_above(layout)
        self._columns = Columns(numbers, lines)
        cleaned = cleaners(region)
        # A name may be given in Latin letters alone, and is read from the cell as it is then.
        del cleaned[RosterField.LATIN_NAME]
        fields = layout.fields
        wanted = [one for one in RosterField if one in fields and one is not RosterField.SEQUENCE]
        self._said: dict[RosterField, list[Any]] = {}
        for place, one in enumerate(wanted):
            judged(place * len(numbers), len(wanted) * len(numbers))
            self._said[one] = self._columns.read(one, fields[one], cleaned.get(one))
        self.doubts += self._columns.doubts
        self._nothing = [""] * len(numbers)

    @property
    def problems(self) -> list[Problem]:
        return self._columns.problems

    def _of(self, field: RosterField) -> list[Any]:
        return self._said.get(field, self._nothing)

    def people(self) -> list[RosterRow]:
        """The rows with which nothing is wrong, cleaned."""
        names, beside = self._names()
        latin_names = self._latin_names()
        units, posts = self._units_and_posts()
        phones, others = self._phones()
        documents = self._documents()
        sexes: list[Any] = self._of(RosterField.SEX)
        ethnicities = self._of(RosterField.ETHNICITY)
        if beside:
            sexes = [sex or beside[n].sex if n in beside else sex for n, sex in enumerate(sexes)]
            ethnicities = [
                one or beside[n].ethnicity if n in beside else one for n, one in enumerate(ethnicities)
            ]
            posts = [one or beside[n].post if n in beside else one for n, one in enumerate(posts)]
        faulty = {problem.row for problem in self.problems}
        self._doubt_sexes(sexes, documents, faulty)
        if faulty:
            self._keep_typed_names(names, faulty)
        people: Iterable[tuple[Any, ...]] = zip(
            self._numbers,
            names,
            units,
            posts,
            phones,
            documents,
            latin_names,
            self._of(RosterField.EMAIL),
            [sex or None for sex in sexes],
            ethnicities,
            self._of(RosterField.CATEGORY),
            self._of(RosterField.GROUP),
            self._of(RosterField.NOTE),
            self._asides(beside, posts, others),
            strict=True,
        )
        if faulty:
            people = compress(people, [number not in faulty for number in self._numbers])
        return list(starmap(RosterRow, people))

    def _names(self) -> tuple[list[str], dict[int, Beside]]:
        """The names, and by place in the list what stands in brackets behind some of them."""
        names: list[str] = list(self._of(RosterField.NAME))
        beside: dict[int, Beside] = {}
        told = {problem.row for problem in self.problems if problem.field in _NAMES}
        plain = _PLAIN_NAME.fullmatch
        for place, raw in enumerate(names):
            if plain(raw) and raw not in AS_ABOVE:
                if raw[-1] in ENDS_OF_POSTS and has_post(raw):
                    self._doubt_name(place, "name_unusual", raw)
                continue
            if not raw.strip():
                raw = self._joined(place) or self._of(RosterField.LATIN_NAME)[place]
            try:
                names[place], said = part_name(raw)
            except Refusal as refusal:
                names[place], number = "", self._numbers[place]
                if number not in told:
                    self.problems.append(Problem(number, RosterField.NAME, refusal.code, refusal.values))
                continue
            if _UNUSUAL_NAME.search(names[place]) or has_post(names[place]):
                self._doubt_name(place, "name_unusual", names[place])
            if said is not None:
                beside[place] = said
                if said.moved:
                    self._doubt_name(place, "name_parted", said.moved)
        return names, beside

    def _doubt_name(self, place: int, code: str, value: str) -> None:
        self.doubts.append(Problem(self._numbers[place], RosterField.NAME, code, {"value": value}))

    def _joined(self, place: int) -> str:
        surname: str = self._of(RosterField.SURNAME)[place].strip()
        given: str = self._of(RosterField.GIVEN_NAME)[place].strip()
        if has_han(surname + given):
            return surname + given
        return f"{given} {surname}".strip()

    def _latin_names(self) -> list[str]:
        typed: list[str] = self._of(RosterField.LATIN_NAME)
        if typed is self._nothing:
            return typed
        return [
            self._clean(RosterField.LATIN_NAME, place, raw) if raw else "" for place, raw in enumerate(typed)
        ]

    def _clean(self, field: RosterField, place: int, raw: str) -> str:
        try:
            return clean_text(raw, LIMITS[field])
        except Refusal as refusal:
            self.problems.append(Problem(self._numbers[place], field, refusal.code, refusal.values))
            return ""

    def _units_and_posts(self) -> tuple[list[str], list[str]]:
        units, posts = self._of(RosterField.UNIT), self._of(RosterField.POST)
        both: list[str] | None = self._said.get(RosterField.UNIT_AND_POST)
        if both is not None:
            units, posts = list(units), list(posts)
            parted = {text: split_unit_and_post(text, self._units) for text in set(both) if text}
            for place, text in enumerate(both):
                if text and not (units[place] and posts[place]):
                    self._part(place, text, parted[text], units, posts)
        if self._unit_above:
            units = [unit or self._unit_above for unit in units]
        return units, posts

    def _part(
        self, place: int, text: str, parts: tuple[str, str], units: list[str], posts: list[str]
    ) -> None:
        number = self._numbers[place]
        if not parts[1]:
            self.doubts.append(Problem(number, RosterField.UNIT_AND_POST, "post_not_found", {"value": text}))
        for one, column, part in ((RosterField.UNIT, units, parts[0]), (RosterField.POST, posts, parts[1])):
            column[place] = column[place] or part
            if len(column[place]) > LIMITS[one]:
                values = {"limit": LIMITS[one], "length": len(column[place])}
                self.problems.append(Problem(number, one, "too_long", values))

    def _phones(self) -> tuple[list[str], dict[int, str]]:
        """The numbers that are taken, and by place in the list those that stand in the cell besides."""
        said: list[Any] = self._of(RosterField.PHONE)
        if Phones not in set(map(type, said)):
            return said, {}
        others = {place: one.others for place, one in enumerate(said) if isinstance(one, Phones)}
        for place, value in others.items():
            self.doubts.append(
                Problem(self._numbers[place], RosterField.PHONE, "phone_others", {"value": value})
            )
        return [one.taken if isinstance(one, Phones) else one for one in said], others

    def _asides(
        self, beside: Mapping[int, Beside], posts: Sequence[str], others: Mapping[int, str]
    ) -> list[str]:
        """What is kept in the note, since the row has no other field for it."""
        if not beside and not others:
            return self._nothing
        asides = list(self._nothing)
        for place in sorted({*beside, *others}):
            said = beside.get(place, Beside())
            post = said.post if said.post not in posts[place] else ""
            asides[place] = "；".join(filter(None, (post, said.remark, others.get(place, ""))))
        return asides

    def _documents(self) -> list[IdDocument | None]:
        typed: list[str] = self._of(RosterField.ID_NUMBER)
        if typed is self._nothing:
            return [None] * len(typed)
        if any("*" in raw or "＊" in raw for raw in typed):
            masked = {place for place, raw in enumerate(typed) if _MASKED.search(raw)}
            self.doubts += [
                Problem(self._numbers[place], RosterField.ID_NUMBER, "id_masked") for place in masked
            ]
            typed = ["" if place in masked else raw for place, raw in enumerate(typed)]
        kinds: list[IdType | None] = [kind or None for kind in self._of(RosterField.ID_TYPE)]
        return self._columns.documents(typed, kinds, self._today)

    def _doubt_sexes(
        self, sexes: Sequence[Sex | str | None], documents: Sequence[IdDocument | None], faulty: set[int]
    ) -> None:
        for number, sex, document in zip(self._numbers, sexes, documents, strict=True):
            if sex and document is not None and sex_of(document) not in (None, sex) and number not in faulty:
                self.doubts.append(Problem(number, RosterField.SEX, "sex_differs_from_id"))

    def _keep_typed_names(self, names: Sequence[str], faulty: set[int]) -> None:
        for place, number in enumerate(self._numbers):
            if number in faulty:
                typed = names[place] or self._of(RosterField.NAME)[place] or self._joined(place)
                self.typed_names[number] = " ".join(typed.split())[:80]


def _unit_above(layout: Layout) -> str:
    try:
        return clean_text(layout.unit_above, LIMITS[RosterField.UNIT])
    except Refusal:
        return ""
