"""What a table of places would do to a training's own: row by row, before anything is written."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.quota_file import QuotaFile, QuotaRow
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import key_of
from trainingmgr.models import Training
from trainingmgr.queries import quota as queries
from trainingmgr.queries.quota import Line
from trainingmgr.queries.roster_import import known_categories
from trainingmgr.queries.unit import known_units

_LONGEST_NEW_CATEGORY = 120


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class PlannedLine:
    """A line that rows of the file belong to; `id` None makes a new one."""

    id: int | None
    category_id: int | None
    category: str
    post: str
    deadline: date | None
    over: OverQuota
    note: str
    changed: bool = False
    rows: list["PlannedRow"] = field(default_factory=list)


@dataclass(slots=True)
class PlannedRow:
    """A row with its verdict; `before` are the places that the unit has now, None for none."""

    row: int
    unit: str
    places: int
    category: str
    post: str
    deadline: date | None
    verdict: Verdict
    before: int | None = None
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An import before it is done. `known_units` are the names of units that the file writes otherwise, by what it writes."""

    sheet: str
    lines: tuple[PlannedLine, ...]
    rows: tuple[PlannedRow, ...]
    new_units: tuple[str, ...]
    known_units: Mapping[str, str]
    new_categories: tuple[str, ...]
    places_before: int
    places_after: int
    capacity: int | None

    @property
    def counts(self) -> Mapping[Verdict, int]:
        return {verdict: sum(row.verdict is verdict for row in self.rows) for verdict in Verdict}

    @property
    def over(self) -> int:
        """How many more places would be offered than the training has."""
        return max(0, self.places_after - self.capacity) if self.capacity is not None else 0


def make_plan(session: Session, training: Training, file: QuotaFile) -> Plan:
    """Compare what a file says with the training's table."""
    return _Planner(session, training, file).plan()


class _Planner:
    def __init__(self, session: Session, training: Training, file: QuotaFile) -> None:
        self._file = file
        self._table = queries.table(session, training)
        self._known = known_units(session, training.organisation_id)
        self._categories = known_categories(session, training.id)
        self._by_name = {
            text_key(name): one for one in self._categories for name in (one.name_en, one.name_zh) if name
        }
        self._existing: dict[int, PlannedLine] = {}
        self._made: dict[tuple[object, ...], PlannedLine] = {}
        self._seen: dict[int, set[str]] = defaultdict(set)
        self._new_categories: dict[str, str] = {}

    def plan(self) -> Plan:
        rows = [self._judged(row) for row in self._file.rows]
        rows += [_refused(one) for one in self._file.problems]
        rows.sort(key=lambda one: one.row)
        lines = (*self._existing.values(), *self._made.values())
        good = [row for row in rows if row.verdict is not Verdict.REFUSED]
        more = sum(row.places - (row.before or 0) for row in good)
        unknown = {key_of(row.unit): row.unit for row in good if key_of(row.unit) not in self._known.ids}
        return Plan(
            sheet=self._file.sheet,
            lines=lines,
            rows=tuple(rows),
            new_units=tuple(unknown.values()),
            known_units={
                row.unit: name for row in good if (name := self._known_as(row.unit)) not in {"", row.unit}
            },
            new_categories=tuple(self._new_categories.values()),
            places_before=self._table.places,
            places_after=self._table.places + more,
            capacity=self._table.capacity,
        )

    def _known_as(self, unit: str) -> str:
        unit_id = self._known.ids.get(key_of(unit))
        return "" if unit_id is None else self._known.names[unit_id]

    def _judged(self, row: QuotaRow) -> PlannedRow:
        judged = PlannedRow(
            row.row, row.unit, row.places, row.category or "", row.post or "", row.deadline, Verdict.NEW
        )
        try:
            self._place(row, judged)
        except Refusal as refusal:
            judged.verdict, judged.problem = Verdict.REFUSED, refusal
        return judged

    def _place(self, row: QuotaRow, judged: PlannedRow) -> None:
        category_id, category = self._category(row)
        unit_id = self._known.ids.get(key_of(row.unit))
        found = self._line_of(row, category_id, unit_id)
        line = self._planned(row, found, category_id, category)
        unit_key = str(unit_id) if unit_id is not None else key_of(row.unit)
        if unit_key in self._seen[id(line)]:
            raise Refusal("quota.unit_twice", unit=row.unit)
        self._seen[id(line)].add(unit_key)
        standing = next((one for one in found.units if one.unit_id == unit_id), None) if found else None
        if standing is not None:
            judged.before = standing.places
            if row.places < standing.taken:
                raise Refusal("quota.places_taken", unit=row.unit, places=row.places, taken=standing.taken)
            same = standing.places == row.places and not line.changed
            judged.verdict = Verdict.UNCHANGED if same else Verdict.UPDATE
        judged.category, judged.post, judged.deadline = category, line.post, line.deadline
        line.rows.append(judged)

    def _category(self, row: QuotaRow) -> tuple[int | None, str]:
        if not self._categories:
            name = row.category or ""
            if len(name) > _LONGEST_NEW_CATEGORY:
                raise Refusal("too_long", limit=_LONGEST_NEW_CATEGORY, length=len(name))
            if name:
                self._new_categories.setdefault(text_key(name), name)
            return None, self._new_categories.get(text_key(name), "")
        found = self._by_name.get(text_key(row.category or ""))
        if found is None:
            known = "、".join(one.name_zh for one in self._categories)
            raise Refusal("quota_row_category_unknown", value=row.category or "", known=known)
        return found.id, found.name_zh

    def _line_of(self, row: QuotaRow, category_id: int | None, unit_id: int | None) -> Line | None:
        """The line of the table that the row means: by category and post, then by who stands on it."""
        if self._new_categories:
            return None
        fitting = [one for one in self._table.lines if one.category_id == category_id]
        if row.post:
            fitting = [one for one in fitting if row.post in {one.post, one.asked_zh, one.asked_en}]
        if len(fitting) > 1:
            standing = [one for one in fitting if any(unit.unit_id == unit_id for unit in one.units)]
            same_day = [one for one in fitting if row.deadline and one.deadline == row.deadline]
            fitting = standing or same_day or fitting
        return fitting[0] if fitting else None

    def _planned(
        self, row: QuotaRow, found: Line | None, category_id: int | None, category: str
    ) -> PlannedLine:
        if found is None:
            key = (category_id, category, row.post or "", row.deadline, row.over)
            return self._made.setdefault(
                key,
                PlannedLine(
                    None, category_id, category, row.post or "", row.deadline,
                    row.over or OverQuota.REFUSE, row.note or "", changed=True,
                ),
            )  # fmt: skip
        line = self._existing.get(found.id)
        if line is None:
            line = PlannedLine(
                found.id, category_id, category, found.post, row.deadline or found.deadline,
                row.over or found.over, row.note or found.note,
            )  # fmt: skip
            line.changed = (line.deadline, line.over, line.note) != (found.deadline, found.over, found.note)
            self._existing[found.id] = line
        if (row.deadline or line.deadline) != line.deadline or (row.over or line.over) != line.over:
            raise Refusal("quota_row_differs", category=category)
        return line


def _refused(problem: Refusal) -> PlannedRow:
    number = problem.values.get("row")
    unit = str(problem.values.get("unit", ""))
    return PlannedRow(
        number if isinstance(number, int) else 0, unit, 0, "", "", None, Verdict.REFUSED, problem=problem
    )
