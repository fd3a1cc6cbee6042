"""Reads about certificate designs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.designs import DEFAULT, keys
from trainingmgr.documents.designs.names import NAMES
from trainingmgr.domain.design import Design as Data
from trainingmgr.domain.glyph import SubstituteKind
from trainingmgr.models import Asset, Certificate, Design, DesignVersion, GlyphSubstitute, Training

BUILT_IN = "built-in:"


@dataclass(frozen=True, slots=True)
class Choice:
    """A design that certificates can be issued in: `value` is its number, or `BUILT_IN` and a key."""

    value: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Line:
    """A design in the list. `number` is its newest version, 0 without one; `changed` if the draft went on since."""

    id: int
    name_zh: str
    name_en: str
    changed_at: datetime
    archived: bool
    version: int
    number: int
    changed: bool


def choices(session: Session, organisation_id: int) -> list[Choice]:
    """The built-in designs but the default one, then the organisation's published ones that are not archived, by name."""
    published = sa.exists().where(DesignVersion.design_id == Design.id)
    rows = session.execute(
        sa.select(Design.id, Design.name_zh, Design.name_en)
        .where(Design.organisation_id == organisation_id, Design.archived_at.is_(None), published)
        .order_by(Design.name_zh)
    )
    return [
        *(Choice(f"{BUILT_IN}{key}", *NAMES[key]) for key in keys() if key != DEFAULT),
        *(Choice(str(row.id), row.name_zh, row.name_en) for row in rows),
    ]


def lines(session: Session, organisation_id: int) -> list[Line]:
    """The organisation's designs, those in use first, by name."""
    newest = (
        sa.select(DesignVersion.design_id, sa.func.max(DesignVersion.number).label("number"))
        .group_by(DesignVersion.design_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Design, DesignVersion)
        .outerjoin(newest, newest.c.design_id == Design.id)
        .outerjoin(
            DesignVersion,
            sa.and_(DesignVersion.design_id == Design.id, DesignVersion.number == newest.c.number),
        )
        .where(Design.organisation_id == organisation_id)
        .order_by(Design.archived_at.is_not(None), Design.name_zh)
    )
    return [
        Line(
            id=row.id,
            name_zh=row.name_zh,
            name_en=row.name_en,
            changed_at=row.changed_at,
            archived=row.archived_at is not None,
            version=row.version,
            number=version.number if version else 0,
            changed=version is None or version.data != row.draft,
        )
        for row, version in rows
    ]


def design_of(session: Session, organisation_id: int, design_id: int) -> Design | None:
    """The organisation's design of this number."""
    row = session.get(Design, design_id)
    return row if row is not None and row.organisation_id == organisation_id else None


def draft_of(row: Design) -> Data:
    """The design's draft as data."""
    return msgspec.convert(row.draft, Data)


def versions(session: Session, design_id: int) -> list[DesignVersion]:
    """The published versions of a design, the newest first."""
    return list(
        session.scalars(
            sa.select(DesignVersion)
            .where(DesignVersion.design_id == design_id)
            .order_by(DesignVersion.number.desc())
        )
    )


def assets(session: Session, organisation_id: int) -> list[Asset]:
    """The organisation's pictures, the newest first."""
    return list(
        session.scalars(
            sa.select(Asset).where(Asset.organisation_id == organisation_id).order_by(Asset.id.desc())
        )
    )


def asset_of(session: Session, organisation_id: int, digest: str) -> Asset | None:
    """The organisation's picture with this SHA-256."""
    return session.scalar(
        sa.select(Asset).where(Asset.organisation_id == organisation_id, Asset.sha256 == digest)
    )


def assets_by_digest(session: Session, organisation_id: int, digests: Collection[str]) -> dict[str, Asset]:
    """Those of the organisation's pictures, by SHA-256."""
    rows = session.scalars(
        sa.select(Asset).where(Asset.organisation_id == organisation_id, Asset.sha256.in_(digests))
    )
    return {row.sha256: row for row in rows}


def used_assets(session: Session, organisation_id: int) -> frozenset[str]:
    """The digests of all pictures that a draft, a version, a character or a certificate of the organisation needs."""
    drafts = session.scalars(sa.select(Design.draft).where(Design.organisation_id == organisation_id)).all()
    published = session.scalars(
        sa.select(DesignVersion.data)
        .join(Design, Design.id == DesignVersion.design_id)
        .where(Design.organisation_id == organisation_id)
    ).all()
    characters = session.scalars(
        sa.select(GlyphSubstitute.asset_sha256).where(
            GlyphSubstitute.organisation_id == organisation_id,
            GlyphSubstitute.kind == SubstituteKind.PICTURE,
        )
    ).all()
    used = {digest for data in (*drafts, *published) for digest in msgspec.convert(data, Data).assets}
    used |= set(characters)
    left = (
        set(session.scalars(sa.select(Asset.sha256).where(Asset.organisation_id == organisation_id))) - used
    )
    return frozenset(used | (_printed(session, organisation_id) if left else set()))


def _printed(session: Session, organisation_id: int) -> set[str]:
    """The pictures that certificates name in place of characters; the paper is explained by them for ever."""
    substitutes = Certificate.snapshot["substitutes"]
    rows = session.scalars(
        sa.select(substitutes)
        .join(Training, Training.id == Certificate.training_id)
        .where(Training.organisation_id == organisation_id, sa.cast(substitutes, sa.String) != "[]")
    )
    return {value for row in rows for _character, kind, value in row or () if kind == SubstituteKind.PICTURE}
