"""The mail server of an organisation: setting it, trying it, doing without."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import SealBrokenError
from trainingmgr.domain.mail import MailFault, MailSecurity, MailStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, now, transaction
from trainingmgr.mail import Connection, Outcome, Outgoing, build, is_inward
from trainingmgr.models import MailMessage, MailServer
from trainingmgr.models.person import new_uid
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.queueing import usable_address
from trainingmgr.queries.mail.server import OTHER_KEYS, inward_allowed, seal, sender_of, server_of, smtp_of
from trainingmgr.services.mail.reading import read_mailbox


@dataclass(frozen=True, slots=True)
class ServerInput:
    """What an owner types. An empty password means the one that is kept; without a user name there is none."""

    host: str
    port: int
    security: MailSecurity
    username: str
    sender_name: str
    sender_address: str
    reply_to: str
    imap_host: str = ""
    imap_port: int = 993
    imap_security: MailSecurity = MailSecurity.TLS
    imap_username: str = ""
    imap_folder: str = "INBOX"
    password: str = field(default="", repr=False)
    imap_password: str = field(default="", repr=False)


def set_server(actor: Actor, organisation_id: int, given: ServerInput, version: int | None = None) -> None:
    """Set the organisation's mail server, or change it; what waits is tried at once.

    `version` is that of the settings which the edit began from. Raises Refusal `stale`,
    `mail.host_inward` (host) for a server of the installation's own network where that is not allowed,
    `mail.password_again` or `mail.imap_password_again` where host or user are others and the password is not typed anew, and what
    addresses are refused for.
    """
    for host, port in ((given.host, given.port), (given.imap_host, given.imap_port)):
        if host and not inward_allowed() and is_inward(host, port):
            raise Refusal("mail.host_inward", host=host)
    with transaction() as session:
        row = server_of(session, organisation_id)
        if row is None:
            row = MailServer(organisation_id=organisation_id)
            session.add(row)
        elif version is not None and row.version != version:
            raise Refusal("stale")
        _set_passwords(row, organisation_id, given)
        row.host, row.port, row.security, row.username = (
            given.host,
            given.port,
            given.security,
            given.username,
        )
        row.sender_name, row.sender_address = given.sender_name, usable_address(given.sender_address)
        row.reply_to = usable_address(given.reply_to) if given.reply_to else ""
        if (row.imap_host, row.imap_username, row.imap_folder) != (
            given.imap_host,
            given.imap_username,
            given.imap_folder,
        ):
            row.read_validity, row.read_from = 0, 0
        row.imap_host, row.imap_port, row.imap_security = (
            given.imap_host,
            given.imap_port,
            given.imap_security,
        )
        row.imap_username, row.imap_folder = given.imap_username, given.imap_folder
        row.held_until, row.holds, row.fault, row.error = None, 0, MailFault.NONE, ""
        row.read_at, row.read_error = None, ""
        _due_now(session, organisation_id)
        audit.record(
            session,
            actor,
            "mail.server_set",
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            host=given.host,
            sender=row.sender_address,
        )


def _set_passwords(row: MailServer, organisation_id: int, given: ServerInput) -> None:
    row.password_sealed = _password(
        row.password_sealed,
        seal(organisation_id, "password", given.password),
        (row.host, row.port, row.security, row.username)
        == (given.host, given.port, given.security, given.username),
        given.username,
        "mail.password_again",
    )
    row.imap_password_sealed = _password(
        row.imap_password_sealed,
        seal(organisation_id, "imap_password", given.imap_password),
        (row.imap_host, row.imap_port, row.imap_security, row.imap_username)
        == (given.imap_host, given.imap_port, given.imap_security, given.imap_username),
        given.imap_username if given.imap_host else "",
        "mail.imap_password_again",
    )


def _password(
    kept: bytes | None, typed: bytes | None, same: bool, username: str, refusal: str
) -> bytes | None:
    """The password to keep; a kept one is never told to another server than the one it is for."""
    if not username:
        return None
    if typed is None and kept is not None and not same:
        raise Refusal(refusal)
    return typed or kept


def _due_now(session: Session, organisation_id: int) -> None:
    session.execute(
        sa.update(MailMessage)
        .where(
            MailMessage.organisation_id == organisation_id,
            MailMessage.status == MailStatus.QUEUED,
            MailMessage.attempts > 0,
        )
        .values(due_at=now())
        .execution_options(synchronize_session=False)
    )


def remove_server(actor: Actor, organisation_id: int) -> None:
    """Do without a mail server: what waits is kept in the outbox from now on. Raises NotFound."""
    with transaction() as session:
        row = server_of(session, organisation_id)
        if row is None:
            raise NotFound("not_found")
        session.delete(row)
        session.execute(
            sa.update(MailMessage)
            .where(MailMessage.organisation_id == organisation_id, MailMessage.status == MailStatus.QUEUED)
            .values(status=MailStatus.KEPT, worker="", lease_until=None)
            .execution_options(synchronize_session=False)
        )
        audit.record(
            session,
            actor,
            "mail.server_removed",
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
        )


def send_test(actor: Actor, organisation_id: int, to_address: str, subject: str, body: str) -> Outcome:
    """Send one mail to `to_address` right now, and give what the server answered.

    Raises NotFound where no server is set, and what an address is refused for.
    """
    session = db.session()
    row = server_of(session, organisation_id)
    if row is None:
        raise NotFound("not_found")
    address, sender = usable_address(to_address), sender_of(session, row)
    try:
        server = smtp_of(row)
    except SealBrokenError:
        return Outcome(MailStatus.FAILED, MailFault.SIGN_IN, OTHER_KEYS, everybody=True)
    mail = Outgoing(new_uid(), sender.name, sender.address, sender.reply_to, "", address, subject, body)
    session.rollback()
    with Connection(server) as connection:
        outcome = connection.send(sender.address, address, build(mail))
    with transaction() as inside:
        audit.record(
            inside,
            actor,
            "mail.server_tried",
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            outcome=outcome.status.value,
        )
    return outcome


def try_mailbox(organisation_id: int) -> str:
    """Read the mailbox for bounces right now; gives the server's answer where it could not be read, else nothing.

    Raises NotFound where no mailbox is set.
    """
    row = server_of(db.session(), organisation_id)
    if row is None or not row.imap_host:
        raise NotFound("not_found")
    return read_mailbox(row)
