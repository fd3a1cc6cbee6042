"""Sending what is queued. Workers call this every few seconds, any number of them.

A mail goes out at most once: it is taken by lease, marked in a transaction of its own just before its text
leaves, and whatever cuts that off leaves it uncertain, for a person to decide about.
"""

import logging
import secrets
from collections.abc import Callable
from hashlib import sha256
from time import monotonic

from trainingmgr.crypto import SealBrokenError
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, storage, transaction
from trainingmgr.mail import (
    Attachment,
    Connection,
    Outcome,
    Outgoing,
    build,
)
from trainingmgr.models import Certificate
from trainingmgr.queries.certificate.register import Issued
from trainingmgr.queries.mail import claiming
from trainingmgr.queries.mail.claiming import Claimed
from trainingmgr.queries.mail.hidden import whole
from trainingmgr.queries.mail.server import OTHER_KEYS, Sender, sender_of, server_of, smtp_of

# After this long the next organisation has its turn.
_TURN_SECONDS = 20.0

_log = logging.getLogger(__name__)


def send_due(worker: str, *, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Send what is due, organisation by organisation, until nothing is or `should_stop` says so.

    `worker` is a name for the log. What goes wrong with a mail is written down with it.
    """
    session = db.session()
    if claiming.any_lost(session):
        with transaction() as inside:
            claiming.mark_lost(inside)
    for organisation_id in claiming.due(session):
        if should_stop():
            return
        _Turn(organisation_id, worker).run(should_stop)


class _Turn:
    """One organisation's mails over one connection."""

    def __init__(self, organisation_id: int, worker: str) -> None:
        self._organisation_id = organisation_id
        self._me = f"{worker[:40]}:{secrets.token_hex(6)}"

    def run(self, should_stop: Callable[[], bool]) -> None:
        session = db.session()
        server = server_of(session, self._organisation_id)
        if server is None:
            return
        sender, holds = sender_of(session, server), server.holds
        try:
            opened = smtp_of(server)
        except SealBrokenError:
            self._hold(MailFault.SIGN_IN, OTHER_KEYS)
            return
        end = monotonic() + _TURN_SECONDS
        with Connection(opened) as connection:
            while monotonic() < end and not should_stop():
                with transaction() as inside:
                    mail = claiming.claim(inside, self._organisation_id, self._me)
                if mail is None:
                    return
                outcome = self._send(connection, sender, mail)
                with transaction() as inside:
                    claiming.settle(inside, mail, self._me, outcome)
                    if outcome.status is MailStatus.SENT and holds:
                        claiming.let_go(inside, self._organisation_id)
                        holds = 0
                if outcome.everybody:
                    self._hold(outcome.fault, outcome.words)
                    return

    def _hold(self, fault: MailFault, words: str) -> None:
        with transaction() as session:
            claiming.hold(session, self._organisation_id, fault, words)

    def _send(self, connection: Connection, sender: Sender, mail: Claimed) -> Outcome:
        try:
            data = build(_outgoing(sender, mail))
        except _NotToBeSent as reason:
            return reason.outcome
        except Exception:
            _log.exception("a mail could not be put together", extra={"mail": mail.id})
            return Outcome(MailStatus.FAILED, MailFault.FILE)
        # Nothing of the database is held while a server thinks.
        db.session.rollback()
        return connection.send(sender.address, mail.to_address, data, begin=lambda: self._begin(mail.id))

    def _begin(self, mail_id: int) -> bool:
        with transaction() as session:
            return claiming.begin(session, mail_id, self._me)


class _NotToBeSent(Exception):  # noqa: N818 - the mail's outcome, told before a server is asked
    def __init__(self, status: MailStatus, fault: MailFault) -> None:
        super().__init__(fault)
        self.outcome = Outcome(status, fault)


def _outgoing(sender: Sender, mail: Claimed) -> Outgoing:
    try:
        subject, body = (whole(db.session(), mail, text) for text in (mail.subject, mail.body))
    except Refusal:
        raise _NotToBeSent(MailStatus.FAILED, MailFault.LINK_ENDED) from None
    return Outgoing(
        uid=mail.uid,
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        to_name=mail.to_name,
        to_address=mail.to_address,
        subject=subject,
        body=body,
        language=mail.language,
        calendar=mail.calendar,
        attachments=() if mail.certificate_id is None else (_paper(mail.certificate_id),),
    )


def _paper(certificate_id: int) -> Attachment:
    certificate = db.session().get_one(Certificate, certificate_id, populate_existing=True)
    if certificate.status is not CertificateStatus.VALID or certificate.erased_at is not None:
        raise _NotToBeSent(MailStatus.CANCELLED, MailFault.NOT_VALID)
    issued = Issued.of(certificate)
    try:
        data = storage.get(issued.file_key)
    except FileNotFoundError:
        raise _NotToBeSent(MailStatus.FAILED, MailFault.FILE) from None
    if sha256(data).hexdigest() != issued.sha256:
        raise _NotToBeSent(MailStatus.FAILED, MailFault.FILE)
    return Attachment(issued.file_name, data)
