"""Reading what mail servers send back when they could not deliver a mail (RFC 3464), and what passes for it."""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from trainingmgr.mail.smtp import one_line

_OURS = re.compile(r"\btm\.([0-9a-f]{24})@")
_MACHINE = re.compile(r"(?i)\b(mailer-daemon|postmaster|mail\s?delivery)")
_PERMANENT = re.compile(r"(?m)^.*?\b(5\d\d[ \-]#?(?:5\.\d{1,3}\.\d{1,3})?.*|5\.\d{1,3}\.\d{1,3}\b.*)$")
_TYPE = re.compile(r"^[a-z0-9.\-]+\s*;\s*", re.IGNORECASE)
_FAILED = "failed"
_DECODERS: dict[str, Callable[[bytes], bytes]] = {"base64": a2b_base64, "quoted-printable": a2b_qp}


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that came back: the name that `message_id` gave it, and why, in the other server's words."""

    uid: str
    reason: str


def read_bounce(data: bytes) -> Bounce | None:
    """What a message in the mailbox says of a mail of ours that was not delivered; None where it says nothing such.

    A delay is no bounce, nor is a receipt. The message may be cut off behind its reports.
    """
    try:
        message = message_from_bytes(data, policy=default)
        if message.get_content_type() == "multipart/report":
            return _reported(message)
        return _told_in_words(message)
    except (ValueError, KeyError, IndexError, LookupError, AttributeError, TypeError, RecursionError):
        # The library trips over some headers that no standard allows, and over messages within messages
        # without an end; such a one tells nothing.
        return None


def _reported(message: Message) -> Bounce | None:
    reports = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    if not reports:
        return _told_in_words(message)
    for fields in (block for report in reports for block in _blocks(report)):
        if str(fields.get("Action", "")).strip().lower() == _FAILED:
            uid = _uid(message)
            return Bounce(uid, _reason(fields)) if uid else None
    return None


def _blocks(report: Message) -> Iterator[Message]:
    """The groups of fields of a report, one a recipient. Some servers send them encoded, as no standard allows."""
    payload = report.get_payload()
    parts = [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    coding = str(report.get("Content-Transfer-Encoding", "")).strip().lower()
    if coding not in _DECODERS:
        return iter(parts)
    text = "\n".join(part.as_string() for part in parts).encode("ascii", "ignore")
    fields = _DECODERS[coding](text).replace(b"\r\n", b"\n")
    return (message_from_bytes(block, policy=default) for block in fields.split(b"\n\n"))


def _reason(fields: Message) -> str:
    diagnosis = one_line(str(fields.get("Diagnostic-Code", "")))
    return _TYPE.sub("", diagnosis) or one_line(str(fields.get("Status", "")))


def _told_in_words(message: Message) -> Bounce | None:
    """Servers that know no report write a letter: it counts if a machine wrote it and it names a lasting fault."""
    failed = str(message.get("X-Failed-Recipients", ""))
    sender = f"{message.get('From', '')} {message.get('Return-Path', '')}"
    if not (failed or _MACHINE.search(sender)):
        return None
    uid = _uid(message)
    found = _PERMANENT.search("\n".join(_texts(message)))
    if uid is None or not (failed or found):
        return None
    return Bounce(uid, one_line(found[1]) if found else one_line(failed))


def _uid(message: Message) -> str | None:
    """The name of our mail: from the copy of it that came back, else from what the bounce answers to."""
    for part in message.walk():
        if part is not message and (found := _OURS.search(str(part.get("Message-ID", "")))):
            return found[1]
    for text in (str(message.get("In-Reply-To", "")), str(message.get("References", "")), *_texts(message)):
        if found := _OURS.search(text):
            return found[1]
    return None


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text" or part.get_content_type() == "message/delivery-status":
            yield _text(part)


def _text(part: Message) -> str:
    if isinstance(part, EmailMessage) and part.get_content_maintype() == "text":
        try:
            return str(part.get_content())
        except (LookupError, UnicodeError):
            pass
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
