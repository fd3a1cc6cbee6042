"""Handing a mail to a server, so that afterwards it is known whether it was taken, was not, or may have been.

The commands are given one by one: until the first byte of the text leaves, a mail that goes wrong was
surely not sent, and from then on it is the server's last answer that counts.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from trainingmgr.domain.mail import MailFault, MailSecurity, MailStatus
from trainingmgr.mail.outward import refuse_inward

MAX_WORDS = 300
_PATIENCE = 20.0
# A server may look through the whole mail before it answers; asking again would send it twice.
_PATIENCE_AT_THE_END = 300.0
_LEADING_DOT = re.compile(rb"(?m)^\.")
_TOO_LARGE = 552
_CLOSING = 421
_ASKS_FOR_SIGN_IN = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how one signs in to it; without `username` one does not.

    Where `inward` is not allowed, one of the installation's own network is not connected to.
    """

    host: str
    port: int
    security: MailSecurity
    username: str = ""
    password: str = field(default="", repr=False)
    inward: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail: `SENT`, `FAILED`, `UNCERTAIN`, or `QUEUED` where it may be tried again later.

    `words` are the server's own. With `everybody` no other mail would fare better at this moment.
    """

    status: MailStatus
    fault: MailFault = MailFault.NONE
    words: str = ""
    everybody: bool = False


class Connection:
    """A connection to a server, made with the first mail and used for those that follow."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take leave of the server."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def send(
        self, sender: str, recipient: str, data: bytes, begin: Callable[[], bool] = lambda: True
    ) -> Outcome:
        """Hand one mail over. `begin` is asked just before its text leaves; when it says no, nothing does.

        What goes wrong is said in the outcome, never raised.
        """
        kept = self._smtp is not None
        outcome = self._send(sender, recipient, data, begin)
        if kept and outcome.fault is MailFault.UNREACHABLE:
            # Servers close connections that were idle, or that had their share of mails.
            outcome = self._send(sender, recipient, data, begin)
        return outcome

    def _send(self, sender: str, recipient: str, data: bytes, begin: Callable[[], bool]) -> Outcome:
        try:
            smtp = self._open()
            refused = self._address_envelope(smtp, sender, recipient, len(data))
            if refused is None:
                refused = self._announce(smtp, begin)
        except _NotSignedIn as error:
            self._drop()
            return _later(MailFault.SIGN_IN, str(error), everybody=True)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            return _later(MailFault.UNREACHABLE, _said(error), everybody=True)
        if refused is not None:
            self._begin_anew()
            return refused
        return self._hand_over(smtp, data)

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _signed_in(self._server)
        return self._smtp

    def _address_envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str, size: int) -> Outcome | None:
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        code, answer = smtp.mail(sender, options)
        if code != 250:
            words = _words(code, answer)
            if code == _TOO_LARGE:
                return Outcome(MailStatus.FAILED, MailFault.REFUSED, words)
            if code in _ASKS_FOR_SIGN_IN:
                return _later(MailFault.SIGN_IN, words, everybody=True)
            return _later(MailFault.SENDER if code >= 500 else MailFault.LATER, words, everybody=True)
        code, answer = smtp.rcpt(recipient)
        return None if code in {250, 251} else _refusal(code, answer)

    def _announce(self, smtp: smtplib.SMTP, begin: Callable[[], bool]) -> Outcome | None:
        if not begin():
            return Outcome(MailStatus.QUEUED)
        code, answer = smtp.docmd("DATA")
        return None if code == 354 else _refusal(code, answer)

    def _hand_over(self, smtp: smtplib.SMTP, data: bytes) -> Outcome:
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(_PATIENCE_AT_THE_END)
            smtp.send(_LEADING_DOT.sub(b"..", data.rstrip(b"\r\n")) + b"\r\n.\r\n")
            code, answer = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(_PATIENCE)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(MailStatus.UNCERTAIN, MailFault.CUT_OFF, _said(error))
        if 200 <= code < 300:
            return Outcome(MailStatus.SENT, words=_words(code, answer))
        if not 400 <= code < 600:
            self._drop()
            return Outcome(MailStatus.UNCERTAIN, MailFault.CUT_OFF, _words(code, answer))
        self._begin_anew()
        return _refusal(code, answer)

    def _begin_anew(self) -> None:
        if self._smtp is not None:
            try:
                code, _answer = self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                code = 0
            if code != 250:
                self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


class _NotSignedIn(Exception):  # noqa: N818 - an answer of the server, told on as an outcome
    """The server did not accept user name and password, or has no way to be told them."""


def _signed_in(server: Server) -> smtplib.SMTP:
    refuse_inward(server.host, server.port, allowed=server.inward)
    if server.security is MailSecurity.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_PATIENCE, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    try:
        if server.security is MailSecurity.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if server.username:
            _sign_in(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    try:
        smtp.login(server.username, server.password)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        raise _NotSignedIn(_said(error)) from error


def _refusal(code: int, answer: bytes) -> Outcome:
    words = _words(code, answer)
    if code in _ASKS_FOR_SIGN_IN:
        return _later(MailFault.SIGN_IN, words, everybody=True)
    if code >= 500:
        return Outcome(MailStatus.FAILED, MailFault.REFUSED, words)
    return _later(MailFault.LATER, words, everybody=code == _CLOSING)


def _later(fault: MailFault, words: str, *, everybody: bool) -> Outcome:
    return Outcome(MailStatus.QUEUED, fault, words[:MAX_WORDS], everybody)


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {text}")


def _said(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return one_line(str(error) or type(error).__name__)


def one_line(text: str) -> str:
    """What a server said, on one line and no longer than it is kept."""
    return " ".join(text.replace("\0", "").split())[:MAX_WORDS]
