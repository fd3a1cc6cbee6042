"""An organisation's mail server and mailbox, with their passwords opened."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.public_address import is_local
from trainingmgr.extensions import keyring, settings
from trainingmgr.mail import Mailbox, Server
from trainingmgr.models import MailServer, Organisation

OTHER_KEYS = "the password was sealed with other keys"


@dataclass(frozen=True, slots=True)
class Sender:
    """What stands in the head of an organisation's mails."""

    name: str
    address: str
    reply_to: str


def server_of(session: Session, organisation_id: int) -> MailServer | None:
    """The mail server that the organisation has set, if it has."""
    return session.scalar(sa.select(MailServer).where(MailServer.organisation_id == organisation_id))


def sender_of(session: Session, row: MailServer) -> Sender:
    """Who the organisation's mails are from; under its own name where no other is set."""
    organisation = session.get_one(Organisation, row.organisation_id)
    return Sender(row.sender_name or organisation.name_zh, row.sender_address, row.reply_to)


def seal(organisation_id: int, column: str, password: str) -> bytes | None:
    """A password as the column `password` or `imap_password` keeps it; None for an empty one."""
    return keyring.seal(password, _place(organisation_id, column)) if password else None


def smtp_of(row: MailServer) -> Server:
    """The server to send by. Raises SealBrokenError where the keys are not those that sealed the password."""
    return Server(
        row.host,
        row.port,
        row.security,
        row.username,
        _unsealed(row.organisation_id, "password", row.password_sealed),
        inward_allowed(),
    )


def mailbox_of(row: MailServer) -> Mailbox:
    """The mailbox that bounces come back to. Raises as `smtp_of`."""
    return Mailbox(
        row.imap_host,
        row.imap_port,
        row.imap_security,
        row.imap_username,
        _unsealed(row.organisation_id, "imap_password", row.imap_password_sealed),
        row.imap_folder,
        inward_allowed(),
    )


def inward_allowed() -> bool:
    """Tell whether organisations may name mail servers of the installation's own network.

    Its operator says so; else they may where the installation serves its own machine or network alone, for
    there everybody is at home. Where strangers are let in, an organisation could look around in it.
    """
    if settings.mail_internal is not None:
        return settings.mail_internal
    return not settings.public_url or is_local(settings.public_url)


def _unsealed(organisation_id: int, column: str, sealed: bytes | None) -> str:
    return keyring.unseal(sealed, _place(organisation_id, column)) if sealed is not None else ""


def _place(organisation_id: int, column: str) -> str:
    return f"mail_server:{organisation_id}:{column}"
