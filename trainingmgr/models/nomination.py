"""Places offered to units, the addresses under which they name people, and whom they named."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.quota import OverQuota
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice
from trainingmgr.models.person import new_uid
from trainingmgr.models.unit import Unit


class QuotaLine(Model):
    """A category's places for some units. `post` empty means that of the category; `deadline` is a last day."""

    __tablename__ = "quota_line"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.UniqueConstraint("training_id", "position"),
        sa.ForeignKeyConstraint(
            ["category_id", "training_id"],
            ["category.id", "category.training_id"],
            name="category_of_training",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    position: Mapped[int]
    category_id: Mapped[int | None]
    post: Mapped[str] = mapped_column(sa.String(120), default="")
    deadline: Mapped[date | None]
    over: Mapped[OverQuota] = mapped_column(choice(OverQuota), default=OverQuota.REFUSE)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    places: Mapped[list["QuotaPlace"]] = relationship(
        cascade="all, delete-orphan", order_by="QuotaPlace.position"
    )

    __mapper_args__ = {"version_id_col": version}


class QuotaPlace(Model):
    """How many places of a line a unit has.

    Whoever names people locks this row, counts those that hold its places, and adds to them in the
    same transaction.
    """

    __tablename__ = "quota_place"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "unit_id"),
        sa.ForeignKeyConstraint(
            ["line_id", "training_id"],
            ["quota_line.id", "quota_line.training_id"],
            ondelete="CASCADE",
            name="line_of_training",
        ),
        sa.CheckConstraint("places >= 0", name="places_not_negative"),
        sa.Index("ix_quota_place_training_id_unit_id", "training_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    line_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    places: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()


class NominationNotice(Model):
    """What the units are told (通知): a text in either language, perhaps a file.

    With `late_replacement` units may still replace people after the deadline.
    """

    __tablename__ = "nomination_notice"
    __table_args__ = (
        sa.UniqueConstraint("training_id"),
        sa.CheckConstraint("(file_key IS NULL) = (sha256 IS NULL)", name="file_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    text_zh: Mapped[str] = mapped_column(sa.Text, default="")
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    late_replacement: Mapped[bool] = mapped_column(default=False)
    file_name: Mapped[str] = mapped_column(sa.String(120), default="")
    media_type: Mapped[str] = mapped_column(sa.String(40), default="")
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    file_key: Mapped[str | None] = mapped_column(sa.String(120))


class NominationLink(Model):
    """An address under which a unit names people for one training without an account; one in force at a time.

    `key` is the random half of the address. The other half is a mark that only this installation's keys make.
    """

    __tablename__ = "nomination_link"
    __table_args__ = (
        sa.Index(
            "uq_nomination_link_in_force",
            "training_id",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Nomination(Model):
    """Somebody whom a unit names: a draft until it is sent, then the unit's side of a registration.

    `content_sealed` holds what the unit typed, sealed for `nomination:<uid>:content`: the unit is shown
    its own words, never what was known of the person. `double_of_id` is a registration that somebody
    else made for what seems to be the same person; `replaces_id` whose place this person took. Why
    somebody left is the registration's `reason`.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        sa.UniqueConstraint("registration_id"),
        sa.ForeignKeyConstraint(
            ["line_id", "training_id"], ["quota_line.id", "quota_line.training_id"], name="line_of_training"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.CheckConstraint("(registration_id IS NULL) = (sent_at IS NULL)", name="sent_is_registered"),
        sa.CheckConstraint("registration_id IS NULL OR line_id IS NOT NULL", name="sent_has_line"),
        sa.Index("ix_nomination_training_id_unit_id", "training_id", "unit_id"),
        sa.Index("ix_nomination_line_id_unit_id", "line_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    line_id: Mapped[int | None]
    registration_id: Mapped[int | None]
    content_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    source: Mapped[str] = mapped_column(sa.String(160), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    double_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("nomination.id", ondelete="SET NULL"), index=True
    )


class NominationReceipt(Model):
    """A stamped receipt (报名回执) that a unit sent back as a scan."""

    __tablename__ = "nomination_receipt"
    __table_args__ = (sa.Index("ix_nomination_receipt_training_id_unit_id", "training_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    file_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
