"""Mails as bytes, handing them to a mail server, and reading what came back."""

from trainingmgr.mail.bounce import Bounce, read_bounce
from trainingmgr.mail.mailbox import Mailbox, MailboxError, Place, read_new
from trainingmgr.mail.message import Attachment, Outgoing, build, message_id
from trainingmgr.mail.outward import is_inward
from trainingmgr.mail.smtp import Connection, Outcome, Server

__all__ = [
    "Attachment",
    "Bounce",
    "Connection",
    "Mailbox",
    "MailboxError",
    "Outcome",
    "Outgoing",
    "Place",
    "Server",
    "build",
    "is_inward",
    "message_id",
    "read_bounce",
    "read_new",
]
