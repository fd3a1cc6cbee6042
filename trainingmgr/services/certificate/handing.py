"""Handing papers over: who collected which, and when."""

from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

MAX_COLLECTOR = 120


def hand_over(actor: Actor, certificate: Certificate, collector: str = "") -> Certificate:
    """Note that a valid certificate was collected just now, by the holder unless a `collector` is named.

    The audit says whether it was the holder and keeps no name. Raises Refusal `certificate.collector_long`
    (longest), `certificate.not_to_hand_over` (serial) for one that is not valid, and
    `certificate.collected_already` (serial, name).
    """
    collector = " ".join(collector.split())
    if len(collector) > MAX_COLLECTOR:
        raise Refusal("certificate.collector_long", longest=MAX_COLLECTOR)
    with transaction() as session:
        row = _locked(session, certificate)
        if row.status is not CertificateStatus.VALID or row.erased_at is not None:
            raise Refusal("certificate.not_to_hand_over", serial=row.serial)
        if row.collected_at is not None:
            raise Refusal("certificate.collected_already", serial=row.serial, name=row.collected_by)
        holder = str(row.snapshot["holder_name"])
        row.collected_at, row.handed_by = now(), actor.name
        row.collected_by = collector or holder[:MAX_COLLECTOR]
        _note(session, actor, row, "certificate.handed_over", by_holder=row.collected_by == holder)
    return row


def take_back(actor: Actor, certificate: Certificate) -> Certificate:
    """Take back the note that a certificate was collected. Raises Refusal `certificate.not_collected` (serial)."""
    with transaction() as session:
        row = _locked(session, certificate)
        if row.collected_at is None:
            raise Refusal("certificate.not_collected", serial=row.serial)
        row.collected_at, row.collected_by, row.handed_by = None, "", ""
        _note(session, actor, row, "certificate.handing_undone")
    return row


def _locked(session: Session, certificate: Certificate) -> Certificate:
    return session.get_one(Certificate, certificate.id, with_for_update=True)


def _note(session: Session, actor: Actor, row: Certificate, action: str, **details: bool) -> None:
    training = session.get_one(Training, row.training_id)
    audit.record(
        session, actor, action, "certificate", row.id, training=training, serial=row.serial, **details
    )
