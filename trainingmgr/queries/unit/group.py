"""The offices of China's divisions among an organisation's units."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.division import CIVIL_AFFAIRS, Division, DivisionLevel, Naming
from trainingmgr.domain.unit import key_of
from trainingmgr.models import Unit
from trainingmgr.queries.unit.naming import known_units


@dataclass(frozen=True, slots=True)
class DivisionUnit:
    """A division's office. `unit_id` and `known_as` are those of the organisation's unit, None and empty for none.

    `name` is what the naming makes it, `other_names` under what else it was looked for.
    """

    division: Division
    name: str
    other_names: tuple[str, ...]
    unit_id: int | None
    known_as: str


def offices(
    session: Session, organisation_id: int, divisions: list[Division], naming: Naming
) -> list[DivisionUnit]:
    """The office of each of some divisions, in their order, whether the organisation knows it or not.

    An office is known by the name that `naming` gives it, by that name after its province's, or where one
    of them is an alias of a unit.
    """
    known = known_units(session, organisation_id)
    by_code = {one.code: one for one in all_divisions()}
    found = []
    for one in divisions:
        names = naming.names(one, by_code[one.parent] if one.parent else None)
        unit_id = next((known.ids[key] for key in map(key_of, names) if key in known.ids), None)
        known_as = known.names[unit_id] if unit_id is not None else ""
        found.append(DivisionUnit(one, names[0], tuple(names[1:]), unit_id, known_as))
    return found


def naming_of(session: Session, organisation_id: int) -> Naming:
    """What most offices among an organisation's units are called after their divisions; civil affairs for none."""
    divisions = {one.code: one for one in all_divisions()}
    rows = session.execute(
        sa.select(Unit.division_code, Unit.name).where(
            Unit.organisation_id == organisation_id, Unit.division_code != ""
        )
    )
    provincial: Counter[str] = Counter()
    municipal: Counter[str] = Counter()
    for code, name in rows:
        division = divisions.get(code)
        office = name.rpartition(division.name)[2] if division and division.name in name else ""
        if division and office:
            high = division.level in {DivisionLevel.PROVINCE, DivisionLevel.AUTONOMOUS_REGION}
            (provincial if high else municipal)[office] += 1
    return Naming(
        provincial.most_common(1)[0][0] if provincial else CIVIL_AFFAIRS.provincial,
        municipal.most_common(1)[0][0] if municipal else CIVIL_AFFAIRS.municipal,
    )
