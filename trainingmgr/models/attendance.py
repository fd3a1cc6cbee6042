"""Who was there: at most one mark for a session and a registration, both of the same training."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice


class Attendance(Model):
    """One mark. `is_sample` tells marks that the demo made up."""

    __tablename__ = "attendance"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "registration_id"),
        sa.ForeignKeyConstraint(
            ["session_id", "training_id"],
            ["training_session.id", "training_session.training_id"],
            ondelete="CASCADE",
            name="session_of_training",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.Index("ix_attendance_registration_id", "registration_id"),
        sa.Index("ix_attendance_training_id", "training_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    session_id: Mapped[int]
    registration_id: Mapped[int]
    mark: Mapped[AttendanceMark] = mapped_column(choice(AttendanceMark))
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime] = mapped_column(default=now)
    is_sample: Mapped[bool] = mapped_column(default=False)
