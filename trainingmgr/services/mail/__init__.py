"""Mail: an organisation's server and texts, what is written to whom, sending it and what came back."""

from trainingmgr.services.mail.certificates import mail_certificate, mail_certificates
from trainingmgr.services.mail.messages import Written, send_message
from trainingmgr.services.mail.outbox import cancel, send_again, send_all_again
from trainingmgr.services.mail.reading import read_mailbox, read_mailboxes
from trainingmgr.services.mail.sending import send_due
from trainingmgr.services.mail.settings import (
    ServerInput,
    remove_server,
    send_test,
    set_server,
    try_mailbox,
)
from trainingmgr.services.mail.templates import reset_template, set_template

__all__ = [
    "ServerInput",
    "Written",
    "cancel",
    "mail_certificate",
    "mail_certificates",
    "read_mailbox",
    "read_mailboxes",
    "remove_server",
    "reset_template",
    "send_again",
    "send_all_again",
    "send_due",
    "send_message",
    "send_test",
    "set_server",
    "set_template",
    "try_mailbox",
]
