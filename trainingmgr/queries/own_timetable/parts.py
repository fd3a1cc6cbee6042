"""What stands in somebody's own timetable: of each training the sessions that are theirs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.place import Point, travel_minutes
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.route import stays
from trainingmgr.models import Contribution, Registration, Training, TrainingSession, Venue
from trainingmgr.queries.own_timetable.placements import Placement, placements_of
from trainingmgr.queries.schedule.outside import seen_by_outsiders
from trainingmgr.queries.schedule.table import Entry, Stop


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop on the way, and from when to when one is there, by the training's clock."""

    stop: Stop
    arrives: datetime
    leaves: datetime


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """A session of somebody's own, with the stops of its way."""

    entry: Entry
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day with the sessions of somebody's own, in order."""

    date: date
    entries: tuple[OwnEntry, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in one training. `placements` is where they belong: group, bus, room."""

    training: Training
    days: tuple[OwnDay, ...]
    placements: tuple[Placement, ...] = ()

    @property
    def entries(self) -> list[OwnEntry]:
        """Every session, in order."""
        return [one for day in self.days for one in day.entries]

    @property
    def has_sample(self) -> bool:
        """Whether any of it was made up for the demonstration."""
        return any(one.entry.is_sample or one.entry.times_are_sample for one in self.entries)


def parts_of_person(session: Session, person_id: int, since: date) -> list[Part]:
    """The trainings that a person is on and that end on `since` or later, in the order of their days."""
    rows = session.execute(
        sa.select(Training, Registration.id, Registration.group_name)
        .join(Registration, Registration.training_id == Training.id)
        .where(
            Registration.person_id == person_id,
            Registration.status.in_(sorted(PRESENT_STATUSES)),
            Training.end_date >= since,
        )
        .order_by(Training.start_date, Training.id)
    ).all()
    where = placements_of(session, [row[1] for row in rows])
    rooms = _rooms(session, {training.organisation_id for training, _id, _group in rows})
    return [
        _part(session, training, rooms, _of_group(group), where[registration_id])
        for training, registration_id, group in rows
    ]


def parts_of_lecturer(session: Session, lecturer_id: int, since: date) -> list[Part]:
    """The trainings at which a lecturer contributes and that end on `since` or later, in the order of their days."""
    taught = (
        sa.select(TrainingSession.training_id)
        .join(Contribution, Contribution.session_id == TrainingSession.id)
        .where(Contribution.lecturer_id == lecturer_id)
    )
    rows = session.scalars(
        sa.select(Training)
        .where(Training.id.in_(taught), Training.end_date >= since)
        .order_by(Training.start_date, Training.id)
    ).all()
    rooms = _rooms(session, {one.organisation_id for one in rows})
    return [
        _part(
            session,
            training,
            rooms,
            lambda one: any(part.lecturer_id == lecturer_id for part in one.contributors),
        )
        for training in rows
    ]


def part_of_group(session: Session, training_id: int, group: str) -> Part:
    """The timetable of one group of a training."""
    training = session.get_one(Training, training_id)
    rooms = _rooms(session, {training.organisation_id})
    return _part(session, training, rooms, _of_group(group))


def _of_group(_group: str) -> Callable[[Entry], bool]:
    """What tells a session for whoever belongs to this group, or to none where it is empty."""
    return lambda _entry: True


def _part(
    session: Session,
    training: Training,
    rooms: Mapping[str, Point],
    mine: Callable[[Entry], bool],
    placements: tuple[Placement, ...] = (),
) -> Part:
    by_day: dict[date, list[OwnEntry]] = defaultdict(list)
    zone = ZoneInfo(training.time_zone)
    for entry in seen_by_outsiders(session, training).entries:
        if mine(entry):
            by_day[entry.day].append(OwnEntry(entry, _visits(entry, zone, rooms)))
    days = tuple(OwnDay(day, tuple(entries)) for day, entries in sorted(by_day.items()))
    return Part(training, days, placements)


def _visits(entry: Entry, zone: ZoneInfo, rooms: Mapping[str, Point]) -> tuple[Visit, ...]:
    if not entry.stops:
        return ()
    names = (text_key(name) for name in (entry.place_zh, entry.place_en) if name)
    start = next((rooms[name] for name in names if name in rooms), None)
    points = [start, *(_point(stop.latitude, stop.longitude) for stop in entry.stops)]
    ways = [travel_minutes(one, other) if one and other else 0 for one, other in pairwise(points)]
    spans = stays(
        entry.starts_at.astimezone(zone),
        entry.ends_at.astimezone(zone),
        [stop.minutes for stop in entry.stops],
        ways,
    )
    return tuple(Visit(stop, *span) for stop, span in zip(entry.stops, spans, strict=True))


def _rooms(session: Session, organisation_ids: Iterable[int]) -> dict[str, Point]:
    """Where the rooms lie from which a visit may set out, by their names in both languages."""
    rows = session.execute(
        sa.select(Venue.name_zh, Venue.name_en, Venue.latitude, Venue.longitude)
        .where(Venue.organisation_id.in_(organisation_ids))
        .order_by(Venue.id.desc())
    )
    found: dict[str, Point] = {}
    for zh, en, latitude, longitude in rows:
        point = _point(latitude, longitude)
        if point is not None:
            found |= {text_key(name): point for name in (zh, en) if name}
    return found


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
