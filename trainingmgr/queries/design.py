"""Reads about certificate designs."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Design, DesignVersion


@dataclass(frozen=True, slots=True)
class Choice:
    """A design that certificates can be issued in."""

    value: str
    name_zh: str
    name_en: str


def choices(session: Session, organisation_id: int) -> list[Choice]:
    """The published designs of an organisation that are not archived, by name."""
    published = sa.exists().where(DesignVersion.design_id == Design.id)
    rows = session.execute(
        sa.select(Design.id, Design.name_zh, Design.name_en)
        .where(Design.organisation_id == organisation_id, Design.archived_at.is_(None), published)
        .order_by(Design.name_zh)
    )
    return [Choice(str(row.id), row.name_zh, row.name_en) for row in rows]
