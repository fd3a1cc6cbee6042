"""Certificate designs, the pictures they use, and what stands in for characters that no font has."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.glyph import SubstituteKind
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank


class Asset(Model):
    """A picture or PDF page of an organisation. Its bytes lie in the storage under `file_key`, named by their SHA-256.

    `width` and `height` are pixels of a picture, points of a page.
    """

    __tablename__ = "asset"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "sha256"),
        sa.CheckConstraint("size > 0 AND width > 0 AND height > 0", name="not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    media_type: Mapped[str] = mapped_column(sa.String(40))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    file_key: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Design(Model):
    """A certificate design of an organisation. `draft` is what is being edited; what is issued with is a version."""

    __tablename__ = "design"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name_zh"),
        not_blank("name_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name_zh: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    draft: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list["DesignVersion"]] = relationship(
        order_by="DesignVersion.number", back_populates="design"
    )

    __mapper_args__ = {"version_id_col": version}


class DesignVersion(Model):
    """A design as certificates are issued with it. Triggers in the database refuse any change to it."""

    __tablename__ = "design_version"
    __table_args__ = (
        sa.UniqueConstraint("design_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(sa.ForeignKey("design.id", ondelete="CASCADE"))
    number: Mapped[int]
    data: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(sa.String(120), default="")

    design: Mapped[Design] = relationship(back_populates="versions")


class GlyphSubstitute(Model):
    """How an organisation prints a character that no font has: as a picture, or as another text agreed in writing."""

    __tablename__ = "glyph_substitute"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "character"),
        sa.CheckConstraint(
            "(kind = 'picture' AND asset_sha256 <> '' AND text = '') OR "
            "(kind = 'text' AND text <> '' AND asset_sha256 = '' AND agreed_with <> '')",
            name="picture_or_agreed_text",
        ),
        not_blank("character"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    character: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[SubstituteKind] = mapped_column(choice(SubstituteKind))
    asset_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    text: Mapped[str] = mapped_column(sa.String(40), default="")
    agreed_with: Mapped[str] = mapped_column(sa.String(120), default="")
    agreed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
