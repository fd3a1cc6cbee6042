"""The organiser's hand on the addresses under which participants look after their registrations."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import new_link_key
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import OwnRegistration, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.own_registration import ends_on, new_own, own_of
from trainingmgr.services.open_registration import _writing as writing


def renew(actor: Actor, training: Training, registration_id: int) -> None:
    """Give a registration another address; the one before leads nowhere.

    Raises NotFound, Refusal `open_registration.ended` long after the class.
    """
    with transaction() as session:
        training, registration = _held(session, training.id, registration_id)
        own = own_of(session, registration.id, lock=True) or new_own(session, registration, by_form=False)
        if ends_on(training, own) < now().date():
            raise Refusal("open_registration.ended")
        own.key = new_link_key()
        _note(session, actor, training, own, "registration.link_renewed")


def close(actor: Actor, training: Training, registration_id: int) -> None:
    """Let a registration's address lead nowhere. Raises NotFound."""
    with transaction() as session:
        training, registration = _held(session, training.id, registration_id)
        own = own_of(session, registration.id, lock=True)
        if own is not None and own.key is not None:
            own.key = None
            _note(session, actor, training, own, "registration.link_closed")


def send_again(actor: Actor, training: Training, registration_id: int) -> None:
    """Write a mail that says how the registration stands, with its address.

    Raises NotFound, Refusal `open_registration.no_mail` where there is no address to write to.
    """
    with transaction() as session:
        training, registration = _held(session, training.id, registration_id)
        own = own_of(session, registration.id, lock=True) or new_own(session, registration, by_form=False)
        if not writing.send_standing(session, training, registration, own):
            raise Refusal("open_registration.no_mail")
        _note(session, actor, training, own, "registration.link_sent")


def _held(session: Session, training_id: int, registration_id: int) -> tuple[Training, Registration]:
    training = locked(session, training_id)
    registration = session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id, Registration.training_id == training_id)
        .with_for_update()
    )
    if registration is None:
        raise NotFound("not_found")
    return training, registration


def _note(session: Session, actor: Actor, training: Training, own: OwnRegistration, action: str) -> None:
    audit.record(session, actor, action, "registration", own.registration_id, training=training)
