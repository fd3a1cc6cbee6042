"""One more participant, and who that is."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import name_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Person, Registration, Training, Unit
from trainingmgr.models.person import new_uid
from trainingmgr.queries import audit, glyph, known_people, places
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.person import refresh_registration_keys, registration_keys
from trainingmgr.queries.unit import unit_named
from trainingmgr.services.roster import _records as records

SOMEBODY_NEW = 0


@dataclass(frozen=True, slots=True)
class Added:
    """The new registration; `known` tells that the person was known before.

    `over` is by how many the class is now over its capacity; `missing` are the characters of the
    name that no font has.
    """

    registration_id: int
    known: bool
    over: int
    missing: tuple[str, ...]


def add(
    actor: Actor,
    training_id: int,
    facts: Facts,
    same_as: int | None = None,
    *,
    is_sample: bool = False,
    beyond: bool = False,
) -> Added:
    """Put somebody on a roster. `facts.name` is needed.

    A person is known by ID document where given, else by name with unit or phone. Where only the
    name agrees with somebody known, `same_as` decides: the id of that person or `SOMEBODY_NEW`.
    Raises Refusal: `roster.alike_known` while that is open, `roster.already_on` (name,
    registration_id), `roster.id_of_another` (name), `roster.namesake_needs_document` (name),
    `roster.category_unknown`, `places.beyond_capacity` (people, left) for one more on a class that is full,
    unless `beyond` was asked for.
    """
    try:
        with transaction() as session:
            training = records.the_training(session, training_id)
            known_people.lock_people(session, training.organisation_id)
            locked(session, training_id)
            return _add(session, actor, training, facts, same_as, is_sample=is_sample, beyond=beyond)
    except IntegrityError as error:
        # Somebody else's import of the same person was faster.
        raise Refusal("roster.already_on", name=facts.name, registration_id=None) from error


def _add(
    session: Session,
    actor: Actor,
    training: Training,
    facts: Facts,
    same_as: int | None,
    *,
    is_sample: bool,
    beyond: bool,
) -> Added:
    if not facts.name:
        raise Refusal("name_missing")
    records.check_category(session, training.id, facts.category_id)
    unit = unit_named(session, training.organisation_id, facts.unit) if facts.unit else None
    person = _who(session, training, facts, unit, same_as)
    known = person is not None
    if person is None:
        person = Person(uid=new_uid(), organisation_id=training.organisation_id, is_sample=is_sample)
        records.set_name(person, facts.name, facts.pinyin or "")
        session.add(person)
    records.set_personal(session, person, facts.without_empty())
    if unit is not None:
        person.unit_id = unit.id
    session.flush()
    status = facts.status or RegistrationStatus.CONFIRMED
    over = places.check(session, training, 1, beyond=beyond) if status in PRESENT_STATUSES else 0
    registration = Registration(
        training_id=training.id,
        person_id=person.id,
        category_id=facts.category_id or None,
        unit_id=unit.id if unit else person.unit_id,
        post=facts.post or "",
        group_name=facts.group or "",
        latin_name=facts.latin_name or "",
        note=facts.note or "",
        status=status,
        arrived_at=now() if status is RegistrationStatus.ARRIVED else None,
        is_sample=is_sample or person.is_sample,
        **registration_keys(
            person.name, person.pinyin, facts.unit or "", person.phone_tail, facts.latin_name or ""
        ),
    )
    session.add(registration)
    session.flush()
    refresh_registration_keys(session, [person.id])
    audit.record(
        session,
        actor,
        "roster.add",
        "registration",
        registration.id,
        training=training,
        known=known,
        **({"beyond": over} if over else {}),
    )
    return Added(
        registration.id,
        known,
        places.of(session, training).over,
        glyph.missing_characters(
            glyph.fonts_of(session, training.organisation_id), person.name, registration.latin_name
        ),
    )


def _who(
    session: Session, training: Training, facts: Facts, unit: Unit | None, same_as: int | None
) -> Person | None:
    """The known person that the facts speak of, None for somebody new."""
    assert facts.name is not None  # noqa: S101 - `_add` has refused an empty name  # nosec B101
    if facts.document is not None:
        bearer = known_people.by_document(session, training.organisation_id, facts.document)
        if bearer is not None:
            if bearer.name_key != name_key(facts.name):
                raise Refusal("roster.id_of_another", name=bearer.name)
            _refuse_if_on(session, training.id, bearer)
            return bearer
    alike = known_people.namesakes(session, training.organisation_id, facts.name, training.id)
    if facts.document is not None:
        # Two different documents are two people, whatever else agrees.
        alike = [one for one in alike if not one.has_document]
    unit_id = unit.id if unit else None
    same = [
        one
        for one in alike
        if (unit_id and one.unit_id == unit_id) or (facts.phone and one.phone == facts.phone)
    ]
    chosen = next((one for one in alike if one.id == same_as), None)
    if chosen is None and len(same) == 1:
        if same_as == SOMEBODY_NEW:
            raise Refusal("roster.namesake_needs_document", name=facts.name)
        chosen = same[0]
    if chosen is not None:
        person = session.get(Person, chosen.id)
        if person is not None:
            _refuse_if_on(session, training.id, person)
        return person
    if same or (alike and same_as != SOMEBODY_NEW):
        raise Refusal("roster.alike_known", name=facts.name)
    return None


def _refuse_if_on(session: Session, training_id: int, person: Person) -> None:
    registration_id = session.scalar(
        sa.select(Registration.id).where(
            Registration.training_id == training_id, Registration.person_id == person.id
        )
    )
    if registration_id is not None:
        raise Refusal("roster.already_on", name=person.name, registration_id=registration_id)
