"""Mail: the outbox, one mail, the mail server, the texts, a message to many, certificates by mail."""

from trainingmgr.web.mail import certificates, messages, outbox, server, texts
from trainingmgr.web.mail.blueprint import bp

__all__ = ["bp", "certificates", "messages", "outbox", "server", "texts"]
