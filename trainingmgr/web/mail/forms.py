"""What is typed about mail."""

import re
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, PasswordField, SelectField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from trainingmgr.domain.mail import MAX_BODY, MAX_SUBJECT, MailSecurity, Template
from trainingmgr.domain.person import clean_email
from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import choices
from trainingmgr.http.words import sentence
from trainingmgr.models import MailServer
from trainingmgr.services.mail import ServerInput

_NO_HOST = _l("This is no name of a server: it looks like smtp.example.org, without http or a port.")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)\Z")
_PLAIN = re.compile(r"[!-~]*\Z")
# What stands in quotation marks in the protocol, which neither of these may end.
_FOLDER = re.compile(r"[ -!#-\[\]-~]+\Z")
_NOT_PLAIN = _l("Letters, digits and signs without spaces only.")
_FULL = _l("Fill this in.")


def _address(_form: Any, field: Any) -> None:
    try:
        field.data = clean_email(field.data or "")
    except Refusal as refusal:
        raise ValidationError(sentence(refusal)) from None


def _port(label: Any, default: int) -> IntegerField:
    return IntegerField(label, default=default, validators=[InputRequired(_FULL), NumberRange(1, 65535)])


class ServerForm(BaseForm):
    """The mail server of an organisation, and the mailbox that bounces come back to."""

    host = text(_l("Server for sending (SMTP)"), 254, DataRequired(_FULL), Regexp(_HOST, message=_NO_HOST))
    port = _port(_l("Port"), 465)
    security = SelectField(_l("Encryption"), choices=choices(MailSecurity), default=MailSecurity.TLS.value)
    username = text(_l("User name"), 254, Regexp(_PLAIN, message=_NOT_PLAIN))
    password = PasswordField(
        _l("Password or authorisation code"),
        validators=[Length(max=200), Regexp(_PLAIN, message=_NOT_PLAIN)],
        render_kw={"autocomplete": "new-password"},
    )
    sender_name = text(_l("Sender's name"), 120)
    sender_address = text(_l("Sender's address"), 254, DataRequired(_FULL), _address)
    reply_to = text(_l("Answers go to"), 254, _address)
    imap_host = text(_l("Server for reading (IMAP)"), 254, Optional(), Regexp(_HOST, message=_NO_HOST))
    imap_port = _port(_l("Port"), 993)
    imap_security = SelectField(
        _l("Encryption"), choices=choices(MailSecurity), default=MailSecurity.TLS.value
    )
    imap_username = text(_l("User name"), 254, Regexp(_PLAIN, message=_NOT_PLAIN))
    imap_password = PasswordField(
        _l("Password or authorisation code"),
        validators=[Length(max=200), Regexp(_PLAIN, message=_NOT_PLAIN)],
        render_kw={"autocomplete": "new-password"},
    )
    imap_folder = text(
        _l("Folder"),
        120,
        Optional(),
        Regexp(_FOLDER, message=_l("The name as the server gives it, in letters without accents.")),
        default="INBOX",
    )
    version = HiddenField()

    def validate_imap_username(self, field: Any) -> None:
        """Nobody reads a mailbox without saying whose."""
        if self.imap_host.data and not field.data:
            raise ValidationError(_FULL)

    @classmethod
    def of(cls, row: MailServer | None, **values: Any) -> Self:
        """The form as the settings are now; passwords are never shown."""
        if row is None:
            return cls(**values)
        names = (
            *("host", "port", "username", "sender_name", "sender_address", "reply_to"),
            *("imap_host", "imap_port", "imap_username", "imap_folder", "version"),
        )
        known = {name: getattr(row, name) for name in names}
        known |= {"security": row.security.value, "imap_security": row.imap_security.value}
        return cls(data=known, **values)

    def given(self) -> ServerInput:
        """What was typed, for the service."""
        return ServerInput(
            host=self.host.data or "",
            port=self.port.data or 0,
            security=MailSecurity(self.security.data),
            username=self.username.data or "",
            password=self.password.data or "",
            sender_name=self.sender_name.data or "",
            sender_address=self.sender_address.data or "",
            reply_to=self.reply_to.data or "",
            imap_host=self.imap_host.data or "",
            imap_port=self.imap_port.data or 0,
            imap_security=MailSecurity(self.imap_security.data),
            imap_username=self.imap_username.data or "",
            imap_password=self.imap_password.data or "",
            imap_folder=self.imap_folder.data or "INBOX",
        )


class TrialForm(BaseForm):
    """Where a test mail goes."""

    to_address = text(_l("Send a test mail to"), 254, DataRequired(_FULL), _address)


class TextForm(BaseForm):
    """Subject and body of a mail, with variables."""

    subject = text(_l("Subject"), MAX_SUBJECT, DataRequired(_l("Type a subject.")))
    body = TextAreaField(
        _l("Text of the mail"),
        validators=[DataRequired(_l("Type the text.")), Length(max=MAX_BODY)],
        render_kw={"rows": 14},
    )
    version = HiddenField()

    def given(self) -> Template:
        """What was typed."""
        return Template(self.subject.data or "", "\n".join((self.body.data or "").splitlines()))


class MessageForm(TextForm):
    """A message to many: who gets it, in which language, and what it says."""

    status = SelectField(_l("To"))
    group = SelectField(_l("Group"))
    category = SelectField(_l("Category"))
    language = SelectField(_l("Language"), choices=[("zh", "中文"), ("en", "English")])
    batch = HiddenField()
