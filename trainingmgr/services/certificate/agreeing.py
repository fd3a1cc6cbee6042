"""Revoking by two people: one asks, another agrees or declines, where the training wants it so."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus, RequestAction, RevocationGround
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, transaction, wake_up
from trainingmgr.models import Certificate, CertificateRequest, Job, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.certificate.revoking import checked_reason, reissue_in, revoke_in


def ask(
    actor: Actor, certificate: Certificate, action: RequestAction, reason: str, ground: RevocationGround
) -> None:
    """Ask a second person to agree that a valid certificate is revoked, or replaced.

    Raises Refusal `certificate.reason_missing`, `certificate.reason_long` (longest),
    `certificate.not_valid` (serial, status) or `certificate.asked_already` (serial).
    """
    reason = checked_reason(reason)
    try:
        with transaction() as session:
            row = session.get_one(Certificate, certificate.id, with_for_update=True)
            if row.status is not CertificateStatus.VALID:
                raise Refusal("certificate.not_valid", serial=row.serial, status=row.status.value)
            session.add(
                CertificateRequest(
                    certificate_id=row.id,
                    action=action,
                    ground=ground,
                    reason=reason,
                    asked_by_id=actor.user_id,
                    asked_by=actor.name,
                )
            )
            session.flush()
            _note(session, actor, "certificate.revocation_asked", row, action)
    except IntegrityError:
        raise Refusal("certificate.asked_already", serial=certificate.serial) from None


def agree(actor: Actor, request_id: int) -> Job | None:
    """Do what was asked for; gives the job that makes the one in its place, if that was asked.

    Raises Refusal `certificate.request_over`, `certificate.second_person` where the same person asked, and
    what `revoke` and `reissue` raise.
    """
    job: Job | None = None
    with transaction() as session:
        asked = _open(session, request_id)
        if actor.user_id is not None and actor.user_id == asked.asked_by_id:
            raise Refusal("certificate.second_person")
        row = session.get_one(Certificate, asked.certificate_id)
        _decide(asked, actor, approved=True)
        session.flush()
        if asked.action is RequestAction.REISSUE:
            job = reissue_in(session, actor, row, asked.reason, asked.ground)
        else:
            revoke_in(session, actor, row, asked.reason, asked.ground)
    if job is not None:
        wake_up.put(job.id)
    return job


def decline(actor: Actor, request_id: int) -> None:
    """Leave the certificate as it is. Whoever asked may take it back this way. Raises Refusal `certificate.request_over`."""
    with transaction() as session:
        asked = _open(session, request_id)
        _decide(asked, actor, approved=False)
        row = session.get_one(Certificate, asked.certificate_id)
        _note(session, actor, "certificate.revocation_declined", row, asked.action)


def _open(session: Session, request_id: int) -> CertificateRequest:
    asked = session.get(CertificateRequest, request_id, with_for_update=True)
    if asked is None or asked.decided_at is not None:
        raise Refusal("certificate.request_over")
    return asked


def _decide(asked: CertificateRequest, actor: Actor, *, approved: bool) -> None:
    asked.decided_at, asked.approved = now(), approved
    asked.decided_by_id, asked.decided_by = actor.user_id, actor.name


def _note(session: Session, actor: Actor, act: str, row: Certificate, action: RequestAction) -> None:
    training = session.get_one(Training, row.training_id)
    audit.record(
        session, actor, act, "certificate", row.id, training=training, serial=row.serial, asked=action.value
    )
