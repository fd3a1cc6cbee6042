"""Pictures of the sites where teaching happens on the spot."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.site_picture import CAPTION_EN, CAPTION_ZH
from trainingmgr.extensions import Model, now


class SitePicture(Model):
    """A picture of a site, as a JPEG in the storage, with a small one for lists.

    `position` counts a site's pictures from 1. One that was removed has none, and is kept from `removed_at` on
    for as long as that can be taken back.
    """

    __tablename__ = "site_picture"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "position"),
        sa.UniqueConstraint("site_id", "sha256"),
        sa.CheckConstraint("position > 0", name="position_positive"),
        sa.CheckConstraint("(position IS NULL) = (removed_at IS NOT NULL)", name="placed_or_removed"),
        sa.CheckConstraint("size > 0 AND width > 0 AND height > 0", name="not_empty"),
        sa.Index("ix_site_picture_removed_at", "removed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    position: Mapped[int | None]
    caption_zh: Mapped[str] = mapped_column(sa.String(CAPTION_ZH), default="")
    caption_en: Mapped[str] = mapped_column(sa.String(CAPTION_EN), default="")
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    file_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    small_sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    small_file_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
