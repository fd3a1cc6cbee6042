"""Erasing somebody's data from a certificate, as the law gives them a right to, so that the paper in hand still verifies."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import BatchPhoto, Certificate, Person, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate.erasure import erase_holder
from trainingmgr.queries.photo import unused_keys


def erase(actor: Actor, certificate: Certificate) -> None:
    """Let the holder's name and the file go; serial, code, hash, training, dates, hours and status stay.

    The photograph goes with the last certificate that was given with it. It cannot be undone. Raises Refusal `certificate.not_issued` (serial) for a number without a paper and
    `certificate.erased_already` (serial).
    """
    with transaction() as session:
        row = session.get_one(Certificate, certificate.id, with_for_update=True)
        if row.status not in {CertificateStatus.VALID, CertificateStatus.REVOKED}:
            raise Refusal("certificate.not_issued", serial=row.serial)
        if row.erased_at is not None:
            raise Refusal("certificate.erased_already", serial=row.serial)
        photo = _take_photo(session, row)
        keys = [erase_holder(session, row), *unused_keys(session, {photo})]
        audit.record(
            session,
            actor,
            "certificate.erase",
            "certificate",
            row.id,
            training=session.get_one(Training, row.training_id),
            serial=row.serial,
        )
    for key in filter(None, keys):
        storage.delete(key)


def _take_photo(session: Session, row: Certificate) -> str:
    """Take the photograph from the holder unless another certificate that stands was given with it; gives its SHA-256.

    The papers themselves hold copies of their own.
    """
    digest: str = row.snapshot.get("photo", "")
    holder = session.get(Registration, row.registration_id) if row.registration_id and digest else None
    if holder is None:
        return ""
    person = session.get_one(Person, holder.person_id, with_for_update=True)
    session.execute(sa.delete(BatchPhoto).where(BatchPhoto.person_id == person.id))
    needed = session.scalar(
        sa.select(Certificate.id)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(
            Registration.person_id == person.id,
            Certificate.id != row.id,
            Certificate.status.in_([CertificateStatus.RESERVED, CertificateStatus.VALID]),
            Certificate.snapshot["photo"].as_string() == digest,
        )
        .limit(1)
    )
    if needed is None and person.photo == digest:
        person.photo = ""
    return digest
