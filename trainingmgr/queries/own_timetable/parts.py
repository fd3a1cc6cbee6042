"""What stands in somebody's own timetable: of each training the sessions that are theirs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.person import text_key
from trainingmgr.domain.place import Point, travel_minutes
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.route import stays
from trainingmgr.domain.schedule import concerns, sorted_groups
from trainingmgr.models import (
    Bus,
    Contribution,
    Lecturer,
    Registration,
    SessionBus,
    TimetableVersion,
    Training,
    TrainingSession,
    Venue,
)
from trainingmgr.queries.own_timetable.placements import Placed, placements_of
from trainingmgr.queries.schedule.outside import seen_by_outsiders
from trainingmgr.queries.schedule.table import Entry, Stop


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop on the way, and from when to when one is there, by the training's clock."""

    stop: Stop
    arrives: datetime
    leaves: datetime


class Riding(NamedTuple):
    """A bus that goes along, and the groups that ride in it; none where nobody said who does."""

    bus_id: int
    name: str
    plate: str
    groups: tuple[str, ...]


Rides = Mapping[int, tuple[Riding, ...]]


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """A session of somebody's own, with the stops of its way, and the buses that they ride in or that go along."""

    entry: Entry
    visits: tuple[Visit, ...]
    buses: tuple[Riding, ...] = ()


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
    placements: tuple[Placed, ...] = ()

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
    around = _around(session, [training for training, _id, _group in rows])
    return [
        _part(
            session,
            training,
            around,
            _of_group(group),
            _ridden_by(group, frozenset(one.bus_id for one in where[registration_id] if one.bus_id)),
            where[registration_id],
        )
        for training, registration_id, group in rows
    ]


def parts_of_lecturer(session: Session, lecturer_id: int, since: date) -> list[Part]:
    """The trainings at which a lecturer contributes and that end on `since` or later, in the order of their days."""
    taught = (
        sa.select(TrainingSession.training_id)
        .join(Contribution, Contribution.session_id == TrainingSession.id)
        .where(Contribution.lecturer_id == lecturer_id)
    )
    # Whoever was published as a lecturer is one for outsiders until the next publication.
    other = aliased(TimetableVersion)
    newest = (
        sa.select(sa.func.max(other.number))
        .where(other.training_id == Training.id)
        .correlate(Training)
        .scalar_subquery()
    )
    told = sa.exists().where(
        TimetableVersion.training_id == Training.id,
        TimetableVersion.number == newest,
        TimetableVersion.snapshot.contains(f'"lecturer_id":{lecturer_id},'),
    )
    own = sa.select(Lecturer.organisation_id).where(Lecturer.id == lecturer_id).scalar_subquery()
    rows = session.scalars(
        sa.select(Training)
        .where(
            Training.organisation_id == own,
            Training.end_date >= since,
            sa.or_(Training.id.in_(taught), told),
        )
        .order_by(Training.start_date, Training.id)
    ).all()
    around = _around(session, rows)
    return [
        _part(
            session,
            training,
            around,
            lambda one: any(part.lecturer_id == lecturer_id for part in one.contributors),
        )
        for training in rows
    ]


def parts_of_bus(session: Session, bus_id: int) -> list[Part]:
    """The timetable of one bus: the visits on which it goes along."""
    bus = session.get_one(Bus, bus_id)
    training = session.get_one(Training, bus.training_id)
    around = _around(session, [training])
    there = {key for key, rides in around.rides.items() if any(one.bus_id == bus_id for one in rides)}
    return [_part(session, training, around, lambda one: one.id in there, lambda one: one.bus_id == bus_id)]


def part_of_group(session: Session, training_id: int, group: str) -> Part:
    """The timetable of one group of a training."""
    training = session.get_one(Training, training_id)
    around = _around(session, [training])
    return _part(session, training, around, _of_group(group), _ridden_by(group))


def sites_of(parts: Iterable[Part]) -> set[int]:
    """The sites that somebody's visits lead to."""
    return {visit.stop.site_id for part in parts for one in part.entries for visit in one.visits}


def _of_group(group: str) -> Callable[[Entry], bool]:
    """What tells a session for whoever belongs to this group, or to none where it is empty."""
    return lambda entry: concerns(entry.groups, group)


def _ridden_by(group: str, own: frozenset[int] = frozenset()) -> Callable[[Riding], bool]:
    """What tells a bus in which somebody rides: their `own`, or else that of the group, or of whoever comes."""
    return lambda one: one.bus_id in own if own else not one.groups or group in one.groups


class _Around(NamedTuple):
    """What sessions need beyond the timetable: where rooms lie, by name, and which buses go along, by session."""

    rooms: Mapping[str, Point]
    rides: Rides


def _part(
    session: Session,
    training: Training,
    around: _Around,
    mine: Callable[[Entry], bool],
    ridden: Callable[[Riding], bool] = lambda _one: True,
    placements: tuple[Placed, ...] = (),
) -> Part:
    by_day: dict[date, list[OwnEntry]] = defaultdict(list)
    zone = ZoneInfo(training.time_zone)
    for entry in seen_by_outsiders(session, training).entries:
        if mine(entry):
            buses = tuple(one for one in around.rides.get(entry.id, ()) if ridden(one))
            by_day[entry.day].append(OwnEntry(entry, _visits(entry, zone, around.rooms), buses))
    days = tuple(OwnDay(day, tuple(entries)) for day, entries in sorted(by_day.items()))
    return Part(training, days, placements)


def _around(session: Session, trainings: Sequence[Training]) -> _Around:
    return _Around(
        _rooms(session, {one.organisation_id for one in trainings}),
        _rides(session, [one.id for one in trainings]),
    )


def _rides(session: Session, training_ids: Sequence[int]) -> Rides:
    rows = session.execute(
        sa.select(SessionBus.session_id, Bus.id, Bus.name, Bus.plate, SessionBus.group_name)
        .join(Bus, Bus.id == SessionBus.bus_id)
        .where(SessionBus.training_id.in_(training_ids))
    ).tuples()
    groups: dict[tuple[int, int, str, str], list[str]] = defaultdict(list)
    for session_id, bus_id, name, plate, group in rows:
        groups[session_id, bus_id, name, plate].append(group)
    found: dict[int, list[Riding]] = defaultdict(list)
    for key in sorted(groups, key=lambda one: natural_key(one[2])):
        session_id, bus_id, name, plate = key
        found[session_id].append(Riding(bus_id, name, plate, sorted_groups(groups[key])))
    return {session_id: tuple(buses) for session_id, buses in found.items()}


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
