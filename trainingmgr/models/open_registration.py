"""Registration open to whoever has a training's address, and what came in by it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.extensions import Model, now
from trainingmgr.models.person import new_uid


class OpenRegistration(Model):
    """How a training is open, as `domain.open_registration.OpenInput` says it."""

    __tablename__ = "open_registration"
    __table_args__ = (
        sa.UniqueConstraint("training_id"),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at", name="times_in_order"
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    is_on: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    capacity: Mapped[int | None]
    waitlist: Mapped[bool] = mapped_column(default=True)
    approval: Mapped[bool] = mapped_column(default=False)
    shows_places: Mapped[bool] = mapped_column(default=False)
    notice_zh: Mapped[str] = mapped_column(sa.Text, default="")
    notice_en: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class OwnRegistration(Model):
    """Somebody's own hand on their registration: the address under which they look after it, and what they wrote.

    `key` is the random half of that address (`crypto.links`), None once the organiser has closed it.
    `by_form` ones came in through the public page; the others were given an address later. `once` is the
    mark of the form that was sent, by which it counts once. `content_sealed` holds what they wrote of
    themselves, sealed for `own_registration:<uid>:content`: they are shown their own words, never what else
    is known of the person. `email` is where they want mail, in `language`.
    """

    __tablename__ = "own_registration"
    __table_args__ = (
        sa.UniqueConstraint("registration_id"),
        sa.UniqueConstraint("training_id", "once"),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name="language"),
        sa.Index("ix_own_registration_training_id_by_form", "training_id", "by_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    training_id: Mapped[int]
    registration_id: Mapped[int]
    key: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    once: Mapped[str | None] = mapped_column(sa.String(32))
    by_form: Mapped[bool] = mapped_column(default=True)
    new_person: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    content_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(default=now)
    link_sent_at: Mapped[datetime | None]
