"""Taking a certificate back: it stays in the register, with the reason."""

from trainingmgr.domain.certificate import CertificateStatus, RevocationGround
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

MAX_REASON = 300


def revoke(actor: Actor, certificate: Certificate, reason: str) -> None:
    """Make a valid certificate revoked, for `reason` (at most `MAX_REASON` characters).

    Nothing that was issued is altered; another certificate for the same person gets a new number.
    Raises Refusal `certificate.reason_missing`, `certificate.reason_long` (longest) or
    `certificate.not_valid` (serial, status).
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal("certificate.reason_missing")
    if len(reason) > MAX_REASON:
        raise Refusal("certificate.reason_long", longest=MAX_REASON)
    with transaction() as session:
        row = session.get_one(Certificate, certificate.id, with_for_update=True)
        if row.status is not CertificateStatus.VALID:
            raise Refusal("certificate.not_valid", serial=row.serial, status=row.status.value)
        row.status, row.end_reason, row.ground = CertificateStatus.REVOKED, reason, RevocationGround.OTHER
        row.ended_at, row.ended_by = now(), actor.name
        audit.record(
            session,
            actor,
            "certificate.revoke",
            "certificate",
            row.id,
            training=session.get_one(Training, row.training_id),
            serial=row.serial,
            reason=reason,
        )
