"""Visits of groups to several places, as they are proposed: who is where from when to when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.place import Point, travel_minutes
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rotation import (
    Leg,
    RotationMode,
    Station,
    Team,
    board,
    rotate,
    spread,
    walk,
)
from trainingmgr.domain.route import stays
from trainingmgr.models import Attendance, Site, Training, TrainingSession, Venue
from trainingmgr.queries import bus as bus_queries

SHORTEST_STAY = 15
"""Minutes below which a stay at a site is no visit."""


@dataclass(frozen=True, slots=True)
class SlotAsk:
    """A stretch of a day in which visits may be, by the training's clock."""

    day: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class RotationAsk:
    """What is asked: the sites, one way for each district or for each site, the groups, buses and times.

    Without buses every group goes by itself. `start` is where they set out, as text.
    """

    mode: RotationMode
    by_district: bool
    sites: tuple[int, ...]
    groups: tuple[str, ...]
    buses: tuple[int, ...]
    slots: tuple[SlotAsk, ...]
    start: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """A stay at a site; `closed` tells that the site is not open all that time."""

    site: Site
    arrives: datetime
    leaves: datetime
    closed: bool


@dataclass(frozen=True, slots=True)
class Trip:
    """A team on its way to a station in one of the times that were asked for."""

    slot: SlotAsk
    leg: Leg
    team: Team
    station: Station
    halts: tuple[Halt, ...]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is proposed. `buses` names the buses by id, `waiting` are the teams without a visit in a time."""

    teams: tuple[Team, ...]
    stations: tuple[Station, ...]
    trips: tuple[Trip, ...]
    sites: tuple[Site, ...]
    buses: dict[int, str]

    def at(self, slot: SlotAsk, team: Team) -> Trip | None:
        """Where a team is in one of the times; None where it waits."""
        return next((one for one in self.trips if one.slot == slot and one.team == team), None)

    @property
    def slots(self) -> list[SlotAsk]:
        """The times that are used, in order."""
        return list(dict.fromkeys(one.slot for one in self.trips))


def propose(session: Session, training: Training, ask: RotationAsk) -> Rotation:
    """Who is where, as the rules of `domain.rotation` have it, with the times at each site.

    Raises NotFound; Refusal `rotation_no_sites`, `rotation_no_groups`, `rotation_slots_few` (needed,
    given), `rotation_slot_backwards`, `rotation_slot_day`, `rotation_slot_short` (station, needed,
    minutes), and those of `board`, `rotate` and `spread`.
    """
    sites = _sites(session, training, ask.sites)
    sizes = bus_queries.group_sizes(session, training.id)
    if not sites:
        raise Refusal("rotation_no_sites", field="sites")
    groups = [(name, sizes[name]) for name in sizes if name in ask.groups]
    if not groups:
        raise Refusal("rotation_no_groups", field="groups")
    slots = _slots(training, ask)
    buses = {one.id: one for one in bus_queries.buses(session, training.id) if one.id in ask.buses}
    seats = [(one.id, one.seats) for one in buses.values()]
    teams = board(groups, seats) if seats else walk(groups)
    stations = _stations(sites, by_district=ask.by_district)
    legs = (rotate if ask.mode is RotationMode.IN_TURN else spread)(teams, stations)
    rounds = 1 + max(leg.round for leg in legs)
    if rounds > len(slots):
        raise Refusal("rotation_slots_few", field="slots", needed=rounds, given=len(slots))
    known = {site.id: site for site in sites}
    start = _start(session, training, ask.start)
    trips = [
        _trip(slots[leg.round], leg, teams[leg.team], stations[leg.station], known, start) for leg in legs
    ]
    return Rotation(
        tuple(teams),
        tuple(stations),
        tuple(trips),
        tuple(sites),
        {bus_id: bus.name for bus_id, bus in buses.items()},
    )


def replaceable(session: Session, training_id: int, ids: Sequence[int]) -> list[TrainingSession]:
    """Those of a training's sessions that may be taken out, since nobody was marked at them."""
    marked = sa.exists().where(Attendance.session_id == TrainingSession.id)
    return list(
        session.scalars(
            sa.select(TrainingSession)
            .where(TrainingSession.training_id == training_id, TrainingSession.id.in_(ids), ~marked)
            .order_by(TrainingSession.starts_at, TrainingSession.id)
        )
    )


def _sites(session: Session, training: Training, ids: Sequence[int]) -> list[Site]:
    rows = session.scalars(
        sa.select(Site)
        .where(Site.organisation_id == training.organisation_id, Site.id.in_(ids))
        .order_by(Site.district_zh, Site.id)
    ).all()
    if len(rows) != len(set(ids)):
        raise NotFound("not_found")
    return list(rows)


def _slots(training: Training, ask: RotationAsk) -> list[SlotAsk]:
    for slot in ask.slots:
        if slot.ends <= slot.starts:
            raise Refusal("rotation_slot_backwards", field="slots", time=f"{slot.starts:%H:%M}")
        if not training.start_date <= slot.day <= training.end_date:
            raise Refusal("rotation_slot_day", field="slots", day=slot.day.isoformat())
    ordered = sorted(set(ask.slots), key=lambda slot: (slot.day, slot.starts))
    for early, late in pairwise(ordered):
        if early.day == late.day and late.starts < early.ends:
            raise Refusal("rotation_slots_overlap", field="slots", time=f"{late.starts:%H:%M}")
    return ordered


def _stations(sites: Sequence[Site], *, by_district: bool) -> list[Station]:
    found: dict[object, list[Site]] = defaultdict(list)
    for site in sites:
        found[site.district_zh if by_district and site.district_zh else site.id].append(site)
    return [
        Station(
            of_one[0].district_zh if isinstance(key, str) else of_one[0].name_zh,
            tuple(site.id for site in of_one),
            min((site.capacity for site in of_one if site.capacity), default=None),
        )
        for key, of_one in found.items()
    ]


def _start(session: Session, training: Training, place: str) -> Point | None:
    wanted = text_key(place)
    rows = session.scalars(sa.select(Venue).where(Venue.organisation_id == training.organisation_id))
    for room in rows if wanted else ():
        if wanted in {text_key(room.name_zh), text_key(room.name_en)}:
            return _point(room)
    return None


def _trip(
    slot: SlotAsk,
    leg: Leg,
    team: Team,
    station: Station,
    known: dict[int, Site],
    start: Point | None,
) -> Trip:
    sites = [known[one] for one in station.sites]
    points = [start, *map(_point, sites)]
    ways = [travel_minutes(one, other) if one and other else 0 for one, other in pairwise(points)]
    starts, ends = (datetime.combine(slot.day, one) for one in (slot.starts, slot.ends))
    minutes = int((ends - starts).total_seconds() // 60)
    needed = sum(ways) + SHORTEST_STAY * len(sites)
    if needed > minutes:
        raise Refusal(
            "rotation_slot_short", field="slots", station=station.name, needed=needed, minutes=minutes
        )
    spans = stays(starts, ends, [None] * len(sites), ways)
    halts = tuple(
        Halt(site, arrives, leaves, _closed(site, arrives, leaves))
        for site, (arrives, leaves) in zip(sites, spans, strict=True)
    )
    return Trip(slot, leg, team, station, halts)


def _closed(site: Site, arrives: datetime, leaves: datetime) -> bool:
    if site.opens_at is None or site.closes_at is None:
        return False
    return arrives.time() < site.opens_at or leaves.time() > site.closes_at


def _point(place: Site | Venue) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude
