"""Reading a mailbox for bounces. Nothing in it is changed: not even whether a message was read."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from trainingmgr.domain.mail import MailSecurity
from trainingmgr.mail.outward import refuse_inward
from trainingmgr.mail.smtp import one_line

_PATIENCE = 20.0
# Enough for the reports of a bounce and the headers of what came back; the rest is our own mail.
_ENOUGH = 128 * 1024
_AT_ONCE = 200
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LOOK_BACK = timedelta(days=14)
_HEADERS = "BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE FROM RETURN-PATH X-FAILED-RECIPIENTS)]"
_MAYBE = re.compile(rb"(?i)multipart/report|mailer-daemon|postmaster|mail\s?delivery|x-failed-recipients")
_UID = re.compile(rb"\bUID (\d+)")


class MailboxError(Exception):
    """A mailbox that could not be read; the text is the server's answer."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where bounces arrive, and how one signs in there; `inward` as of `smtp.Server`."""

    host: str
    port: int
    security: MailSecurity
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    inward: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Up to which message a folder was read; numbers hold only as long as the folder's `validity`."""

    validity: int = 0
    last: int = 0


def read_new(mailbox: Mailbox, place: Place, today: date) -> tuple[list[bytes], Place]:
    """What came since `place` and may be a bounce, each message's beginning, and the place to go on from.

    At most a few hundred at a time. A folder that was not read before, or was numbered anew, is read from
    two weeks back. Raises MailboxError with the server's answer.
    """
    with _opened(mailbox) as imap:
        _answer(imap.select(f'"{mailbox.folder}"', readonly=True))
        validity = int((imap.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        new = _new_numbers(imap, place, validity, today)[:_AT_ONCE]
        maybe = list(_maybe_bounces(imap, new))
        return [_beginning(imap, number) for number in maybe], Place(
            validity, max(new, default=place.last if place.validity == validity else 0)
        )


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    try:
        imap = _connected(mailbox)
        try:
            imap.login(mailbox.username, mailbox.password)
            if "ID" in imap.capabilities:
                # NetEase opens no folder to a program that has not said what it is.
                imap.xatom("ID", '("name" "trainingmgr")')
            yield imap
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                imap.logout()
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise MailboxError(one_line(_said(error))) from error


def _connected(mailbox: Mailbox) -> imaplib.IMAP4:
    refuse_inward(mailbox.host, mailbox.port, allowed=mailbox.inward)
    if mailbox.security is MailSecurity.TLS:
        return imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=ssl.create_default_context(), timeout=_PATIENCE
        )
    imap = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_PATIENCE)
    if mailbox.security is MailSecurity.STARTTLS:
        imap.starttls(ssl_context=ssl.create_default_context())
    return imap


def _new_numbers(imap: imaplib.IMAP4, place: Place, validity: int, today: date) -> list[int]:
    known = place.validity == validity and place.last > 0
    since = today - _LOOK_BACK
    wanted = (
        f"UID {place.last + 1}:*" if known else f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
    )
    found = _answer(imap.uid("SEARCH", wanted))
    numbers = sorted(int(one) for line in found if isinstance(line, bytes) for one in line.split())
    # Asked for what comes after the last message, a server gives the last message.
    return [number for number in numbers if not known or number > place.last]


def _maybe_bounces(imap: imaplib.IMAP4, numbers: list[int]) -> Iterator[int]:
    if not numbers:
        return
    parts = _answer(imap.uid("FETCH", ",".join(map(str, numbers)), f"(UID {_HEADERS})"))
    for part, after in zip(parts, [*parts[1:], b""], strict=True):
        if not isinstance(part, tuple) or not _MAYBE.search(part[1]):
            continue
        # The number stands before the headers, or, with some servers, behind them.
        if found := _UID.search(part[0] + (after if isinstance(after, bytes) else b"")):
            yield int(found[1])


def _beginning(imap: imaplib.IMAP4, number: int) -> bytes:
    parts = _answer(imap.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{_ENOUGH}>)"))
    return b"".join(part[1] for part in parts if isinstance(part, tuple))


def _answer(reply: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, data = reply
    if status != "OK":
        raise imaplib.IMAP4.error(data[0] if data else status)
    return data


def _said(error: Exception) -> str:
    answer = error.args[0] if isinstance(error, imaplib.IMAP4.error) and error.args else error
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
