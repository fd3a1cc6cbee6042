"""Certificates: numbered, kept byte for byte, never changed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank
from trainingmgr.models.registration import Registration
from trainingmgr.models.training import Training


class Certificate(Model):
    """One certificate of one registration.

    It is `reserved` with its serial, code and snapshot first; once its bytes lie in the storage
    under `file_key` it becomes `valid` with their SHA-256. A number whose reservation cannot be
    finished is `voided` with a reason. Triggers in the database refuse any change to a serial,
    a code, a snapshot or a hash that stands.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "number"),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="RESTRICT",
            name="registration_of_training",
        ),
        sa.CheckConstraint(
            "status IN ('reserved', 'voided') OR (sha256 IS NOT NULL AND file_key IS NOT NULL)",
            name="issued_has_bytes",
        ),
        sa.CheckConstraint(
            "(status IN ('revoked', 'voided')) = (ended_at IS NOT NULL)", name="ended_when_not_standing"
        ),
        sa.CheckConstraint("ended_at IS NULL OR end_reason <> ''", name="end_needs_reason"),
        sa.Index(
            "uq_certificate_standing",
            "registration_id",
            unique=True,
            sqlite_where=sa.text("status IN ('reserved', 'valid')"),
            postgresql_where=sa.text("status IN ('reserved', 'valid')"),
        ),
        not_blank("serial"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="RESTRICT"))
    registration_id: Mapped[int]
    number: Mapped[int]
    serial: Mapped[str] = mapped_column(sa.String(80), unique=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[CertificateStatus] = mapped_column(choice(CertificateStatus))
    snapshot: Mapped[dict[str, Any]]
    issue_date: Mapped[date]
    is_sample: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    file_key: Mapped[str | None] = mapped_column(sa.String(120))
    size: Mapped[int | None]
    issued_by: Mapped[str] = mapped_column(sa.String(120), default="")
    reserved_at: Mapped[datetime] = mapped_column(default=now)
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(sa.String(120), default="")
    end_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    training: Mapped[Training] = relationship()
    registration: Mapped[Registration] = relationship(
        primaryjoin="Certificate.registration_id == Registration.id",
        foreign_keys="Certificate.registration_id",
        viewonly=True,
    )
