"""A mail server that an organisation sends by, for tests about mail."""

from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tests.factories import look_again
from trainingmgr.domain.mail import MailKind, MailSecurity
from trainingmgr.models import MailMessage, MailServer, Organisation
from trainingmgr.queries.mail.hidden import whole
from trainingmgr.services import mail as service


def set_server(session: Session, organisation: Organisation, **values: Any) -> MailServer:
    """Let the organisation send by a server on this machine."""
    defaults: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 1,
        "security": MailSecurity.NONE,
        "sender_name": "培训办公室",
        "sender_address": "office@example.org",
    }
    row = MailServer(organisation_id=organisation.id, **(defaults | values))
    session.add(row)
    session.commit()
    return row


def as_read(session: Session, mail: MailMessage) -> str:
    """The text of a mail as its reader gets it, with the addresses that let in whoever has them."""
    return whole(session, mail, mail.body)


def mails_of(session: Session) -> list[MailMessage]:
    """All mails as they stand after what others did, in the order in which they were written."""
    look_again(session)
    return list(session.scalars(sa.select(MailMessage).order_by(MailMessage.id)))


def send_due() -> None:
    """Send what waits, as a worker does: in a context of its own, with which the test's session shares nothing."""
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]  # a stand-in for the app
        service.send_due("test")


def make_mail(session: Session, organisation: Organisation, to_address: str, **values: Any) -> MailMessage:
    """A mail that waits to be sent, unless `values` say otherwise."""
    defaults: dict[str, Any] = {
        "kind": MailKind.MESSAGE,
        "to_name": "王小明",
        "subject": "报到须知",
        "body": "请准时报到。",
    }
    row = MailMessage(organisation_id=organisation.id, to_address=to_address, **(defaults | values))
    session.add(row)
    session.commit()
    return row
