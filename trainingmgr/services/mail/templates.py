"""An organisation's own texts in place of the program's."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainingmgr.domain.mail import MailKind, Template, check
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import MailTemplate
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor


def set_template(
    actor: Actor,
    organisation_id: int,
    kind: MailKind,
    language: str,
    template: Template,
    version: int | None = None,
) -> None:
    """Write mails of `kind` in `language` from `template` from now on; what is written already stays.

    `version` is that of the text which the edit began from, None for the program's. Raises Refusal `stale`
    and what `domain.mail.check` refuses.
    """
    check(kind, template)
    try:
        _write(actor, organisation_id, kind, language, template, version)
    except IntegrityError as error:
        # Somebody else wrote the first one at this very moment.
        raise Refusal("stale") from error


def _write(
    actor: Actor,
    organisation_id: int,
    kind: MailKind,
    language: str,
    template: Template,
    version: int | None,
) -> None:
    with transaction() as session:
        row = session.scalar(_own(organisation_id, kind, language))
        if (row.version if row is not None else None) != version:
            raise Refusal("stale")
        if row is None:
            row = MailTemplate(organisation_id=organisation_id, kind=kind, language=language)
            session.add(row)
        row.subject, row.body, row.changed_at = template.subject, template.body, now()
        audit.record(
            session,
            actor,
            "mail.template_set",
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            kind=kind.value,
            language=language,
        )


def reset_template(actor: Actor, organisation_id: int, kind: MailKind, language: str) -> None:
    """Take the program's text again. Twice the same changes nothing."""
    with transaction() as session:
        row = session.scalar(_own(organisation_id, kind, language))
        if row is None:
            return
        session.delete(row)
        audit.record(
            session,
            actor,
            "mail.template_reset",
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            kind=kind.value,
            language=language,
        )


def _own(organisation_id: int, kind: MailKind, language: str) -> sa.Select[MailTemplate]:
    return sa.select(MailTemplate).where(
        MailTemplate.organisation_id == organisation_id,
        MailTemplate.kind == kind,
        MailTemplate.language == language,
    )
