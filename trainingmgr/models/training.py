"""A training with everything that is said of it as a whole."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.training import HostRole
from trainingmgr.extensions import Model, now
from trainingmgr.models.accounts import Organisation
from trainingmgr.models.columns import choice, not_blank
from trainingmgr.models.unit import Unit


class Training(Model):
    """One class. Days are dates in the training's own zone.

    `code` is unique in the installation, since it stands in addresses and serials. The rule is a
    fraction of the counted class hours. `issue_date` empty means the last day. With `second_person`
    a certificate is revoked or replaced only when somebody else agrees. With `promotes_waiting` the
    first on the waiting list gets a place that comes free.
    """

    __tablename__ = "training"
    __table_args__ = (
        sa.UniqueConstraint("id", "organisation_id"),
        sa.CheckConstraint("end_date >= start_date", name="days_in_order"),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        sa.CheckConstraint(
            "rule_numerator >= 0 AND rule_denominator > 0 AND rule_numerator <= rule_denominator",
            name="rule_fraction",
        ),
        sa.CheckConstraint("class_hour_minutes BETWEEN 1 AND 240", name="class_hour_minutes"),
        sa.CheckConstraint("code = upper(code)", name="code_upper"),
        sa.CheckConstraint("certificate_language IN ('zh', 'en', 'both')", name="certificate_language"),
        not_blank("code"),
        not_blank("title_zh"),
        sa.Index("ix_training_organisation_id_start_date", "organisation_id", "start_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(24), unique=True)
    title_zh: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(240), default="")
    title_en_translated: Mapped[bool] = mapped_column(default=False)
    place_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    place_en: Mapped[str] = mapped_column(sa.String(120), default="")
    start_date: Mapped[date]
    end_date: Mapped[date]
    time_zone: Mapped[str] = mapped_column(sa.String(60), default="Asia/Shanghai")
    capacity: Mapped[int | None]
    purpose_zh: Mapped[str] = mapped_column(sa.Text, default="")
    purpose_en: Mapped[str] = mapped_column(sa.Text, default="")
    theme_zh: Mapped[str] = mapped_column(sa.Text, default="")
    theme_en: Mapped[str] = mapped_column(sa.Text, default="")
    feedback_zh: Mapped[str] = mapped_column(sa.Text, default="")
    feedback_en: Mapped[str] = mapped_column(sa.Text, default="")
    source_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    source_en: Mapped[str] = mapped_column(sa.String(120), default="")
    rule_numerator: Mapped[int] = mapped_column(default=6)
    rule_denominator: Mapped[int] = mapped_column(default=7)
    class_hour_minutes: Mapped[int] = mapped_column(default=45)
    serial_pattern: Mapped[str] = mapped_column(sa.String(60), default="{code}-{seq:04d}")
    certificate_language: Mapped[str] = mapped_column(sa.String(8), default="both")
    issue_date: Mapped[date | None]
    signature_zh: Mapped[str] = mapped_column(sa.String(200), default="")
    signature_en: Mapped[str] = mapped_column(sa.String(300), default="")
    second_person: Mapped[bool] = mapped_column(default=False)
    promotes_waiting: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_sample: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()
    hosts: Mapped[list["TrainingHost"]] = relationship(
        cascade="all, delete-orphan", order_by="TrainingHost.role.desc(), TrainingHost.position"
    )
    categories: Mapped[list["Category"]] = relationship(
        cascade="all, delete-orphan", order_by="Category.position"
    )
    study_topics: Mapped[list["StudyTopic"]] = relationship(
        cascade="all, delete-orphan", order_by="StudyTopic.position"
    )

    __mapper_args__ = {"version_id_col": version}


class TrainingHost(Model):
    """A unit that holds the training (host), or holds it along with the host (co-host)."""

    __tablename__ = "training_host"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "unit_id"),
        sa.UniqueConstraint("training_id", "role", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    role: Mapped[HostRole] = mapped_column(choice(HostRole), default=HostRole.HOST)
    position: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()


class Category(Model):
    """A kind of participant that the training is offered to, with the post asked for."""

    __tablename__ = "category"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "position"),
        sa.UniqueConstraint("training_id", "name_zh"),
        sa.UniqueConstraint("id", "training_id"),
        not_blank("name_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(240), default="")
    post_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    post_en: Mapped[str] = mapped_column(sa.String(200), default="")


class StudyTopic(Model):
    """Something that the class as a whole studies."""

    __tablename__ = "study_topic"
    __table_args__ = (sa.UniqueConstraint("training_id", "position"), not_blank("text_zh"))

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    position: Mapped[int]
    text_zh: Mapped[str] = mapped_column(sa.String(200))
    text_en: Mapped[str] = mapped_column(sa.String(300), default="")
