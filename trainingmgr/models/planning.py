"""What a timetable is laid from: sessions without a time, wishes, and the proposal that came of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.planning import Half, WishKind
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank
from trainingmgr.models.schedule import Lecturer, Site


class UnplacedSession(Model):
    """A session that is to happen and has a length, but no time yet. It stands in no timetable."""

    __tablename__ = "unplaced_session"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.CheckConstraint("minutes BETWEEN 5 AND 720", name="minutes_of_a_day"),
        not_blank("title_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    title_zh: Mapped[str] = mapped_column(sa.String(200))
    minutes: Mapped[int]
    place_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    lecturer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("lecturer.id", ondelete="RESTRICT"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="RESTRICT"), index=True)

    lecturer: Mapped[Lecturer | None] = relationship()
    site: Mapped[Site | None] = relationship()


class PlanningWish(Model):
    """Something wished of a session, or of one without a time: before another one, on a day, in a half-day.

    What `must` be holds in any case. The day is one by the training's own clock.
    """

    __tablename__ = "planning_wish"
    __table_args__ = (
        sa.CheckConstraint("(session_id IS NULL) <> (unplaced_id IS NULL)", name="of_one_session"),
        sa.CheckConstraint(
            "(kind = 'before') = ((other_session_id IS NULL) <> (other_unplaced_id IS NULL))"
            " AND (other_session_id IS NULL OR other_unplaced_id IS NULL)",
            name="before_another",
        ),
        sa.CheckConstraint("(kind = 'day') = (day IS NOT NULL)", name="day_of_day"),
        sa.CheckConstraint("(kind = 'half') = (half IS NOT NULL)", name="half_of_half"),
        *(
            sa.ForeignKeyConstraint(
                [column, "training_id"],
                [f"{table}.id", f"{table}.training_id"],
                name=f"{column.removesuffix('_id')}_of_training",
                ondelete="CASCADE",
            )
            for column, table in (
                ("session_id", "training_session"),
                ("unplaced_id", "unplaced_session"),
                ("other_session_id", "training_session"),
                ("other_unplaced_id", "unplaced_session"),
            )
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"), index=True)
    kind: Mapped[WishKind] = mapped_column(choice(WishKind))
    session_id: Mapped[int | None] = mapped_column(index=True)
    unplaced_id: Mapped[int | None] = mapped_column(index=True)
    other_session_id: Mapped[int | None] = mapped_column(index=True)
    other_unplaced_id: Mapped[int | None] = mapped_column(index=True)
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
