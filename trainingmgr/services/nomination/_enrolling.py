"""How somebody whom a unit names comes onto the roster, without telling the unit what was known of them.

A person is recognised as the roster recognises people. What is known of somebody stays as it is, whatever a
unit says of them; only what was empty is filled in. Somebody who is on the training by another hand comes on
a second time, as a person of their own, and the organiser is shown both.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import Nominee
from trainingmgr.domain.person import name_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import GONE_STATUSES, RegistrationStatus
from trainingmgr.models import Nomination, Person, QuotaLine, Registration, Training, Unit
from trainingmgr.models.person import new_uid
from trainingmgr.queries import known_people
from trainingmgr.queries import person as people
from trainingmgr.queries.unit import unit_known_as, unit_named


@dataclass(frozen=True, slots=True)
class _Known:
    """Who the nominee was found to be.

    `mine` is the unit's own nomination of them on this training, `double_of_id` somebody else's
    registration; with `document_taken` the ID number is another person's.
    """

    person: Person | None = None
    mine: Nomination | None = None
    double_of_id: int | None = None
    document_taken: bool = False


def enrol(
    session: Session,
    training: Training,
    draft: Nomination,
    nominee: Nominee,
    line: QuotaLine,
    status: RegistrationStatus,
) -> Nomination:
    """Put a nominee on the roster, and give the nomination back that says so: the draft, or an older one of the same person.

    The caller has locked the organisation's people. Raises Refusal `nomination.already_sent` (name).
    """
    unit = _unit(session, training, draft.unit_id, nominee)
    known = _who(session, training, draft.unit_id, nominee, unit)
    if known.mine is not None:
        if known.mine.id == draft.replaces_id:
            raise Refusal("nomination.already_sent", name=nominee.name)
        return _again(session, draft, known.mine, nominee, line, unit, status)
    person = known.person or _new_person(session, training, nominee, unit)
    # Which ID document somebody known bears is for the organiser to say.
    _fill(person, nominee, unit, document=known.person is None and not known.document_taken)
    session.flush()
    registration = Registration(
        training_id=training.id,
        person_id=person.id,
        category_id=line.category_id,
        unit_id=unit.id,
        post=nominee.post,
        note=nominee.note,
        status=status,
        is_sample=person.is_sample,
        **people.registration_keys(person.name, person.pinyin, unit.name, person.phone_tail),
    )
    session.add(registration)
    session.flush()
    draft.registration_id, draft.double_of_id = registration.id, known.double_of_id
    return draft


def _unit(session: Session, training: Training, unit_id: int, nominee: Nominee) -> Unit:
    own = session.get_one(Unit, unit_id)
    if not nominee.unit:
        return own
    found = unit_known_as(session, training.organisation_id, nominee.unit)
    return found or unit_named(session, training.organisation_id, nominee.unit)


def _who(session: Session, training: Training, unit_id: int, nominee: Nominee, unit: Unit) -> _Known:
    bearer = None
    if nominee.document is not None:
        bearer = known_people.by_document(session, training.organisation_id, nominee.document)
        if bearer is not None and bearer.name_key != name_key(nominee.name)[:120]:
            # A mistyped number, or somebody under another name: the organiser will see.
            on = _registration(session, training.id, bearer.id)
            return _Known(double_of_id=on.id if on else None, document_taken=True)
    person = bearer or _namesake(session, training, nominee, unit)
    if person is None:
        return _Known()
    on = _registration(session, training.id, person.id)
    if on is None:
        return _Known(person)
    mine = session.scalar(
        sa.select(Nomination).where(Nomination.registration_id == on.id, Nomination.unit_id == unit_id)
    )
    if mine is None:
        return _Known(double_of_id=on.id, document_taken=bearer is not None)
    if on.status not in GONE_STATUSES:
        raise Refusal("nomination.already_sent", name=nominee.name)
    return _Known(person, mine)


def _namesake(session: Session, training: Training, nominee: Nominee, unit: Unit) -> Person | None:
    """The one person of this name whom unit or phone tells; of several nobody is chosen."""
    alike = known_people.namesakes(session, training.organisation_id, nominee.name, training.id)
    same = [
        one
        for one in alike
        if not (nominee.document and one.has_document)
        and (one.unit_id == unit.id or (nominee.phone and one.phone == nominee.phone))
    ]
    return session.get(Person, same[0].id) if len(same) == 1 else None


def _registration(session: Session, training_id: int, person_id: int) -> Registration | None:
    return session.scalar(
        sa.select(Registration).where(
            Registration.training_id == training_id, Registration.person_id == person_id
        )
    )


def _new_person(session: Session, training: Training, nominee: Nominee, unit: Unit) -> Person:
    person = Person(
        uid=new_uid(),
        organisation_id=training.organisation_id,
        unit_id=unit.id,
        is_sample=training.is_sample,
        **people.name_columns(nominee.name),
    )
    session.add(person)
    session.flush()
    return person


def _fill(person: Person, nominee: Nominee, unit: Unit, *, document: bool) -> None:
    """Add what was not known of the person; what was stays."""
    for column in ("sex", "ethnicity", "email"):
        if not getattr(person, column):
            setattr(person, column, getattr(nominee, column))
    if not person.phone:
        columns = people.phone_columns(nominee.phone)
        person.phone, person.phone_tail = columns["phone"], columns["phone_tail"]
    if person.unit_id is None:
        person.unit_id = unit.id
    if document and nominee.document is not None and person.id_index is None:
        sealed = people.seal_id(
            person.uid, person.organisation_id, nominee.document.type, nominee.document.number
        )
        for name, value in sealed.items():
            setattr(person, name, value)


def _again(
    session: Session,
    draft: Nomination,
    mine: Nomination,
    nominee: Nominee,
    line: QuotaLine,
    unit: Unit,
    status: RegistrationStatus,
) -> Nomination:
    """Bring back somebody whom the unit had named before; the draft goes into the older nomination."""
    registration = session.get_one(Registration, mine.registration_id)
    person = session.get_one(Person, registration.person_id)
    registration.status, registration.arrived_at = status, None
    registration.category_id, registration.unit_id = line.category_id, unit.id
    registration.post, registration.note = nominee.post, nominee.note
    _fill(person, nominee, unit, document=False)
    mine.replaces_id = draft.replaces_id
    session.delete(draft)
    session.flush()
    people.refresh_registration_keys(session, [person.id])
    return mine
