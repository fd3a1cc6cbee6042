"""Reads about the places that a training offers to units."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.quota import HOLDING_STATUSES, OverQuota
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import (
    Category,
    Nomination,
    QuotaLine,
    QuotaPlace,
    Registration,
    Training,
    Unit,
)
from trainingmgr.queries.unit import from_samples_alone


@dataclass(frozen=True, slots=True)
class UnitQuota:
    """One unit's places on a line: `taken` hold one of them, `waiting` are on the waiting list."""

    unit_id: int
    name: str
    name_en: str
    places: int
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its units. `asked_zh` and `asked_en` are the post asked for, be it the category's."""

    id: int
    position: int
    category_id: int | None
    category_zh: str
    category_en: str
    post: str
    asked_zh: str
    asked_en: str
    deadline: date | None
    over: OverQuota
    note: str
    is_sample: bool
    version: int
    units: tuple[UnitQuota, ...]

    @property
    def places(self) -> int:
        return sum(one.places for one in self.units)

    @property
    def taken(self) -> int:
        return sum(one.taken for one in self.units)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.units)


@dataclass(frozen=True, slots=True)
class QuotaTable:
    """All lines of a training, and what they come to beside its capacity."""

    lines: tuple[Line, ...]
    capacity: int | None

    @property
    def places(self) -> int:
        return sum(line.places for line in self.lines)

    @property
    def taken(self) -> int:
        return sum(line.taken for line in self.lines)

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)

    @property
    def units(self) -> int:
        return len({one.unit_id for line in self.lines for one in line.units})

    @property
    def over(self) -> int:
        """How many more places are offered than the training has."""
        return max(0, self.places - self.capacity) if self.capacity is not None else 0


Counts = dict[tuple[int | None, int], tuple[int, int]]
"""How many hold a place and how many wait, by line and unit."""


def counts(session: Session, training_id: int, line_ids: Iterable[int] | None = None) -> Counts:
    """How many each unit has named on each line, of those who are not gone."""
    query = (
        sa.select(Nomination.line_id, Nomination.unit_id, Registration.status, sa.func.count())
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(Nomination.training_id == training_id)
        .group_by(Nomination.line_id, Nomination.unit_id, Registration.status)
    )
    if line_ids is not None:
        query = query.where(Nomination.line_id.in_(list(line_ids)))
    found: Counts = defaultdict(lambda: (0, 0))
    for line_id, unit_id, status, people in session.execute(query):
        taken, waiting = found[line_id, unit_id]
        if status in HOLDING_STATUSES:
            taken += people
        elif status is RegistrationStatus.WAITLISTED:
            waiting += people
        found[line_id, unit_id] = taken, waiting
    return found


def table(session: Session, training: Training, unit_id: int | None = None) -> QuotaTable:
    """The training's lines in their order, or those that offer a unit something; three statements."""
    rows = session.execute(
        sa.select(QuotaLine, Category)
        .outerjoin(Category, Category.id == QuotaLine.category_id)
        .where(QuotaLine.training_id == training.id)
        .order_by(QuotaLine.position)
    ).all()
    wanted = (
        sa.select(QuotaPlace.line_id, Unit.id, Unit.name, Unit.name_en, QuotaPlace.places)
        .join(Unit, Unit.id == QuotaPlace.unit_id)
        .where(QuotaPlace.training_id == training.id)
        .order_by(QuotaPlace.line_id, QuotaPlace.position, QuotaPlace.id)
    )
    if unit_id is not None:
        wanted = wanted.where(QuotaPlace.unit_id == unit_id)
    named = counts(session, training.id)
    units: dict[int, list[UnitQuota]] = defaultdict(list)
    for line_id, unit, name, name_en, places in session.execute(wanted):
        units[line_id].append(UnitQuota(unit, name, name_en, places, *named[line_id, unit]))
    lines = [_line(line, category, tuple(units[line.id])) for line, category in rows]
    return QuotaTable(
        tuple(line for line in lines if unit_id is None or line.units),
        training.capacity,
    )


def _line(row: QuotaLine, category: Category | None, units: tuple[UnitQuota, ...]) -> Line:
    return Line(
        id=row.id,
        position=row.position,
        category_id=row.category_id,
        category_zh=category.name_zh if category else "",
        category_en=category.name_en if category else "",
        post=row.post,
        asked_zh=row.post or (category.post_zh if category else ""),
        asked_en=row.post or (category.post_en if category else ""),
        deadline=row.deadline,
        over=row.over,
        note=row.note,
        is_sample=row.is_sample,
        version=row.version,
        units=units,
    )


def holders(session: Session, line_id: int, unit_id: int) -> int:
    """How many hold a place of the unit on the line now; exact where the unit's row was locked before."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Nomination)
            .join(Registration, Registration.id == Nomination.registration_id)
            .where(
                Nomination.line_id == line_id,
                Nomination.unit_id == unit_id,
                Registration.status.in_(HOLDING_STATUSES),
            )
        )
        or 0
    )


def units_by_type(session: Session, training: Training) -> dict[UnitType, int]:
    """How many units of each kind are at hand for a training; kinds without any are left out.

    For one's own trainings those that are known from samples alone are not.
    """
    rows = session.execute(
        sa.select(Unit.type, sa.func.count()).where(*_at_hand(training)).group_by(Unit.type)
    )
    found = dict(rows.tuples().all())
    return {kind: found[kind] for kind in UnitType if kind in found}


def units_of_type(session: Session, training: Training, kind: UnitType) -> list[str]:
    """The names of the units of a kind that are at hand for a training, in the order in which they were made known."""
    return list(
        session.scalars(sa.select(Unit.name).where(*_at_hand(training), Unit.type == kind).order_by(Unit.id))
    )


def _at_hand(training: Training) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Unit.organisation_id == training.organisation_id]
    return found if training.is_sample else [*found, ~from_samples_alone()]
