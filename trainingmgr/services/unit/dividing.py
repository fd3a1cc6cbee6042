"""The offices of a group of divisions, made as units in one go."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.division import CIVIL_AFFAIRS, Division, DivisionGroup, Naming, pick
from trainingmgr.domain.person import clean_text
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import UnitType, makes_a_circle, unit_keys
from trainingmgr.extensions import transaction
from trainingmgr.models import Unit, UnitAlias
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.unit import (
    DivisionUnit,
    lock_units,
    new_unit,
    offices,
    parents_of,
    unit_known_as,
    unused,
)
from trainingmgr.queries.upsert import upsert

_ACTION = "unit.added_from_divisions"
_LONGEST_OFFICE = 60


@dataclass(frozen=True, slots=True)
class GroupWish:
    """Which offices are wanted: those of the divisions of a group, called by `naming`.

    `parent` names the unit that those of the provinces stand under, empty for none. With `provinces`
    the provincial offices above cities are wanted too.
    """

    group: DivisionGroup
    province: str = ""
    naming: Naming = CIVIL_AFFAIRS
    outside: bool = False
    parent: str = ""
    provinces: bool = True


@dataclass(frozen=True, slots=True)
class GroupDone:
    """How many units were made, and how many stood already. `undo` names the act for `undo_group`, None for none made."""

    made: int
    present: int
    undo: int | None = None


@dataclass(frozen=True, slots=True)
class GroupUndone:
    """How many units went again, and how many stay since something names them."""

    removed: int
    left: int


def plan_of_group(session: Session, organisation_id: int, wish: GroupWish) -> list[DivisionUnit]:
    """The offices that `add_of_group` would see to, provinces first; those with a `unit_id` stand already.

    Raises Refusal `unit.no_such_group` or `unit.bad_office` (value).
    """
    naming = _checked(wish.naming)
    try:
        chosen = pick(all_divisions(), wish.group, province=wish.province, outside=wish.outside)
    except KeyError as error:
        raise Refusal("unit.no_such_group") from error
    above = {one.parent for one in chosen if one.parent} if wish.provinces else set()
    wanted = [one for one in all_divisions() if one.code and one.code in above and one not in chosen]
    return offices(session, organisation_id, wanted + chosen, naming)


def add_of_group(actor: Actor, organisation_id: int, wish: GroupWish) -> GroupDone:
    """Make the offices of a group that the organisation does not know yet, each under the one above it.

    Units that stand keep what is known of them; an unknown division and an empty place in the tree are
    filled in. Raises what `plan_of_group` raises, and Refusal `unit.parent_unknown` (name).
    """
    with transaction() as session:
        lock_units(session, organisation_id)
        plan = plan_of_group(session, organisation_id, wish)
        top = _top(session, organisation_id, wish.parent)
        missing = [one for one in plan if one.unit_id is None]
        upsert(
            session,
            Unit,
            ("organisation_id", "name"),
            [_columns(organisation_id, one) for one in missing],
            overwrite=False,
        )
        units = _by_division(session, organisation_id, plan)
        _name_twice(session, missing, units)
        _link(session, organisation_id, plan, units, top)
        details: dict[str, Any] = {"group": wish.group.value, "province": wish.province}
        if missing:
            details["before"] = [units[one.division.name].id for one in missing]
        entry = audit.record(
            session,
            actor,
            _ACTION,
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            made=len(missing),
            present=len(plan) - len(missing),
            **details,
        )
        session.flush()
        return GroupDone(len(missing), len(plan) - len(missing), entry.id if missing else None)


def undo_group(actor: Actor, organisation_id: int, change: int) -> GroupUndone:
    """Remove the units that `add_of_group` made, once, but for those that something names by now.

    `change` is the `undo` of its `GroupDone`. Raises Refusal `undo_gone`.
    """
    with transaction() as session:
        lock_units(session, organisation_id)
        entry = audit.to_undo_in_organisation(session, actor, organisation_id, change, frozenset({_ACTION}))
        if entry is None:
            raise Refusal("undo_gone")
        made = set(entry.details["before"])
        mine = sa.and_(Unit.organisation_id == organisation_id, Unit.id.in_(made))
        gone = 0
        # Those without units under them go first; then their parents have none either.
        while ids := session.scalars(sa.select(Unit.id).where(mine, unused())).all():
            session.execute(sa.delete(Unit).where(Unit.id.in_(ids)))
            gone += len(ids)
        left = session.scalar(sa.select(sa.func.count()).select_from(Unit).where(mine)) or 0
        audit.record_undo(session, actor, "unit.divisions_undone", None, entry, removed=gone)
        return GroupUndone(gone, left)


def _checked(naming: Naming) -> Naming:
    offices = []
    for one in (naming.provincial, naming.municipal):
        text = clean_text(one, _LONGEST_OFFICE)
        if not text:
            raise Refusal("unit.bad_office", value=one)
        offices.append(text)
    return Naming(*offices)


def _top(session: Session, organisation_id: int, name: str) -> Unit | None:
    if not name.strip():
        return None
    found = unit_known_as(session, organisation_id, name.strip())
    if found is None:
        raise Refusal("unit.parent_unknown", name=name.strip())
    return found


def _columns(organisation_id: int, office: DivisionUnit) -> dict[str, object]:
    division = office.division
    return new_unit(organisation_id, office.name) | {
        **unit_keys(office.name, "", office.other_names),
        "type": UnitType.PROVINCIAL if division.is_top else UnitType.CITY,
        "region": region_of(division),
        "division_code": division.code,
    }


def region_of(division: Division) -> str:
    """How a unit's region names a division: a city after its province."""
    provinces = {one.code: one.name for one in all_divisions() if one.is_top}
    return provinces[division.parent] + division.name if division.parent else division.name


def _by_division(session: Session, organisation_id: int, plan: list[DivisionUnit]) -> dict[str, Unit]:
    """The units of a plan by the names of their divisions, after those that were missing have been made."""
    by_id = sa.select(Unit).where(
        Unit.organisation_id == organisation_id,
        sa.or_(
            Unit.id.in_([one.unit_id for one in plan if one.unit_id is not None]),
            Unit.name.in_([one.name for one in plan if one.unit_id is None]),
        ),
    )
    found = session.scalars(by_id).all()
    ids, names = {unit.id: unit for unit in found}, {unit.name: unit for unit in found}
    return {one.division.name: ids[one.unit_id] if one.unit_id else names[one.name] for one in plan}


def _name_twice(session: Session, missing: list[DivisionUnit], units: dict[str, Unit]) -> None:
    session.add_all(
        UnitAlias(unit_id=units[one.division.name].id, name=name)
        for one in missing
        for name in one.other_names
    )


def _link(
    session: Session,
    organisation_id: int,
    plan: list[DivisionUnit],
    units: dict[str, Unit],
    top: Unit | None,
) -> None:
    session.flush()
    parents = parents_of(session, organisation_id)
    by_code = {one.division.code: units[one.division.name] for one in plan if one.division.code}
    for one in plan:
        unit = units[one.division.name]
        above = by_code.get(one.division.parent) if one.division.parent else top
        if above and unit.parent_id is None and not makes_a_circle(parents, unit.id, above.id):
            unit.parent_id = parents[unit.id] = above.id
        if not unit.division_code:
            unit.division_code = one.division.code
        if not unit.region:
            unit.region = region_of(one.division)
