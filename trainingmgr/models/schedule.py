"""The timetable: sessions, who contributes to them, and the sites that are visited."""

from datetime import datetime, time
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.extensions import ExactDecimal, Model, now
from trainingmgr.models.bus import SessionBus
from trainingmgr.models.columns import choice, not_blank, on_earth
from trainingmgr.models.person import new_uid
from trainingmgr.models.training import Training
from trainingmgr.models.unit import Unit


class AnySession(Model):
    """What a session carries, whether it has a time (`TrainingSession`) or not yet (`UnplacedSession`).

    Reading one of these two leaves the other out by itself. An object of one never becomes one of the other:
    `services.schedule.placing` changes the row and reads it anew. `class_hours` are the planned ones, exact to a
    hundredth. `times_are_sample` marks times of day that no source gives. `uid` and `sequence` name the entry
    in calendars.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.CheckConstraint("ends_at > starts_at", name="times_in_order"),
        sa.CheckConstraint("placed = (starts_at IS NOT NULL)", name="placed_has_start"),
        sa.CheckConstraint("placed = (ends_at IS NOT NULL)", name="placed_has_end"),
        sa.CheckConstraint("placed = (minutes IS NULL)", name="unplaced_has_length"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1439", name="minutes_of_a_day"),
        sa.CheckConstraint("class_hours >= 0", name="class_hours_not_negative"),
        not_blank("title_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    sequence: Mapped[int] = mapped_column(default=0)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    placed: Mapped[bool]
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    title_zh: Mapped[str] = mapped_column(sa.String(200))
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
    description_zh: Mapped[str] = mapped_column(sa.Text, default="")
    description_en: Mapped[str] = mapped_column(sa.Text, default="")
    place_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    place_en: Mapped[str] = mapped_column(sa.String(200), default="")
    class_hours: Mapped[Decimal] = mapped_column(ExactDecimal(), default=Decimal(0))
    compulsory: Mapped[bool] = mapped_column(default=False)
    times_are_sample: Mapped[bool] = mapped_column(default=False)
    is_sample: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    training: Mapped[Training] = relationship()
    contributions: Mapped[list["Contribution"]] = relationship(
        cascade="all, delete-orphan", order_by="Contribution.position", back_populates="session"
    )
    stops: Mapped[list["VisitStop"]] = relationship(
        cascade="all, delete-orphan", order_by="VisitStop.position", back_populates="session"
    )
    rides: Mapped[list[SessionBus]] = relationship(
        cascade="all, delete-orphan",
        order_by=(SessionBus.bus_id, SessionBus.group_name),
        back_populates="session",
        overlaps="bus",
    )
    groups: Mapped[list["SessionGroup"]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version, "polymorphic_on": "placed", "polymorphic_abstract": True}


class TrainingSession(AnySession):
    """A session of the timetable."""

    starts_at: Mapped[datetime] = mapped_column(nullable=True)
    ends_at: Mapped[datetime] = mapped_column(nullable=True)

    __mapper_args__ = {"polymorphic_identity": True, "polymorphic_load": "inline"}


sa.Index("ix_training_session_training_id_starts_at", TrainingSession.training_id, TrainingSession.starts_at)


class UnplacedSession(AnySession):
    """A session that is to happen and is so long, but has no time yet. It stands in no timetable."""

    minutes: Mapped[int] = mapped_column(nullable=True)

    __mapper_args__ = {"polymorphic_identity": False, "polymorphic_load": "inline"}


class SessionGroup(Model):
    """A group that a session is for, by its name on the roster. A session of none is for the whole class."""

    __tablename__ = "session_group"
    __table_args__ = (not_blank("group_name"),)

    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True
    )
    group_name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class Lecturer(Model):
    """A contributor to sessions: a person, a unit as such, or somebody of a unit who is not named.

    For the unnamed, `title_zh` holds the words that stand for the name (有关负责同志, 有关专家).
    `topics_zh`, `topics_en` and `languages` are free words by which organisers look for somebody.
    """

    __tablename__ = "lecturer"
    __table_args__ = (
        sa.CheckConstraint(
            "(type = 'person' AND name <> '') OR (type <> 'person' AND name = '' AND unit_id IS NOT NULL)",
            name="named_or_of_unit",
        ),
        sa.UniqueConstraint("organisation_id", "type", "name", "unit_id", "title_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    type: Mapped[ContributorType] = mapped_column(choice(ContributorType))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    latin_name: Mapped[str] = mapped_column(sa.String(120), default="")
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    title_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    title_en: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    topics_zh: Mapped[str] = mapped_column(sa.String(300), default="")
    topics_en: Mapped[str] = mapped_column(sa.String(300), default="")
    languages: Mapped[str] = mapped_column(sa.String(120), default="")
    biography: Mapped[str] = mapped_column(sa.Text, default="")
    is_sample: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit | None] = relationship()


class LecturerWindow(Model):
    """A stretch of time in which a lecturer can come, to whichever training of the organisation."""

    __tablename__ = "lecturer_window"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="times_in_order"),
        sa.Index("ix_lecturer_window_lecturer_id_starts_at", "lecturer_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int] = mapped_column(sa.ForeignKey("lecturer.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Contribution(Model):
    """A lecturer's part in a session, in order."""

    __tablename__ = "contribution"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "position"),
        sa.CheckConstraint("position > 0", name="position_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id", ondelete="CASCADE"))
    position: Mapped[int]
    lecturer_id: Mapped[int] = mapped_column(sa.ForeignKey("lecturer.id", ondelete="RESTRICT"), index=True)
    role: Mapped[ContributorRole] = mapped_column(choice(ContributorRole))
    topic_zh: Mapped[str] = mapped_column(sa.String(200), default="")
    topic_en: Mapped[str] = mapped_column(sa.String(300), default="")

    session: Mapped[AnySession] = relationship(back_populates="contributions")
    lecturer: Mapped[Lecturer] = relationship()


