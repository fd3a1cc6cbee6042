"""Two people who look like one and are two."""

from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import ApartPeople, Person
from trainingmgr.queries import audit, known_people
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.apart import set_apart


def tell_apart(actor: Actor, organisation_id: int, one_id: int, other_id: int, *, apart: bool = True) -> None:
    """Remember that two people are two, or forget it again; done twice it changes nothing.

    Raises NotFound, Refusal `people.same`.
    """
    if one_id == other_id:
        raise Refusal("people.same")
    with transaction() as session:
        known_people.lock_people(session, organisation_id)
        low, high = sorted((one_id, other_id))
        if not set_apart(session, Person, ApartPeople, organisation_id, (low, high), apart=apart):
            return
        audit.record(
            session,
            actor,
            "person.told_apart" if apart else "person.told_apart_undone",
            "person",
            low,
            organisation_id=organisation_id,
            other=high,
        )
