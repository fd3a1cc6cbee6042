"""Holding an order up, letting it go on, and ending it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction, wake_up
from trainingmgr.models import Certificate, Job, Training
from trainingmgr.queries import audit
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.certificate.reserving import void


def pause(actor: Actor, job: Job) -> None:
    """Let workers stop after the papers in their hands. Raises Refusal `certificate.order_over`."""
    with transaction() as session:
        row = _locked(session, job)
        if not jobs.pause(row):
            raise Refusal("certificate.order_over")
        _note(session, actor, "certificate.order_paused", row)


def resume(actor: Actor, job: Job) -> None:
    """Let a paused order go on. Raises Refusal `certificate.order_over`."""
    with transaction() as session:
        row = _locked(session, job)
        if not jobs.resume(row):
            raise Refusal("certificate.order_over")
        _note(session, actor, "certificate.order_resumed", row)
    wake_up.put(job.id)


def cancel(actor: Actor, job: Job) -> None:
    """End an order: what is in a worker's hands is finished, the rest is not begun.

    A number that was taken and not finished is voided, with that reason. Raises Refusal
    `certificate.order_over`.
    """
    with transaction() as session:
        row = _locked(session, job)
        tried = jobs.cancel(session, row)
        if tried is None:
            raise Refusal("certificate.order_over")
        training = session.get_one(Training, row.training_id)
        kind = CertificateKind(row.payload.get("kind", CertificateKind.COMPLETION))
        reserved = session.scalars(
            sa.select(Certificate).where(
                Certificate.training_id == training.id,
                Certificate.kind == kind,
                Certificate.status == CertificateStatus.RESERVED,
                sa.or_(Certificate.registration_id.in_(tried), Certificate.lecturer_id.in_(tried)),
            )
        )
        for certificate in reserved.all():
            void(session, actor, training, certificate, Refusal("certificate.order_cancelled"))
        _note(session, actor, "certificate.order_cancelled", row)


def _locked(session: Session, job: Job) -> Job:
    row = jobs.lock(session, job.id)
    if row is None:
        raise Refusal("certificate.order_over")
    return row


def _note(session: Session, actor: Actor, action: str, job: Job) -> None:
    training = session.get_one(Training, job.training_id)
    audit.record(session, actor, action, "job", job.id, training=training, kind=job.payload.get("kind"))
