"""Who an organisation knows already: by ID document, else by name."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import IdDocument, name_key
from trainingmgr.models import Organisation, Person, Registration, Unit
from trainingmgr.queries.person import id_index


def lock_people(session: Session, organisation_id: int) -> None:
    """Let one writer at a time decide who is who in an organisation, until the transaction ends."""
    session.execute(
        sa.select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )


def by_document(session: Session, organisation_id: int, document: IdDocument) -> Person | None:
    """The person who bears this ID document."""
    index = id_index(organisation_id, document.type, document.number)
    return session.scalar(
        sa.select(Person).where(Person.organisation_id == organisation_id, Person.id_index == index)
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """A known person of the same name.

    `phone` is in its normal form, `registration_id` set if they are on the training already,
    `trainings` how many they are on in all.
    """

    id: int
    name: str
    unit_id: int | None
    unit: str
    phone: str
    has_document: bool
    id_masked: str
    registration_id: int | None
    trainings: int


def namesakes(session: Session, organisation_id: int, name: str, training_id: int) -> list[Alike]:
    """Everybody in the organisation with this name, however it is spaced or dotted; 50 at most."""
    trainings = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(Registration.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    here = sa.and_(Registration.person_id == Person.id, Registration.training_id == training_id)
    rows = session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.unit_id,
            sa.func.coalesce(Unit.name, ""),
            Person.phone,
            Person.id_index.is_not(None),
            Person.id_masked,
            Registration.id,
            trainings,
        )
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Registration, here)
        .where(Person.organisation_id == organisation_id, Person.name_key == name_key(name)[:120])
        .order_by(Person.id)
        .limit(50)
    )
    return [Alike(*row) for row in rows]
