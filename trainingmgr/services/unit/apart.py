"""Two units whose names look like one's and that are two."""

import sqlalchemy as sa

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import ApartUnits, Unit
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.unit import lock_units


def tell_units_apart(
    actor: Actor, organisation_id: int, one_id: int, other_id: int, *, apart: bool = True
) -> None:
    """Remember that two units are two, or forget it again; done twice it changes nothing.

    Raises NotFound, Refusal `unit.merge_itself`.
    """
    if one_id == other_id:
        raise Refusal("unit.merge_itself")
    with transaction() as session:
        lock_units(session, organisation_id)
        low, high = sorted((one_id, other_id))
        found = sa.select(sa.func.count()).select_from(Unit)
        ours = found.where(Unit.id.in_((low, high)), Unit.organisation_id == organisation_id)
        if session.scalar(ours) != 2:
            raise NotFound("not_found")
        row = session.scalar(sa.select(ApartUnits).filter_by(low_id=low, high_id=high))
        if (row is not None) == apart:
            return
        if row is None:
            session.add(ApartUnits(low_id=low, high_id=high))
        else:
            session.delete(row)
        audit.record(
            session,
            actor,
            "unit.told_apart" if apart else "unit.told_apart_undone",
            "unit",
            low,
            organisation_id=organisation_id,
            other=high,
        )
