"""Taking a certificate back, and giving another in its place: the old one stays in the register, with the reason."""

from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus, RevocationGround
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, transaction, wake_up
from trainingmgr.models import Certificate, Job, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate.offers import offer_named
from trainingmgr.services.certificate.ordering import check, order_in

MAX_REASON = 300


def revoke(
    actor: Actor,
    certificate: Certificate,
    reason: str,
    ground: RevocationGround = RevocationGround.OTHER,
) -> None:
    """Make a valid certificate revoked, for `reason` (at most `MAX_REASON` characters).

    The reason stays in the register; a checker is told the `ground` alone. Nothing that was issued is
    altered; another certificate for the same person gets a new number. Raises Refusal
    `certificate.reason_missing`, `certificate.reason_long` (longest) or `certificate.not_valid`
    (serial, status), and `certificate.needs_second_person` (serial) where the training wants one: see `ask`.
    """
    with transaction() as session:
        _refuse_alone(session, actor, certificate)
        revoke_in(session, actor, certificate, reason, ground)


def reissue(actor: Actor, certificate: Certificate, reason: str, ground: RevocationGround) -> Job:
    """Revoke a valid certificate and order the one that takes its place, both or neither.

    The new one says what is true today, gets a new number and names the old one. Raises what `revoke`
    and `start_issue` raise, and Refusal `certificate.not_entitled_any_more` where its holder may not
    get one by the marks of today.
    """
    with transaction() as session:
        _refuse_alone(session, actor, certificate)
        job = reissue_in(session, actor, certificate, reason, ground)
    wake_up.put(job.id)
    return job


def _refuse_alone(session: Session, actor: Actor, certificate: Certificate) -> None:
    """Where a training wants two people; whoever has the server's command line may do everything."""
    if actor.user_id is not None and session.get_one(Training, certificate.training_id).second_person:
        raise Refusal("certificate.needs_second_person", serial=certificate.serial)


def reissue_in(
    session: Session, actor: Actor, certificate: Certificate, reason: str, ground: RevocationGround
) -> Job:
    """The part of `reissue` that belongs into the caller's transaction; the queue is woken afterwards."""
    row = revoke_in(session, actor, certificate, reason, ground)
    training = session.get_one(Training, row.training_id)
    session.flush()
    offer = offer_named(session, training, row.kind)
    check(session, training, offer, None)
    subject = row.lecturer_id if offer.for_lecturers else row.registration_id
    subjects = [subject] if subject else []
    # Whoever asks for one in its place asks for this very holder, whatever the ground.
    job = order_in(session, actor, training, offer, subjects, None, again=subjects)
    if job is None:
        raise Refusal("certificate.not_entitled_any_more")
    return job


def checked_reason(reason: str) -> str:
    """The reason in one line. Raises Refusal `certificate.reason_missing` or `certificate.reason_long` (longest)."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal("certificate.reason_missing")
    if len(reason) > MAX_REASON:
        raise Refusal("certificate.reason_long", longest=MAX_REASON)
    return reason


def revoke_in(
    session: Session, actor: Actor, certificate: Certificate, reason: str, ground: RevocationGround
) -> Certificate:
    """The part of `revoke` that belongs into the caller's transaction."""
    reason = checked_reason(reason)
    row = session.get_one(Certificate, certificate.id, with_for_update=True)
    if row.status is not CertificateStatus.VALID:
        raise Refusal("certificate.not_valid", serial=row.serial, status=row.status.value)
    row.status, row.end_reason, row.ground = CertificateStatus.REVOKED, reason, ground.value
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
        ground=ground.value,
    )
    return row
