"""A mail as the bytes that a server takes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

# Seven bits: not every server on the way takes eight.
_POLICY = SMTP.clone(cte_type="7bit")
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)
_CALENDAR_FILE = "calendar.ics"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes along."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail and everything on its envelope. `calendar` is the text of an ics file, or empty."""

    uid: str
    sender_name: str
    sender_address: str
    reply_to: str
    to_name: str
    to_address: str
    subject: str
    body: str
    language: str = "zh"
    calendar: str = ""
    attachments: tuple[Attachment, ...] = ()


def message_id(uid: str, sender_address: str) -> str:
    """The Message-ID of a mail: a mail that is repeated keeps it, so that mailboxes can tell it is the same."""
    return f"<tm.{uid}@{sender_address.rpartition('@')[2]}>"


def build(mail: Outgoing, at: datetime | None = None) -> bytes:
    """The mail with its headers, lines ended as on the wire; dated `at`, or now.

    Raises ValueError for a name or an address that no header can hold.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(mail.sender_name, mail.sender_address)
    message["To"] = _address(mail.to_name, mail.to_address)
    if mail.reply_to:
        message["Reply-To"] = _address("", mail.reply_to)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(at or datetime.now(UTC))
    message["Message-ID"] = message_id(mail.uid, mail.sender_address)
    message["Content-Language"] = "zh-Hans" if mail.language == "zh" else "en"
    # Machines that answer for people on holiday leave such mail alone (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body + "\n")
    if mail.calendar:
        method = _METHOD.search(mail.calendar)
        message.add_attachment(
            mail.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename=_CALENDAR_FILE,
            params={"charset": "utf-8", "method": method[1] if method else "PUBLISH"},
        )
    for one in mail.attachments:
        message.add_attachment(one.data, maintype="application", subtype="pdf", filename=one.name)
    return message.as_bytes()


def _address(name: str, address: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=address)


def _one_line(text: str) -> str:
    return " ".join(text.split())
