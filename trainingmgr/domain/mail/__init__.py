"""Mail: what kinds there are, what becomes of one, and the texts that they are written from."""

from trainingmgr.domain.mail.built_in import built_in
from trainingmgr.domain.mail.kinds import LANGUAGES, MailFault, MailKind, MailSecurity, MailStatus
from trainingmgr.domain.mail.template import (
    COMMON,
    MAX_BODY,
    MAX_SUBJECT,
    MESSAGE_VARIABLES,
    Letter,
    Template,
    Variable,
    check,
    check_message,
    render,
    render_message,
    sample_values,
    variables,
)

__all__ = [
    "COMMON",
    "LANGUAGES",
    "MAX_BODY",
    "MAX_SUBJECT",
    "MESSAGE_VARIABLES",
    "Letter",
    "MailFault",
    "MailKind",
    "MailSecurity",
    "MailStatus",
    "Template",
    "Variable",
    "built_in",
    "check",
    "check_message",
    "render",
    "render_message",
    "sample_values",
    "variables",
]
