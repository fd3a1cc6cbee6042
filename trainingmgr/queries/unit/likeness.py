"""Units that may be one and the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.division import Recogniser
from trainingmgr.domain.unit import likeness
from trainingmgr.models import ApartUnits, Unit, UnitAlias
from trainingmgr.queries.unit.listing import people_and_trainings

MOST_GROUPS = 100


class Alike(NamedTuple):
    """A unit of a group; `people` from it are on `trainings`."""

    id: int
    name: str
    name_en: str
    region: str
    people: int
    trainings: int


@dataclass(frozen=True, slots=True)
class Alikes:
    """Units that share a name once spelling is put aside; the one with most people, then the eldest, comes first."""

    units: Sequence[Alike]


@cache
def recogniser() -> Recogniser:
    """Finds divisions in names; made once, since it reads the whole list."""
    return Recogniser(all_divisions())


def alikes(session: Session, organisation_id: int) -> list[Alikes]:
    """Groups of units that may be one: by their names and other names, spelling put aside; four queries.

    Whoever was told apart from all the others is left out. The first `MOST_GROUPS`, those with the most units first.
    """
    rows = session.execute(
        sa.select(Unit.id, Unit.name, Unit.name_en, Unit.region)
        .where(Unit.organisation_id == organisation_id)
        .order_by(Unit.id)
    ).all()
    aliases = session.execute(
        sa.select(UnitAlias.unit_id, UnitAlias.name)
        .join(Unit, Unit.id == UnitAlias.unit_id)
        .where(Unit.organisation_id == organisation_id)
    ).tuples()
    bearers: dict[str, set[int]] = {}
    for unit_id, name in [*((row.id, row.name) for row in rows), *aliases]:
        bearers.setdefault(likeness(name, recogniser()), set()).add(unit_id)
    apart = _apart(session, organisation_id)
    groups = sorted(
        {one for some in bearers.values() if len(some) > 1 for one in _connected(sorted(some), apart)},
        key=lambda ids: (-len(ids), ids),
    )
    groups = groups[:MOST_GROUPS]
    counts = people_and_trainings(session, list({unit_id for ids in groups for unit_id in ids}))
    units = {row.id: Alike(*row, *counts.get(row.id, (0, 0))) for row in rows}
    return [
        Alikes(sorted((units[unit_id] for unit_id in ids), key=lambda one: (-one.people, one.id)))
        for ids in groups
    ]


def _apart(session: Session, organisation_id: int) -> set[tuple[int, int]]:
    rows = session.execute(
        sa.select(ApartUnits.low_id, ApartUnits.high_id)
        .join(Unit, Unit.id == ApartUnits.low_id)
        .where(Unit.organisation_id == organisation_id)
    )
    return set(rows.tuples())


def _connected(ids: Sequence[int], apart: set[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The units, in order, in groups of those that may yet be one, directly or through others."""
    groups: list[set[int]] = []
    for one in ids:
        touched = [some for some in groups if any((other, one) not in apart for other in some)]
        groups = [some for some in groups if some not in touched] + [{one}.union(*touched)]
    return [tuple(sorted(some)) for some in groups if len(some) > 1]
