"""What people ask about their data, how long an organisation keeps it, and what was wiped."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.rights import Kept, RequestKind, RequestStatus
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice


class DataRequest(Model):
    """What somebody asked for on their own page.

    `wanted` maps facts of the person to what they should be, `words` is what was written besides. Both
    go, and `person_id` with them, once the person is erased; what stays says that it was asked and done.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        sa.Index(
            "uq_data_request_open",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
        sa.Index("ix_data_request_organisation_id_status_id", "organisation_id", "status", "id"),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_unless_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    kind: Mapped[RequestKind] = mapped_column(choice(RequestKind))
    wanted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words: Mapped[str] = mapped_column(sa.String(1000), default="")
    status: Mapped[RequestStatus] = mapped_column(choice(RequestStatus), default=RequestStatus.OPEN)
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(sa.String(120), default="")


class RetentionTime(Model):
    """For how many days after people's last class an organisation keeps one kind of their data."""

    __tablename__ = "retention_time"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "kept"),
        sa.CheckConstraint("days >= 0", name="days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    kept: Mapped[Kept] = mapped_column(choice(Kept))
    days: Mapped[int]


class RetentionRun(Model):
    """One wiping: how much of each kind went. At most one a day by itself, more by hand (`day` is None)."""

    __tablename__ = "retention_run"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "day"),
        sa.Index("ix_retention_run_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    day: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(sa.String(120))
    wiped: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0)
