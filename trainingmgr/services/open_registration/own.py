"""What whoever registered may do about it, under their own address, until registration closes."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import EXPECTED_STATUSES, RegistrationStatus
from trainingmgr.domain.registration_form import Checked, ConsentBy
from trainingmgr.extensions import transaction
from trainingmgr.models import OwnRegistration, Person, Registration, Training
from trainingmgr.queries import audit, known_people, places, registration_answer
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.registered import tell
from trainingmgr.queries.open_registration import standing
from trainingmgr.queries.own_registration import own_by_token
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services.open_registration import _writing as writing
from trainingmgr.services.open_registration._writing import PARTICIPANT


def change(
    training: Training,
    token: str,
    checked: Checked,
    *,
    consents: Mapping[str, str],
    form_version: int,
    version: str,
) -> None:
    """Change what somebody wrote. The name stays: it is who they are.

    `checked`, `consents` and `form_version` are those of `Sent`; `version` is that of the answers that the
    edit began from. A person known before keeps what was known of them. Raises NotFound, Refusal
    `open_registration.over`, `registration_form.changed`, `stale`. What the form does not ask, or they left as
    they wrote it, stays as the organiser has it by now.
    """
    with transaction() as session:
        training, own, registration = _held(session, training.id, token)
        _refuse_late(session, training, own, registration)
        form = form_of(session, training.id)
        if form.version != form_version:
            raise Refusal("registration_form.changed")
        if registration_answer.answers_of(session, registration.id).version != version:
            raise Refusal("stale")
        person = session.get_one(Person, registration.person_id)
        theirs = own.new_person and not _known_elsewhere(session, person, registration)
        boxes = writing.newly_written(own, checked)
        kept = writing.fill(session, training, person, registration, checked.facts(), boxes, theirs=theirs)
        writing.keep_content(own, checked, document_kept=kept)
        changed = registration_answer.keep_answers(
            session, training, registration.id, form.definition, checked.answers()
        )
        registration_answer.give_consents(
            session, training, registration.id, form.definition, consents, ConsentBy.PERSON
        )
        _note(session, training, registration, "registration.changed_by_person", fields=changed)


def withdraw(training: Training, token: str, field: str) -> None:
    """Take a consent back, at any time; what it covered is deleted. Raises NotFound, for no such consent too."""
    with transaction() as session:
        training, _own, registration = _held(session, training.id, token)
        definition = form_of(session, training.id).definition
        if not registration_answer.withdraw_consents(session, definition, registration.id, [field]):
            raise NotFound("not_found")
        _note(session, training, registration, "registration.consent_withdrawn", field=field)


def cancel(training: Training, token: str) -> None:
    """Give the place up; whoever waits longest gets it, where the training wants that.

    Raises NotFound, Refusal `open_registration.over`.
    """
    with transaction() as session:
        training, own, registration = _held(session, training.id, token)
        _refuse_late(session, training, own, registration)
        before = places.standing(session, training)
        registration.status = RegistrationStatus.WITHDRAWN
        session.flush()
        tell(session, training, MailKind.REGISTRATION_CANCELLED, [registration.id], wait=writing.AT_ONCE)
        _note(session, training, registration, "registration.cancelled_by_person")
        places.fill_freed(session, PARTICIPANT, training, before)


def _held(session: Session, training_id: int, token: str) -> tuple[Training, OwnRegistration, Registration]:
    training = session.get_one(Training, training_id)
    known_people.lock_people(session, training.organisation_id)
    training = locked(session, training_id)
    own = own_by_token(session, training_id, token)
    if own is None:
        raise NotFound("not_found")
    return training, own, session.get_one(Registration, own.registration_id, with_for_update=True)


def _refuse_late(
    session: Session, training: Training, own: OwnRegistration, registration: Registration
) -> None:
    if not (
        own.by_form and registration.status in EXPECTED_STATUSES and standing(session, training).may_change
    ):
        raise Refusal("open_registration.over")


def _known_elsewhere(session: Session, person: Person, registration: Registration) -> bool:
    others = sa.select(Registration.id).where(
        Registration.person_id == person.id, Registration.id != registration.id
    )
    return session.scalar(others.limit(1)) is not None


def _note(
    session: Session, training: Training, registration: Registration, action: str, **details: Any
) -> None:
    audit.record(session, PARTICIPANT, action, "registration", registration.id, training=training, **details)
