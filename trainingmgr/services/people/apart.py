"""Two people who look like one and are two."""

import sqlalchemy as sa

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import ApartPeople, Person
from trainingmgr.queries import audit, known_people
from trainingmgr.queries.accounts import Actor


def tell_apart(actor: Actor, organisation_id: int, one_id: int, other_id: int, *, apart: bool = True) -> None:
    """Remember that two people are two, or forget it again; done twice it changes nothing.

    Raises NotFound, Refusal `people.same`.
    """
    if one_id == other_id:
        raise Refusal("people.same")
    with transaction() as session:
        known_people.lock_people(session, organisation_id)
        low, high = sorted((one_id, other_id))
        found = sa.select(sa.func.count()).select_from(Person)
        ours = found.where(Person.id.in_((low, high)), Person.organisation_id == organisation_id)
        if session.scalar(ours) != 2:
            raise NotFound("not_found")
        row = session.scalar(sa.select(ApartPeople).filter_by(low_id=low, high_id=high))
        if (row is not None) == apart:
            return
        if row is None:
            session.add(ApartPeople(low_id=low, high_id=high))
        else:
            session.delete(row)
        audit.record(
            session,
            actor,
            "person.told_apart" if apart else "person.told_apart_undone",
            "person",
            low,
            organisation_id=organisation_id,
            other=high,
        )
