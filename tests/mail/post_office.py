"""A real mail server on this machine that takes mails, refuses, puts off, or falls silent, as its addresses say."""

import asyncio
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from trainingmgr.domain.mail import MailSecurity
from trainingmgr.mail import Server

PASSWORD = "correct-horse"


@dataclass
class PostOffice:
    """What the server got, and how it behaves.

    Local parts decide: `refused` is refused by name, `later` put off, `full` refused after the text, `busy`
    put off after it, `lost` cut off after it.
    """

    port: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    sender_refused: bool = False

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, MailSecurity.NONE)

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that arrived, read as a mail program reads them."""
        read = [message_from_bytes(data, policy=default) for _to, data in self.taken]
        assert all(isinstance(one, EmailMessage) for one in read)
        return read

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_refused:
            return "550 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local = address.partition("@")[0]
        if local == "refused":
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if local == "later":
            return "451 4.7.1 Greylisting in action, please come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        local = envelope.rcpt_tos[0].partition("@")[0]
        if local == "full":
            return "552 5.2.2 Mailbox full"
        if local == "busy":
            return "452 4.3.1 Insufficient system storage"
        self.taken.append((envelope.rcpt_tos[0], _bytes(envelope)))
        if local == "lost":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return f"250 2.0.0 Ok: queued as {len(self.taken):08X}"


def _bytes(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


def _sign_in(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@contextmanager
def post_office(**values: Any) -> Iterator[PostOffice]:
    """Run the server while the block runs; with `auth_required` it wants the name and `PASSWORD` first."""
    office = PostOffice()
    if values.get("auth_required"):
        values |= {"authenticator": _sign_in, "auth_require_tls": False}
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
    controller = Controller(office, hostname="127.0.0.1", port=0, **values)
    controller.port = _free_port()
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
