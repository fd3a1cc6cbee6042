"""Mailing certificates by hand: to those who have not got theirs, or once more to one."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate.offers import offer_named
from trainingmgr.queries.mail import certificates, repeating


def mail_certificates(actor: Actor, training: Training, kind: CertificateKind) -> certificates.Outcome:
    """Mail each valid certificate of a kind whose holder has an address and was sent nothing yet.

    Twice the same sends nothing twice. Raises Refusal `certificate.kind_not_offered` (kind),
    `mail.all_have_theirs`.
    """
    with transaction() as session:
        # Whoever else does the same at this moment waits here, and finds nothing left.
        training = session.get_one(Training, training.id, with_for_update=True)
        offer = offer_named(session, training, kind)
        ids = certificates.to_send(session, training.id, kind)
        if not ids:
            raise Refusal("mail.all_have_theirs")
        rows = session.scalars(
            sa.select(Certificate).where(Certificate.id.in_(ids)).order_by(Certificate.number)
        ).all()
        outcome = certificates.write(session, training, offer, rows)
        audit.record(
            session,
            actor,
            "mail.certificates",
            "training",
            training.id,
            training=training,
            kind=kind.value,
            people=outcome.mails,
        )
        return outcome


def mail_certificate(actor: Actor, training: Training, certificate_id: int) -> None:
    """Mail one certificate, or mail it once more, to its holder's present address.

    Raises NotFound, Refusal `mail.certificate_not_valid`, `mail.address_missing`, and what
    `repeating.repeat` refuses.
    """
    try:
        with transaction() as session:
            training = session.get_one(Training, training.id)
            row = session.get(Certificate, certificate_id, with_for_update=True)
            if row is None or row.training_id != training.id:
                raise NotFound("not_found")
            if row.status is not CertificateStatus.VALID or row.erased_at is not None:
                raise Refusal("mail.certificate_not_valid")
            former = certificates.latest_mail(session, row.id)
            if former is not None:
                repeating.repeat(session, former)
            elif not certificates.write(
                session, training, offer_named(session, training, row.kind), [row]
            ).mails:
                raise Refusal("mail.address_missing")
            audit.record(
                session,
                actor,
                "mail.certificate",
                "certificate",
                row.id,
                training=training,
                serial=row.serial,
            )
    except IntegrityError as error:
        raise Refusal("mail.repeated") from error
