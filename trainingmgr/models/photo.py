"""Photographs on their way in, and for a while what they took the place of."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.extensions import Model, now
from trainingmgr.models.person import new_uid


class PhotoBatch(Model):
    """Photographs of one act, sealed and kept for a day, for whoever sent them alone.

    Until it is confirmed it holds what was sent. One that is `former` holds what stood before somebody's
    photographs were replaced or taken away, for an undo.
    """

    __tablename__ = "photo_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    former: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class BatchPhoto(Model):
    """One photograph of a batch, as documents print it.

    Of what was sent: the file's `path`, its `fault` (a refusal's code, with `fault_values`) where it is no
    photograph, and the registration that somebody chose for it by hand. Of what stood before: whose it
    was, and in `replaced_by` the SHA-256 of what took its place, empty for nothing.
    """

    __tablename__ = "batch_photo"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "position"),
        sa.CheckConstraint("(content_sealed IS NULL) = (sha256 = '')", name="content_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("photo_batch.id", ondelete="CASCADE"))
    position: Mapped[int]
    path: Mapped[str] = mapped_column(sa.String(255), default="")
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    content_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    fault: Mapped[str] = mapped_column(sa.String(40), default="")
    fault_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    replaced_by: Mapped[str] = mapped_column(sa.String(64), default="")
