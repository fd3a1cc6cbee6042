"""One unit with all that hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.training import HostRole
from trainingmgr.models import Person, Registration, Training, TrainingHost, Unit
from trainingmgr.queries.unit.references import uses

MOST_PEOPLE = 200
MOST_ABOVE = 30


class Hosted(NamedTuple):
    """A training that the unit holds, alone or along with another."""

    code: str
    title_zh: str
    title_en: str
    start_date: date
    end_date: date
    role: HostRole


class FromUnit(NamedTuple):
    """Somebody who came from the unit to a training."""

    registration_id: int
    code: str
    title_zh: str
    title_en: str
    start_date: date
    name: str
    post: str
    status: RegistrationStatus


@dataclass(frozen=True, slots=True)
class Whole:
    """A unit: those above it from the top, the trainings it held, and who came from it, the latest first.

    `people` counts all who came, of whom `came` may be the first. `uses` is how many rows of each table
    name the unit.
    """

    unit: Unit
    above: Sequence[Unit]
    hosted: Sequence[Hosted]
    came: Sequence[FromUnit]
    people: int
    uses: dict[str, int]


def unit_of(session: Session, organisation_id: int, unit_id: int) -> Unit | None:
    """An organisation's unit with its other names."""
    return session.scalar(
        sa.select(Unit)
        .where(Unit.id == unit_id, Unit.organisation_id == organisation_id)
        .options(selectinload(Unit.aliases))
    )


def whole(session: Session, unit: Unit) -> Whole:
    """All that is shown of a unit; five queries, whatever hangs on it."""
    found = uses(session, unit.id)
    return Whole(
        unit,
        above(session, unit),
        _hosted(session, unit.id),
        _came(session, unit.id),
        found.get(Registration.__tablename__, 0),
        found,
    )


def above(session: Session, unit: Unit) -> list[Unit]:
    """The units above one, the topmost first."""
    way = (
        sa.select(Unit.id, Unit.parent_id, sa.literal(0).label("steps"))
        .where(Unit.id == unit.id)
        .cte("way", recursive=True)
    )
    way = way.union_all(
        sa.select(Unit.id, Unit.parent_id, way.c.steps + 1)
        .join(way, Unit.id == way.c.parent_id)
        .where(way.c.steps < MOST_ABOVE)
    )
    return list(
        session.scalars(
            sa.select(Unit).join(way, Unit.id == way.c.id).where(way.c.steps > 0).order_by(way.c.steps.desc())
        )
    )


def _hosted(session: Session, unit_id: int) -> list[Hosted]:
    rows: Any = session.execute(
        sa.select(
            Training.code,
            Training.title_zh,
            Training.title_en,
            Training.start_date,
            Training.end_date,
            TrainingHost.role,
        )
        .join(TrainingHost, TrainingHost.training_id == Training.id)
        .where(TrainingHost.unit_id == unit_id)
        .order_by(Training.start_date.desc(), Training.id.desc())
    )
    return [Hosted(*row) for row in rows]


def _came(session: Session, unit_id: int) -> list[FromUnit]:
    rows: Any = session.execute(
        sa.select(
            Registration.id,
            Training.code,
            Training.title_zh,
            Training.title_en,
            Training.start_date,
            Person.name,
            Registration.post,
            Registration.status,
        )
        .join(Training, Training.id == Registration.training_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.unit_id == unit_id)
        .order_by(Training.start_date.desc(), Training.id.desc(), Registration.sort_key, Registration.id)
        .limit(MOST_PEOPLE)
    )
    return [FromUnit(*row) for row in rows]
