"""Onto a roster by another hand than the organiser's.

What is known of a person stays as it is, whatever others say of them; only what was empty is filled in.
Mail address and ID document of somebody known are not even that: whoever types a known name is not
known to be that person, and mail about other trainings would go to the address.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.participant import Facts
from trainingmgr.models import Person, Registration, Training, Unit
from trainingmgr.models.person import new_uid
from trainingmgr.queries import known_people
from trainingmgr.queries import person as people


def new_person(session: Session, training: Training, name: str, unit: Unit | None) -> Person:
    """Somebody whom the organisation did not know."""
    person = Person(
        uid=new_uid(),
        organisation_id=training.organisation_id,
        unit_id=unit.id if unit else None,
        is_sample=training.is_sample,
        **people.name_columns(name),
    )
    session.add(person)
    session.flush()
    return person


def fill_in(
    session: Session,
    person: Person,
    facts: Facts,
    unit: Unit | None,
    boxes: Collection[str],
    *,
    theirs: bool,
) -> bool:
    """Add what stands in `boxes` and was not known of the person; tells whether an ID document named is theirs.

    `theirs` is whether the person is known from this registration alone: then a mail address is taken, and
    an ID document that nobody else bears, whatever the one before.
    """
    columns = ("sex", "ethnicity", "email") if theirs else ("sex", "ethnicity")
    for column in columns:
        if column in boxes and not getattr(person, column) and getattr(facts, column):
            setattr(person, column, str(getattr(facts, column)))
    if "phone" in boxes and not person.phone and facts.phone:
        for column, text in people.phone_columns(facts.phone).items():
            setattr(person, column, text)
    if person.unit_id is None and unit is not None:
        person.unit_id = unit.id
    if facts.document is None:
        return False
    bearer = known_people.by_document(session, person.organisation_id, facts.document)
    if bearer is None and theirs:
        sealed = people.seal_id(
            person.uid, person.organisation_id, facts.document.type, facts.document.number
        )
        for column, value in sealed.items():
            setattr(person, column, value)
        bearer = person
    return bearer is person


def registration_of(session: Session, training_id: int, person_id: int) -> Registration | None:
    """The person's registration for the training, locked, if there is one."""
    return session.scalar(
        sa.select(Registration)
        .where(Registration.training_id == training_id, Registration.person_id == person_id)
        .with_for_update()
    )


def keys_of(person: Person, unit: Unit | None) -> dict[str, str]:
    """The columns of a registration that repeat what is known of its person."""
    return people.registration_keys(
        person.name, person.pinyin, unit.name if unit else "", person.phone_tail, ""
    )
