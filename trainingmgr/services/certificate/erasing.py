"""Erasing somebody's data from a certificate, as the law gives them a right to, so that the paper in hand still verifies."""

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate.erasure import erase_holder


def erase(actor: Actor, certificate: Certificate) -> None:
    """Let the holder's name and the file go; serial, code, hash, training, dates, hours and status stay.

    It cannot be undone. Raises Refusal `certificate.not_issued` (serial) for a number without a paper and
    `certificate.erased_already` (serial).
    """
    with transaction() as session:
        row = session.get_one(Certificate, certificate.id, with_for_update=True)
        if row.status not in {CertificateStatus.VALID, CertificateStatus.REVOKED}:
            raise Refusal("certificate.not_issued", serial=row.serial)
        if row.erased_at is not None:
            raise Refusal("certificate.erased_already", serial=row.serial)
        key = erase_holder(session, row)
        audit.record(
            session,
            actor,
            "certificate.erase",
            "certificate",
            row.id,
            training=session.get_one(Training, row.training_id),
            serial=row.serial,
        )
    if key:
        storage.delete(key)
