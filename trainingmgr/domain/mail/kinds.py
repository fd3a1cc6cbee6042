"""What a mail is about, where it is on its way, and what may keep it."""

from enum import StrEnum

LANGUAGES = ("zh", "en")


class MailKind(StrEnum):
    """What a mail is about: each kind has its own text in both languages."""

    CERTIFICATE = "certificate"
    NOMINATION_INVITATION = "nomination_invitation"
    NOMINATION_REMINDER = "nomination_reminder"
    REGISTRATION_RECEIVED = "registration_received"
    REGISTRATION_CONFIRMED = "registration_confirmed"
    REGISTRATION_WAITLISTED = "registration_waitlisted"
    REGISTRATION_PROMOTED = "registration_promoted"
    REGISTRATION_DECLINED = "registration_declined"
    REGISTRATION_CANCELLED = "registration_cancelled"
    TIMETABLE = "timetable"
    TIMETABLE_CHANGED = "timetable_changed"
    LECTURER_INVITATION = "lecturer_invitation"
    LECTURER_REMINDER = "lecturer_reminder"
    MESSAGE = "message"


class MailStatus(StrEnum):
    """`UNCERTAIN` is a mail whose sending was cut off: it may have arrived, so it is not repeated by itself.

    `KEPT` lies in the local outbox and was not sent: there was no mail server set, or it is a sample.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    KEPT = "kept"
    CANCELLED = "cancelled"


class MailFault(StrEnum):
    """Why a mail waits, failed or came back; the server's own words stand beside it."""

    NONE = ""
    UNREACHABLE = "unreachable"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    LATER = "later"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    BOUNCED = "bounced"
    FILE = "file"
    NOT_VALID = "not_valid"
    LINK_ENDED = "link_ended"
    RESTORED = "restored"


class MailSecurity(StrEnum):
    """How the connection to a mail server is kept from being read."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
