"""Background work. These rows are the truth; the queue only wakes somebody to look at them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.job import ItemStatus, JobKind, JobStatus
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice
from trainingmgr.models.person import new_uid


class Job(Model):
    """A piece of work in items. `active_key` is set while the job is unfinished and keeps a second one away.

    `steps` and `steps_done` tell how far it is where it is one item that is written whole or not at all.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.UniqueConstraint("active_key"),
        sa.CheckConstraint("total >= 0", name="total_not_negative"),
        sa.CheckConstraint("steps_done BETWEEN 0 AND steps", name="steps_in_range"),
        sa.Index("ix_job_status_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    kind: Mapped[JobKind] = mapped_column(choice(JobKind))
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(sa.String(120), default="")
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus), default=JobStatus.QUEUED)
    active_key: Mapped[str | None] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0, server_default="0")
    steps_done: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobItem(Model):
    """One unit of a job. A worker holds it until `lease_until`; then anybody may take it again."""

    __tablename__ = "job_item"
    __table_args__ = (
        sa.UniqueConstraint("job_id", "subject_id"),
        sa.Index("ix_job_item_job_id_status_id", "job_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id", ondelete="CASCADE"))
    subject_id: Mapped[int]
    status: Mapped[ItemStatus] = mapped_column(choice(ItemStatus), default=ItemStatus.PENDING)
    worker: Mapped[str] = mapped_column(sa.String(60), default="")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str] = mapped_column(sa.String(60), default="")
    error_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    finished_at: Mapped[datetime | None]
