"""Writing to many participants at once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainingmgr.domain.mail import MailKind, MailStatus, Template, check_message
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import MailMessage, Organisation, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.messages import Audience, recipients, values_for
from trainingmgr.queries.mail.queueing import Mailing, shared_values


@dataclass(frozen=True, slots=True)
class Written:
    """How many mails were written, how many of those are only kept, and how many people have no address."""

    mails: int
    kept: int
    without_address: int


def send_message(
    actor: Actor, training: Training, audience: Audience, language: str, typed: Template, batch: str
) -> Written:
    """Write `typed` to everybody whom `audience` means and who has an address, each filled in for them.

    `batch` is a name that the form was given out with: sent twice, it writes once. Raises Refusal
    `mail.written_already`, `mail.nobody`, and what `domain.mail.check_message` refuses.
    """
    check_message(typed)
    try:
        return _write(actor, training, audience, language, typed, batch)
    except IntegrityError as error:
        # The same form was sent twice at once.
        raise Refusal("mail.written_already") from error


def _write(
    actor: Actor, training: Training, audience: Audience, language: str, typed: Template, batch: str
) -> Written:
    with transaction() as session:
        if session.scalar(sa.select(MailMessage.id).where(MailMessage.batch == batch).limit(1)) is not None:
            raise Refusal("mail.written_already")
        people = recipients(session, training.id, audience)
        with_address = [one for one in people if one.address]
        if not with_address:
            raise Refusal("mail.nobody")
        training = session.get_one(Training, training.id)
        mailing = Mailing(
            session,
            organisation_id=training.organisation_id,
            kind=MailKind.MESSAGE,
            language=language,
            training_id=training.id,
        )
        organisation = session.get_one(Organisation, training.organisation_id)
        shared = shared_values(organisation, training, language)
        kept = 0
        for one in with_address:
            row = mailing.add(
                to_name=one.name,
                to_address=one.address,
                values=values_for(typed, shared, one),
                registration_id=one.registration_id,
                is_sample=one.is_sample,
            )
            row.batch = batch
            kept += row.status is MailStatus.KEPT
        audit.record(
            session,
            actor,
            "mail.written",
            "training",
            training.id,
            training=training,
            people=len(with_address),
            language=language,
        )
        return Written(len(with_address), kept, len(people) - len(with_address))
