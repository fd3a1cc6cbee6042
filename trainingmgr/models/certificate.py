"""Certificates: numbered, kept byte for byte, never changed; and what a training gives them by."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateStatus,
    RequestAction,
    RevocationGround,
    SerialScope,
)
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank
from trainingmgr.models.registration import Registration
from trainingmgr.models.training import Training

_STANDING = "status IN ('reserved', 'valid')"


class SerialCounter(Model):
    """Running numbers are given out from here, by whoever holds the row's lock.

    `key` says what is numbered together: a kind of certificate of one training, or of one year.
    """

    __tablename__ = "serial_counter"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "key"),
        sa.CheckConstraint("next_number > 0", name="next_number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(60))
    next_number: Mapped[int] = mapped_column(default=1)


class CertificateOffer(Model):
    """A kind of certificate that a training gives, and how.

    Without a fraction the kind's own rule holds (for completion the training's); without a design
    the program's first layout; an empty language or pattern is the training's. `handover_*` tells
    holders when and where papers are collected.
    """

    __tablename__ = "certificate_offer"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "kind"),
        sa.CheckConstraint(
            "(rule_numerator IS NULL) = (rule_denominator IS NULL) AND (rule_numerator IS NULL OR "
            "(rule_numerator >= 0 AND rule_denominator > 0 AND rule_numerator <= rule_denominator))",
            name="rule_fraction",
        ),
        sa.CheckConstraint("language IN ('', 'zh', 'en', 'both')", name="language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    kind: Mapped[CertificateKind] = mapped_column(choice(CertificateKind))
    design_id: Mapped[int | None] = mapped_column(sa.ForeignKey("design.id", ondelete="RESTRICT"), index=True)
    built_in_design: Mapped[str] = mapped_column(sa.String(40), default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="")
    serial_pattern: Mapped[str] = mapped_column(sa.String(60), default="")
    serial_scope: Mapped[SerialScope] = mapped_column(choice(SerialScope), default=SerialScope.TRAINING)
    rule_numerator: Mapped[int | None]
    rule_denominator: Mapped[int | None]
    mail: Mapped[bool] = mapped_column(default=False)
    handover_zh: Mapped[str] = mapped_column(sa.String(300), default="")
    handover_en: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Distinction(Model):
    """A participant whom the organiser names a best trainee."""

    __tablename__ = "distinction"
    __table_args__ = (
        sa.UniqueConstraint("registration_id"),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.Index("ix_distinction_training_id", "training_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    registration_id: Mapped[int]
    named_by: Mapped[str] = mapped_column(sa.String(120), default="")
    named_at: Mapped[datetime] = mapped_column(default=now)


class Certificate(Model):
    """One certificate of one registration, or of one lecturer of the training.

    It is `reserved` with its serial, code and snapshot first; once its bytes lie in the storage
    under `file_key` it becomes `valid` with their SHA-256. A number whose reservation cannot be
    finished is `voided` with a reason. Triggers in the database refuse any change to a serial,
    a code, a snapshot or a hash that stands. `replaces_id` is the revoked one that it stands for.

    Where a person's data was erased (`erased_at`), the holder, the names in the snapshot and the
    bytes are gone; serial, hash, training, dates, hours and status stay.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.UniqueConstraint("counter_id", "number"),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="RESTRICT",
            name="registration_of_training",
        ),
        sa.CheckConstraint(
            "status IN ('reserved', 'voided') OR "
            "(sha256 IS NOT NULL AND (file_key IS NOT NULL) = (erased_at IS NULL))",
            name="issued_has_bytes",
        ),
        sa.CheckConstraint(
            "(status IN ('revoked', 'voided')) = (ended_at IS NOT NULL)", name="ended_when_not_standing"
        ),
        sa.CheckConstraint("ended_at IS NULL OR end_reason <> ''", name="end_needs_reason"),
        sa.CheckConstraint("(status = 'revoked') = (ground <> '')", name="revoked_has_ground"),
        sa.CheckConstraint(
            "(registration_id IS NULL OR lecturer_id IS NULL) AND "
            "(erased_at IS NOT NULL OR registration_id IS NOT NULL OR lecturer_id IS NOT NULL)",
            name="one_holder",
        ),
        sa.CheckConstraint("replaces_id IS NULL OR replaces_id < id", name="replaces_an_earlier_one"),
        sa.Index(
            "uq_certificate_standing",
            "registration_id",
            "kind",
            unique=True,
            sqlite_where=sa.text(f"{_STANDING} AND registration_id IS NOT NULL"),
            postgresql_where=sa.text(f"{_STANDING} AND registration_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_certificate_standing_lecturer",
            "training_id",
            "lecturer_id",
            "kind",
            unique=True,
            sqlite_where=sa.text(f"{_STANDING} AND lecturer_id IS NOT NULL"),
            postgresql_where=sa.text(f"{_STANDING} AND lecturer_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_certificate_replaces_id",
            "replaces_id",
            unique=True,
            sqlite_where=sa.text("status <> 'voided'"),
            postgresql_where=sa.text("status <> 'voided'"),
        ),
        # The unique one serves no search: a query that knows nothing of voided ones cannot use it.
        sa.Index(
            "ix_certificate_replaces_id",
            "replaces_id",
            sqlite_where=sa.text("replaces_id IS NOT NULL"),
            postgresql_where=sa.text("replaces_id IS NOT NULL"),
        ),
        sa.Index("ix_certificate_training_id_kind_number", "training_id", "kind", "number"),
        not_blank("serial"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="RESTRICT"))
    kind: Mapped[CertificateKind] = mapped_column(choice(CertificateKind), default=CertificateKind.COMPLETION)
    registration_id: Mapped[int | None]
    lecturer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("lecturer.id", ondelete="RESTRICT"), index=True
    )
    counter_id: Mapped[int] = mapped_column(sa.ForeignKey("serial_counter.id", ondelete="RESTRICT"))
    number: Mapped[int]
    serial: Mapped[str] = mapped_column(sa.String(80), unique=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[CertificateStatus] = mapped_column(choice(CertificateStatus))
    snapshot: Mapped[dict[str, Any]]
    design_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("design_version.id", ondelete="RESTRICT"), index=True
    )
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id", ondelete="RESTRICT"))
    issue_date: Mapped[date]
    is_sample: Mapped[bool] = mapped_column(default=False)
    is_signed: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    file_key: Mapped[str | None] = mapped_column(sa.String(120))
    size: Mapped[int | None]
    issued_by: Mapped[str] = mapped_column(sa.String(120), default="")
    reserved_at: Mapped[datetime] = mapped_column(default=now)
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(sa.String(120), default="")
    end_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    ground: Mapped[str] = mapped_column(sa.String(24), default="")
    erased_at: Mapped[datetime | None]
    collected_at: Mapped[datetime | None]
    collected_by: Mapped[str] = mapped_column(sa.String(120), default="")
    handed_by: Mapped[str] = mapped_column(sa.String(120), default="")

    training: Mapped[Training] = relationship()
    registration: Mapped[Registration | None] = relationship(
        primaryjoin="Certificate.registration_id == Registration.id",
        foreign_keys="Certificate.registration_id",
        viewonly=True,
    )


class CertificateRequest(Model):
    """A revocation or a reissue that waits for a second person, where the training asks for one."""

    __tablename__ = "certificate_request"
    __table_args__ = (
        sa.Index(
            "uq_certificate_request_open",
            "certificate_id",
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided_has_outcome"),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR asked_by_id IS NULL OR decided_by_id <> asked_by_id OR NOT approved",
            name="two_people",
        ),
        not_blank("reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="CASCADE"), index=True
    )
    action: Mapped[RequestAction] = mapped_column(choice(RequestAction))
    ground: Mapped[RevocationGround] = mapped_column(choice(RevocationGround))
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    asked_by: Mapped[str] = mapped_column(sa.String(120))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    decided_by: Mapped[str] = mapped_column(sa.String(120), default="")
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
