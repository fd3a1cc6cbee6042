"""What a judged roster would do to a training: who is new, who changes in what, who cannot be taken."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from sqlalchemy.orm import Session

from trainingmgr.domain.person import mask_id_number, text_key
from trainingmgr.domain.registration import GONE_STATUSES, Places
from trainingmgr.domain.roster_file import Ignored, Layout, Problem, RosterField, RosterFile, RosterRow
from trainingmgr.domain.unit import key_of
from trainingmgr.models import Training
from trainingmgr.queries import places
from trainingmgr.queries import roster_import as known
from trainingmgr.queries.person import id_indexes
from trainingmgr.queries.roster_import import KnownCategory, KnownPerson
from trainingmgr.queries.unit import KnownUnits

_LONGEST_NEW_CATEGORY = 120


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of somebody known, before and after, as screens may show it (ID numbers masked)."""

    field: RosterField
    before: str
    after: str


class PlannedRow(msgspec.Struct, frozen=True, gc=False):
    """A row with its verdict.

    `person` is None for refused rows that could not be read; `typed_name` is what these have for a name. `match` is who it was found to be.
    `unit_id` and `category_id` are None where there is none yet or none is named.
    """

    row: int
    verdict: Verdict
    person: RosterRow | None = None
    match: KnownPerson | None = None
    unit_id: int | None = None
    category_id: int | None = None
    id_index: bytes | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    typed_name: str = ""

    @property
    def name(self) -> str:
        """The name to speak of the row by, empty where it has none."""
        return self.person.name if self.person else self.typed_name


@dataclass(frozen=True, slots=True)
class Plan:
    """An import before it is done. `new_units` and `new_categories` would be made on the way.

    `known_units` are the names of units that the file writes otherwise, by what it writes. `places` are the training's as they stood before.
    """

    sheet: str
    layout: Layout
    rows: tuple[PlannedRow, ...]
    ignored: tuple[Ignored, ...]
    new_units: tuple[str, ...]
    known_units: Mapping[str, str]
    new_categories: tuple[str, ...]
    counts: Mapping[Verdict, int]
    places: Places

    @property
    def clean(self) -> bool:
        """Tell whether no row is refused."""
        return not self.counts[Verdict.REFUSED]

    @property
    def over_capacity(self) -> int:
        """How many of the new ones the training has no place for."""
        return self.places.beyond(self.counts[Verdict.NEW])

    @property
    def without_place(self) -> frozenset[int]:
        """The rows of these: the last ones of the file."""
        new = [row.row for row in self.rows if row.verdict is Verdict.NEW]
        return frozenset(new[len(new) - self.over_capacity :])


