"""Two units whose names look like one's and that are two."""

from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import ApartUnits, Unit
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.apart import set_apart
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
        if not set_apart(session, Unit, ApartUnits, organisation_id, (low, high), apart=apart):
            return
        audit.record(
            session,
            actor,
            "unit.told_apart" if apart else "unit.told_apart_undone",
            "unit",
            low,
            organisation_id=organisation_id,
            other=high,
        )
