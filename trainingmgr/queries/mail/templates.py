"""An organisation's own texts."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.models import MailTemplate


def own_texts(session: Session, organisation_id: int) -> set[tuple[MailKind, str]]:
    """The kinds and languages for which the organisation has a text of its own."""
    rows = session.execute(
        sa.select(MailTemplate.kind, MailTemplate.language).where(
            MailTemplate.organisation_id == organisation_id
        )
    )
    return {(row.kind, row.language) for row in rows}


def own_text(session: Session, organisation_id: int, kind: MailKind, language: str) -> MailTemplate | None:
    """The organisation's text of this kind in this language; None where it has none."""
    return session.scalar(
        sa.select(MailTemplate).where(
            MailTemplate.organisation_id == organisation_id,
            MailTemplate.kind == kind,
            MailTemplate.language == language,
        )
    )
