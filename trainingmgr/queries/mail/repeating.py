"""Sending a mail again, by a person's will. The caller's transaction holds the row."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now
from trainingmgr.models import Certificate, MailMessage
from trainingmgr.queries.mail.hidden import whole
from trainingmgr.queries.mail.outbox import Box, present, present_address, repeated_by
from trainingmgr.queries.mail.queueing import has_server, usable_address

# What these stand for may be in a mailbox under its Message-ID: another mail takes its place.
_WENT_OUT = frozenset({MailStatus.SENT, MailStatus.BOUNCED})
_UNDER_WAY = frozenset({MailStatus.QUEUED, MailStatus.SENDING})
# Of many at once only what surely did not arrive is sent.
STAYED = frozenset({MailStatus.KEPT, MailStatus.FAILED})

_M = MailMessage


def locked(session: Session, organisation_id: int, uid: str) -> MailMessage:
    """The organisation's mail of this name, held until the transaction ends. Raises NotFound."""
    row = session.scalar(
        sa.select(_M)
        .where(_M.uid == uid, _M.organisation_id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("not_found")
    return row


def repeat(session: Session, row: MailMessage) -> MailMessage:
    """Queue the mail, held locked, again, to the person's present address; gives the mail that will be sent.

    That is the same one under the same Message-ID, or where it surely went out, a new one in its place.

    Raises Refusal `mail.under_way`, `mail.repeated`, `mail.erased`, `mail.sample_stays`, `mail.no_server`,
    `mail.certificate_not_valid`, what `hidden.whole` refuses, or what an address is refused for.
    """
    if row.status in _UNDER_WAY:
        raise Refusal("mail.under_way")
    if row.erased_at is not None:
        raise Refusal("mail.erased")
    if row.is_sample:
        raise Refusal("mail.sample_stays")
    if not has_server(session, row.organisation_id):
        raise Refusal("mail.no_server")
    if repeated_by(session, row.id) is not None:
        raise Refusal("mail.repeated")
    if row.certificate_id is not None and not _is_valid(session, row.certificate_id):
        raise Refusal("mail.certificate_not_valid")
    for text in (row.subject, row.body):
        whole(session, row, text)
    address = usable_address(present_address(session, row))
    if row.status in _WENT_OUT:
        row = _copy(row)
        session.add(row)
    queue_anew(row, address, MailStatus.QUEUED)
    session.flush()
    return row


def queue_anew(row: MailMessage, address: str, status: MailStatus) -> None:
    """Let a mail begin once more, as if it had just been written."""
    row.to_address, row.status, row.attempts = address, status, 0
    row.fault, row.answer, row.worker = MailFault.NONE, "", ""
    row.lease_until, row.due_at = None, now()


def _is_valid(session: Session, certificate_id: int) -> bool:
    status = session.scalar(sa.select(Certificate.status).where(Certificate.id == certificate_id))
    return status is CertificateStatus.VALID


def _copy(row: MailMessage) -> MailMessage:
    return MailMessage(
        organisation_id=row.organisation_id,
        training_id=row.training_id,
        registration_id=row.registration_id,
        certificate_id=row.certificate_id,
        unit_id=row.unit_id,
        lecturer_id=row.lecturer_id,
        repeats_id=row.id,
        kind=row.kind,
        language=row.language,
        to_name=row.to_name,
        to_address=row.to_address,
        subject=row.subject,
        body=row.body,
        calendar=row.calendar,
    )


def repeat_all(session: Session, box: Box, status: MailStatus) -> int:
    """Queue every mail of `status` that surely did not arrive, to the persons' present addresses; gives how many.

    Samples stay. Raises Refusal `mail.no_server`; ValueError for a status of which some may have arrived.
    """
    if status not in STAYED:
        raise ValueError(f"{status} is repeated one by one")
    if not has_server(session, box.organisation_id):
        raise Refusal("mail.no_server")
    queued = session.execute(
        sa.update(_M)
        .where(*box.conditions, _M.status == status, _M.is_sample.is_(False), _M.erased_at.is_(None))
        .values(
            status=MailStatus.QUEUED,
            to_address=present(),
            attempts=0,
            fault=MailFault.NONE,
            answer="",
            worker="",
            due_at=now(),
        )
        .returning(_M.id)
        .execution_options(synchronize_session=False)
    )
    return len(queued.all())