def make_plan(session: Session, training: Training, roster: RosterFile, units: KnownUnits) -> Plan:
    """Compare a judged roster with what the training and its organisation (`units`) have."""
    with_categories = RosterField.CATEGORY in roster.has_fields
    categories = known.known_categories(session, training.id) if with_categories else []
    planner = _Planner(training, units, categories, roster)
    planner.load(session)
    rows = planner.plan()
    counts = dict.fromkeys(Verdict, 0)
    for row in rows:
        counts[row.verdict] += 1
    taken = [row for row in rows if row.verdict in {Verdict.NEW, Verdict.UPDATE} and row.person]
    return Plan(
        sheet=roster.sheet,
        layout=roster.layout,
        rows=tuple(rows),
        ignored=roster.ignored,
        new_units=_distinct(
            row.person.unit for row in taken if row.person and row.person.unit and row.unit_id is None
        ),
        known_units={
            row.person.unit: units.names[row.unit_id]
            for row in rows
            if row.person and row.unit_id is not None and row.person.unit != units.names[row.unit_id]
        },
        new_categories=()
        if categories
        else _distinct(row.person.category for row in taken if row.person and row.person.category),
        counts=counts,
        places=places.of(session, training),
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, by its key, in the order and spelling in which it comes first."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(text_key(name), name)
    return tuple(first.values())


class _Planner:
    def __init__(
        self, training: Training, units: KnownUnits, categories: list[KnownCategory], roster: RosterFile
    ) -> None:
        self._organisation_id = training.organisation_id
        self._training_id = training.id
        self._units = units
        self._categories = {
            text_key(name): one.id for one in categories for name in (one.name_en, one.name_zh) if name
        }
        self._category_names = {one.id: one.name_zh for one in categories}
        self._roster = roster
        documents = {row.row: row.document for row in roster.rows if row.document is not None}
        indexes = id_indexes(self._organisation_id, documents.values())
        self._indexes: dict[int, bytes] = dict(zip(documents, indexes, strict=True))
        self._by_index: dict[bytes, KnownPerson] = {}
        self._by_name: dict[str, list[KnownPerson]] = {}
        self._doubts: dict[int, list[Problem]] = defaultdict(list)
        for doubt in roster.doubts:
            self._doubts[doubt.row].append(doubt)

    def load(self, session: Session) -> None:
        people = known.known_people(
            session,
            self._organisation_id,
            self._training_id,
            {row.name_key for row in self._roster.rows},
            set(self._indexes.values()),
        )
        for person in people:
            self._by_name.setdefault(person.name_key, []).append(person)
            if person.id_index is not None:
                self._by_index[person.id_index] = person

    def plan(self) -> list[PlannedRow]:
        faults: dict[int, list[Problem]] = defaultdict(list)
        for problem in self._roster.problems:
            faults[problem.row].append(problem)
        planned = [
            PlannedRow(
                row,
                Verdict.REFUSED,
                problems=tuple(found),
                doubts=tuple(self._doubts[row]),
                typed_name=self._roster.typed_names.get(row, ""),
            )
            for row, found in faults.items()
        ]
        planned += [self._row(row) for row in self._roster.rows]
        planned.sort(key=lambda one: one.row)
        return _refuse_shared_matches(planned)

    def _row(self, row: RosterRow) -> PlannedRow:
        unit_id = self._units.ids.get(key_of(row.unit)) if row.unit else None
        index = self._indexes.get(row.row)
        doubts = self._doubts.get(row.row, ())
        if not row.category and index not in self._by_index and row.name_key not in self._by_name:
            return PlannedRow(row.row, Verdict.NEW, row, None, unit_id, None, index, (), (), tuple(doubts))
        problems: list[Problem] = []
        category_id = self._category(row, problems)
        match = self._match(row, unit_id, index, problems)
        if problems:
            return PlannedRow(row.row, Verdict.REFUSED, row, problems=tuple(problems))
        verdict = Verdict.NEW
        changes: tuple[Change, ...] = ()
        if match is not None:
            changes = self._changes(row, match, unit_id, category_id, index)
            if match.registration_id is not None:
                verdict = Verdict.UPDATE if changes else Verdict.UNCHANGED
                if match.status in GONE_STATUSES:
                    doubts = [*doubts, Problem(row.row, None, f"person_{match.status}")]
        return PlannedRow(
            row.row, verdict, row, match, unit_id, category_id, index, changes, doubts=tuple(doubts)
        )

    def _category(self, row: RosterRow, problems: list[Problem]) -> int | None:
        if not row.category:
            return None
        if not self._categories:
            if len(row.category) > _LONGEST_NEW_CATEGORY:
                values = {"limit": _LONGEST_NEW_CATEGORY, "length": len(row.category)}
                problems.append(Problem(row.row, RosterField.CATEGORY, "too_long", values))
            return None
        found = self._categories.get(text_key(row.category))
        if found is None:
            problems.append(
                Problem(
                    row.row,
                    RosterField.CATEGORY,
                    "category_unknown",
                    {"value": row.category, "known": "、".join(self._category_names.values())},
                )
            )
        return found

    def _match(
        self, row: RosterRow, unit_id: int | None, index: bytes | None, problems: list[Problem]
    ) -> KnownPerson | None:
        """Who the row speaks of: by ID document, else by name with unit or phone. Never guessed."""
        if index is not None and index in self._by_index:
            bearer = self._by_index[index]
            if bearer.registration_id is None and bearer.name_key != row.name_key[:120]:
                # A mistyped number would rename somebody whom nobody looks at here.
                problems.append(
                    Problem(row.row, RosterField.ID_NUMBER, "id_of_another", {"name": bearer.name})
                )
            return bearer
        namesakes = [
            one
            for one in self._by_name.get(row.name_key, ())
            # Two different documents are two people.
            if index is None or one.id_index is None
        ]
        if not namesakes:
            return None
        alike = [one for one in namesakes if _same_place(row, unit_id, one)]
        if not alike:
            if any(_cannot_tell(row, one) for one in namesakes if one.registration_id is not None):
                problems.append(Problem(row.row, RosterField.NAME, "person_ambiguous", {"name": row.name}))
            return None
        for narrower in (
            [one for one in alike if one.registration_id is not None],
            [one for one in alike if row.phone and one.phone == row.phone],
        ):
            if len(alike) > 1 and narrower:
                alike = [one for one in alike if one in narrower]
        if len(alike) > 1:
            problems.append(Problem(row.row, RosterField.NAME, "person_ambiguous", {"name": row.name}))
            return None
        return alike[0]

    def _changes(
        self,
        row: RosterRow,
        match: KnownPerson,
        unit_id: int | None,
        category_id: int | None,
        index: bytes | None,
    ) -> tuple[Change, ...]:
        """What the row says otherwise. A cell that is empty says nothing."""
        on_roster = match.registration_id is not None
        changes: list[Change] = []

        def compare(field: RosterField, before: str | None, after: str) -> None:
            if after and before != after:
                changes.append(Change(field, before or "", after))

        compare(RosterField.NAME, match.name, row.name)
        unit_before = match.registered_unit_id if on_roster else match.unit_id
        if row.unit and (unit_id is None or unit_id != unit_before):
            before = self._units.names[unit_before] if unit_before else ""
            after = self._units.names[unit_id] if unit_id else row.unit
            changes.append(Change(RosterField.UNIT, before, after))
        compare(RosterField.PHONE, match.phone, row.phone)
        compare(RosterField.EMAIL, match.email, row.email)
        compare(RosterField.SEX, match.sex, row.sex or "")
        compare(RosterField.ETHNICITY, match.ethnicity, row.ethnicity)
        if row.document is not None and index != match.id_index:
            changes.append(
                Change(RosterField.ID_NUMBER, match.id_masked, mask_id_number(row.document.number))
            )
        if on_roster:
            compare(RosterField.POST, match.post, row.post)
            compare(RosterField.GROUP, match.group_name, row.group)
            compare(RosterField.LATIN_NAME, match.latin_name, row.latin_name)
            compare(RosterField.NOTE, match.note, row.note_over(match.note or ""))
            category = self._category_names.get(match.category_id or 0, "")
            wanted = self._category_names[category_id] if category_id else row.category
            compare(RosterField.CATEGORY, category, wanted)
        return tuple(changes)


def _same_place(row: RosterRow, unit_id: int | None, one: KnownPerson) -> bool:
    if row.phone and row.phone == one.phone:
        return True
    if row.unit:
        return unit_id is not None and unit_id in {one.unit_id, one.registered_unit_id}
    # Both are known by their name alone.
    return not row.phone and one.registration_id is not None and one.unit_id is None and not one.phone


def _cannot_tell(row: RosterRow, one: KnownPerson) -> bool:
    """Tell whether row and record have nothing in common to compare but the name."""
    units = row.unit and (one.unit_id or one.registered_unit_id)
    phones = row.phone and one.phone
    return not units and not phones


def _refuse_shared_matches(planned: list[PlannedRow]) -> list[PlannedRow]:
    """Refuse rows that were found to speak of the same known person."""
    first: dict[int, PlannedRow] = {}
    others: dict[int, int] = {}
    for one in planned:
        if one.match is None:
            continue
        before = first.setdefault(one.match.person_id, one)
        if before is not one:
            others[before.row], others[one.row] = one.row, before.row
    if not others:
        return planned
    return [
        PlannedRow(
            one.row,
            Verdict.REFUSED,
            one.person,
            problems=(Problem(one.row, None, "person_twice", {"other": others[one.row]}),),
            doubts=one.doubts,
        )
        if one.row in others
        else one
        for one in planned
    ]
