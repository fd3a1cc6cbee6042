"""What a timetable is laid from beside its sessions: wishes, and the proposal that came of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.planning import Half, WishKind
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice


class PlanningWish(Model):
    """Something wished of a session, with a time or without: before another one, on a day, in a half-day.

    What `must` be holds in any case. The day is one by the training's own clock.
    """

    __tablename__ = "planning_wish"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'before') = (other_session_id IS NOT NULL)", name="before_another"),
        sa.CheckConstraint("(kind = 'day') = (day IS NOT NULL)", name="day_of_day"),
        sa.CheckConstraint("(kind = 'half') = (half IS NOT NULL)", name="half_of_half"),
        *(
            sa.ForeignKeyConstraint(
                [column, "training_id"],
                ["training_session.id", "training_session.training_id"],
                name=f"{column.removesuffix('_id')}_of_training",
                ondelete="CASCADE",
            )
            for column in ("session_id", "other_session_id")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"), index=True)
    kind: Mapped[WishKind] = mapped_column(choice(WishKind))
    session_id: Mapped[int] = mapped_column(index=True)
    other_session_id: Mapped[int | None] = mapped_column(index=True)
    day: Mapped[date | None]
    half: Mapped[Half | None] = mapped_column(choice(Half))
    must: Mapped[bool] = mapped_column(default=False)


class Planning(Model):
    """How a training's timetable is to be laid, and what was proposed.

    `frame` is what was said of a day, `stays` are the sessions that keep their time. `problem` and
    `answer` are those of `domain.planning` as JSON, empty while there is none; `seen` are the sessions of
    the timetable that it was laid from, with their versions, `leads` the rides that go with a visit: its
    id, that of the ride, and how many minutes before it.
    """

    __tablename__ = "planning"

    training_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"), index=True)
    frame: Mapped[dict[str, Any]]
    stays: Mapped[list[Any]]
    seen: Mapped[list[Any]] = mapped_column(default=list)
    leads: Mapped[list[Any]] = mapped_column(default=list)
    problem: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    ordered_at: Mapped[datetime] = mapped_column(default=now)
