"""Erasing somebody's data from a certificate, as the law gives them a right to, so that the paper in hand still verifies."""

from dataclasses import replace
from json import loads

import sqlalchemy as sa

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, storage, transaction
from trainingmgr.models import Certificate, MailMessage, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate.verification import snapshot_of


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
        bare = replace(
            snapshot_of(row),
            holder_name="",
            holder_latin_name=None,
            holder_detail=None,
            holder_unit="",
            holder_unit_en="",
            holder_post="",
            topic_zh="",
            topic_en="",
            photo="",
            verify_url="",
            substitutes=(),
        )
        key = row.file_key
        row.erased_at, row.file_key = now(), None
        row.registration_id = row.lecturer_id = None
        row.collected_by = ""
        row.snapshot = loads(bare.to_json())
        session.execute(sa.delete(MailMessage).where(MailMessage.certificate_id == row.id))
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
