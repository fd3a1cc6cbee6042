"""Mail that waits to be sent, and what became of it."""

from enum import StrEnum


class MailStatus(StrEnum):
    """`UNCERTAIN` is a mail whose sending was cut off: it may have arrived, so it is not repeated by itself."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
