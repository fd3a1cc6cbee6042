"""Mail: an organisation's server and texts, what is written to whom, sending it and what came back."""

from trainingmgr.services.mail.reading import read_mailbox, read_mailboxes
from trainingmgr.services.mail.sending import send_due

__all__ = ["read_mailbox", "read_mailboxes", "send_due"]
