"""Somebody registers by the public page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.open_registration import first_status
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import mask_id_number, name_key
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import Checked, ConsentBy
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Category, OwnRegistration, Person, Registration, Training
from trainingmgr.queries import audit, enrolment, known_people, places, registration_answer
from trainingmgr.queries.locking import locked
from trainingmgr.queries.open_registration import standing
from trainingmgr.queries.own_registration import new_own, own_of, shown_content, token_of
from trainingmgr.queries.registration_form import Form, form_of
from trainingmgr.services.open_registration import _writing as writing
from trainingmgr.services.open_registration._writing import PARTICIPANT

# Whoever knows a name and a number does not fill somebody's mailbox with it.
_AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that was filled in. `checked` is what was typed as the form in `form_version` judged it.

    `consents` are the words consented to, by field. `once` marks the form: sent twice it counts once.
    """

    checked: Checked
    form_version: int
    category_id: int | None
    consents: Mapping[str, str]
    language: str
    once: str


class Received(NamedTuple):
    """What became of it. `token` is what the registration's own address ends in; without one, whoever it is
    was on the training before, which is all that is told.
    """

    status: RegistrationStatus | None
    token: str = ""
    position: int = 0


def register(training_id: int, sent: Sent) -> Received:
    """Put somebody on the roster, on the waiting list, or before the organiser; they are told by mail.

    Places are given away under the lock of `queries.places`, so never more than there are. Whoever is on the
    training already (by ID document, or by name and phone) is told nothing but that, and sent their own
    address again, where mail is known to reach them. Whoever cancelled comes back in the same words: that
    somebody knows a name and a number does not make them the same. Raises NotFound, Refusal
    `open_registration.off`, `.not_yet`, `.full`, `.closed`, `.crowded`, `.unmarked` for a form without its
    mark or with another's, `registration_form.changed`, `roster.category_unknown`.
    """
    if not sent.once:
        raise Refusal("open_registration.unmarked")
    try:
        with transaction() as session:
            training = session.get(Training, training_id)
            if training is None:
                raise NotFound("not_found")
            known_people.lock_people(session, training.organisation_id)
            locked(session, training_id)
            return _register(session, training, sent)
    except IntegrityError as error:
        # Somebody wrote the same person in a way that does not wait for others.
        raise Refusal("open_registration.crowded") from error


def _register(session: Session, training: Training, sent: Sent) -> Received:
    own = session.scalar(
        sa.select(OwnRegistration).where(
            OwnRegistration.training_id == training.id, OwnRegistration.once == sent.once
        )
    )
    if own is not None:
        return _once_more(session, own, sent.checked)
    form = form_of(session, training.id)
    if form.version != sent.form_version:
        raise Refusal("registration_form.changed")
    if sent.category_id is not None:
        category = session.get(Category, sent.category_id)
        if category is None or category.training_id != training.id:
            raise Refusal("roster.category_unknown")
    facts = sent.checked.facts()
    person = _known(session, training, facts)
    before = enrolment.registration_of(session, training.id, person.id) if person else None
    if before is not None and not _may_come_back(session, before):
        return _already(session, training, before)
    stands = standing(session, training)
    status = first_status(stands.given, stands.state)
    new = person is None
    if person is None:
        person = enrolment.new_person(session, training, facts.name or "", None)
    registration = before or Registration(training_id=training.id, person_id=person.id)
    registration.status, registration.category_id = status, sent.category_id
    registration.is_sample = training.is_sample or person.is_sample
    for column, value in enrolment.keys_of(person, None).items():
        setattr(registration, column, value)
    session.add(registration)
    session.flush()
    reached_at = _let_go(session, registration, person, form) if before else None
    own = new_own(
        session,
        registration,
        once=sent.once if before is None else None,
        language=sent.language,
        new_person=new,
    )
    kept = writing.fill(session, training, person, registration, facts, sent.checked.personal, theirs=new)
    writing.keep_content(own, sent.checked, document_kept=kept)
    if reached_at is not None:
        own.email = reached_at
    _answer(session, training, registration, form, sent)
    writing.send_standing(session, training, registration, own, by_public=True)
    audit.record(
        session,
        PARTICIPANT,
        "registration.sent",
        "registration",
        registration.id,
        training=training,
        status=status.value,
        known=not new,
    )
    return _received(session, registration, own) if before is None else Received(None)


def _once_more(session: Session, own: OwnRegistration, checked: Checked) -> Received:
    """What became of a form that was sent already, for whoever sent it."""
    registration = session.get_one(Registration, own.registration_id)
    facts, written = checked.facts(), shown_content(own)
    name = written.get("name", registration.person.name)
    number = mask_id_number(facts.document.number) if facts.document else ""
    if name_key(name) != name_key(facts.name or "") or number not in ("", written.get("id_masked")):
        raise Refusal("open_registration.unmarked")
    return _received(session, registration, own)


def _known(session: Session, training: Training, facts: Facts) -> Person | None:
    """The known person that this is: by ID document, or by name and phone; of several nobody is taken."""
    assert facts.name  # noqa: S101 - the form has refused an empty name  # nosec B101
    if facts.document is not None:
        bearer = known_people.by_document(session, training.organisation_id, facts.document)
        if bearer is not None:
            # Under another name it is a mistyped number, or somebody else's: the organiser will see.
            return bearer if bearer.name_key == name_key(facts.name)[:120] else None
    same = [
        one
        for one in known_people.namesakes(session, training.organisation_id, facts.name, training.id)
        if facts.phone and one.phone == facts.phone and not (facts.document and one.has_document)
    ]
    return session.get(Person, same[0].id) if len(same) == 1 else None


def _may_come_back(session: Session, before: Registration) -> bool:
    own = own_of(session, before.id)
    return before.status is RegistrationStatus.WITHDRAWN and own is not None and own.by_form


def _already(session: Session, training: Training, before: Registration) -> Received:
    """Send whoever is on the training their own address again, and tell whoever asks nothing of it."""
    own = own_of(session, before.id) or new_own(session, before, by_form=False)
    if own.key and (own.link_sent_at is None or own.link_sent_at < now() - _AGAIN_AFTER):
        writing.send_standing(session, training, before, own, by_public=True)
    return Received(None)


def _let_go(session: Session, registration: Registration, person: Person, form: Form) -> str:
    """End what somebody who cancelled had written and consented to, and their address; gives that of their mail.

    What comes now may be another's writing, so it stands alone, and the new address goes where mail went before.
    """
    registration_answer.withdraw_consents(session, form.definition, registration.id, None)
    before = own_of(session, registration.id, lock=True)
    reached_at = (before.email if before else "") or person.email
    if before is not None:
        session.delete(before)
        session.flush()
    return reached_at


def _answer(session: Session, training: Training, registration: Registration, form: Form, sent: Sent) -> None:
    registration_answer.keep_answers(
        session, training, registration.id, form.definition, sent.checked.answers()
    )
    registration_answer.give_consents(
        session, training, registration.id, form.definition, sent.consents, ConsentBy.PERSON
    )


def _received(session: Session, registration: Registration, own: OwnRegistration) -> Received:
    return Received(registration.status, token_of(own.key), places.position(session, registration))