class Site(Model):
    """A place where teaching happens on the spot.

    `opens_at` and `closes_at` are by the site's own clock, `taught_zh` says what is taught there,
    `latitude` and `longitude` are in degrees.
    """

    __tablename__ = "site"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "district_zh", "name_zh"),
        sa.CheckConstraint("(opens_at IS NULL) = (closes_at IS NULL)", name="opening_whole"),
        sa.CheckConstraint("closes_at > opens_at", name="opening_in_order"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        *on_earth(),
        not_blank("name_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    district_zh: Mapped[str] = mapped_column(sa.String(60), default="")
    district_en: Mapped[str] = mapped_column(sa.String(120), default="")
    address: Mapped[str] = mapped_column(sa.String(240), default="")
    host_contact: Mapped[str] = mapped_column(sa.String(120), default="")
    host_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    capacity: Mapped[int | None]
    taught_zh: Mapped[str] = mapped_column(sa.String(500), default="")
    taught_en: Mapped[str] = mapped_column(sa.String(500), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)


class Venue(Model):
    """A room or hall that sessions are held in. A session names its place as text; the name leads here."""

    __tablename__ = "venue"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name_zh"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        *on_earth(),
        not_blank("name_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.String(240), default="")
    capacity: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_sample: Mapped[bool] = mapped_column(default=False)


class VisitStop(Model):
    """A site on the way of a site visit, in order. `minutes` is the stay."""

    __tablename__ = "visit_stop"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "position"),
        sa.CheckConstraint("position > 0", name="position_positive"),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id", ondelete="CASCADE"))
    position: Mapped[int]
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    minutes: Mapped[int | None]

    session: Mapped[AnySession] = relationship(back_populates="stops")
    site: Mapped[Site] = relationship()


class TimetableVersion(Model):
    """A timetable as it was published; `number` counts the training's versions from 1.

    It never changes, but that lecturers who are deleted go from it, and two who are made one are named as one.

    `snapshot` is the text of a `domain.timetable_version.Snapshot`, `fingerprint` the name of what it says.
    `told_at` is when those concerned were written to about it.
    """

    __tablename__ = "timetable_version"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    number: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    sessions: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    snapshot: Mapped[str] = mapped_column(sa.Text)
    told_at: Mapped[datetime | None]
