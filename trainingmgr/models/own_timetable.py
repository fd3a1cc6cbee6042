"""Timetables of one's own: the addresses of lecturers, groups and buses, and what subscribed calendars were told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.extensions import Model, now


class TimetableLink(Model):
    """An address for the timetable of a lecturer, over all trainings, of a bus, or of a group of one training.

    `key` is the random half of the address. Whoever is without a row has no address in force.
    """

    __tablename__ = "timetable_link"
    __table_args__ = (
        sa.UniqueConstraint("lecturer_id"),
        sa.UniqueConstraint("bus_id"),
        sa.UniqueConstraint("training_id", "group_name"),
        sa.CheckConstraint(
            "(CASE WHEN lecturer_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN bus_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN training_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one",
        ),
        sa.CheckConstraint("(training_id IS NULL) = (group_name = '')", name="group_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lecturer.id", ondelete="CASCADE"))
    bus_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bus.id", ondelete="CASCADE"))
    training_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    group_name: Mapped[str] = mapped_column(sa.String(40), default="")
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CalendarEntry(Model):
    """What a feed said last of an event, to a person or under the address of a link.

    `fingerprint` is what equal looks of it share; `changed_at` since when the feed says so.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "uid"),
        sa.UniqueConstraint("link_id", "uid"),
        sa.CheckConstraint("(person_id IS NULL) = (link_id IS NOT NULL)", name="of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("timetable_link.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(sa.String(24))
    sequence: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(sa.String(32))
    changed_at: Mapped[datetime]
    cancelled: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(sa.String(60))
    title_zh: Mapped[str] = mapped_column(sa.String(200))
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
