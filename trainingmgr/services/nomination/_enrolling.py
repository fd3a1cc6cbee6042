"""How somebody whom a unit names comes onto the roster, without telling the unit what was known of them.

A person is recognised as the roster recognises people. What is known of somebody stays as it is, whatever a
unit says of them; only what was empty is filled in. Somebody who is on the training by another hand comes on
a second time, as a person of their own, and the organiser is shown both.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import Nominee
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import name_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import GONE_STATUSES, RegistrationStatus
from trainingmgr.models import Nomination, Person, QuotaLine, Registration, Training, Unit
from trainingmgr.queries import enrolment, known_people
from trainingmgr.queries import person as people
from trainingmgr.queries.unit import unit_known_as, unit_named

_SAID = frozenset({"sex", "ethnicity", "email", "phone"})


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
    unit = unit_of(session, training, draft.unit_id, nominee)
    known = _who(session, training, draft.unit_id, nominee, unit)
    if known.mine is not None:
        if known.mine.id == draft.replaces_id:
            raise Refusal("nomination.already_sent", name=nominee.name)
        return _again(session, draft, known.mine, nominee, line, unit, status)
    person = known.person or enrolment.new_person(session, training, nominee.name, unit)
    enrolment.fill_in(session, person, _facts(nominee), unit, _SAID, theirs=known.person is None)
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
        **enrolment.keys_of(person, unit),
    )
    session.add(registration)
    session.flush()
    draft.registration_id, draft.double_of_id = registration.id, known.double_of_id
    return draft


def unit_of(session: Session, training: Training, unit_id: int, nominee: Nominee) -> Unit:
    """The unit that the nominee is said to be of, made where it is not known; else the one that names them."""
    own = session.get_one(Unit, unit_id)
    if not nominee.unit:
        return own
    found = unit_known_as(session, training.organisation_id, nominee.unit)
    return found or unit_named(session, training.organisation_id, nominee.unit)


def _who(
    session: Session,
    training: Training,
    unit_id: int,
    nominee: Nominee,
    unit: Unit,
    *,
    but: int | None = None,
) -> _Known:
    """Who the nominee is among the people whom the organisation knows, but for the person `but`."""
    bearer = None
    if nominee.document is not None:
        bearer = known_people.by_document(session, training.organisation_id, nominee.document)
        if bearer is not None and bearer.id == but:
            bearer = None
        if bearer is not None and bearer.name_key != name_key(nominee.name)[:120]:
            # A mistyped number, or somebody under another name: the organiser will see.
            on = enrolment.registration_of(session, training.id, bearer.id)
            return _Known(double_of_id=on.id if on else None, document_taken=True)
    person = bearer or _namesake(session, training, nominee, unit, but)
    if person is None:
        return _Known()
    on = enrolment.registration_of(session, training.id, person.id)
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


def twin_of(
    session: Session, training: Training, row: Nomination, nominee: Nominee, unit: Unit, person: Person
) -> int | None:
    """The registration of somebody else on the training who seems to be this person, as when they were sent.

    Raises Refusal `nomination.already_sent` (name) where another nomination of the unit's own is of the same person.
    """
    return _who(session, training, row.unit_id, nominee, unit, but=person.id).double_of_id


def _namesake(
    session: Session, training: Training, nominee: Nominee, unit: Unit, but: int | None
) -> Person | None:
    """The one person of this name whom unit or phone tells; of several nobody is chosen."""
    alike = known_people.namesakes(session, training.organisation_id, nominee.name, training.id)
    same = [
        one
        for one in alike
        if one.id != but
        and not (nominee.document and one.has_document)
        and (one.unit_id == unit.id or (nominee.phone and one.phone == nominee.phone))
    ]
    return session.get(Person, same[0].id) if len(same) == 1 else None


def _facts(nominee: Nominee) -> Facts:
    return Facts(
        sex=nominee.sex or None,
        ethnicity=nominee.ethnicity or None,
        email=nominee.email or None,
        phone=nominee.phone or None,
        document=nominee.document,
    )


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
    enrolment.fill_in(session, person, _facts(nominee), unit, _SAID, theirs=False)
    mine.replaces_id = draft.replaces_id
    session.delete(draft)
    session.flush()
    people.refresh_registration_keys(session, [person.id])
    return mine
