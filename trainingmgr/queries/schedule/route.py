"""A visit as a way: its stops with when it is where, and how far they lie apart."""

from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.place import Point, distance_km, travel_minutes
from trainingmgr.domain.route import stays
from trainingmgr.models import Site, Training, TrainingSession, Venue, VisitStop
from trainingmgr.queries.schedule.calendar import pick


@dataclass(frozen=True, slots=True)
class Leg:
    """A stop with the way to it; times are by the training's clock.

    `number` counts the stops from 1. `km` and `way` lead from where one was before, None where one of
    the two places has no coordinates. `given` tells whether somebody set the length of the stay.
    """

    number: int
    site_id: int
    name: str
    district: str
    address: str
    at: Point | None
    km: float | None
    way: int | None
    arrives: datetime
    leaves: datetime
    given: bool
    opens_at: time | None
    closes_at: time | None
    capacity: int | None
    taught: str
    contact: str
    phone: str


def _start_of(session: Session, training: Training, row: TrainingSession) -> Point | None:
    """Where a visit sets out: the room of the organisation that its place names, if that has coordinates."""
    wanted = {text_key(name) for name in (row.place_zh, row.place_en) if name}
    if not wanted:
        return None
    rooms = session.scalars(
        sa.select(Venue).where(Venue.organisation_id == training.organisation_id).order_by(Venue.id)
    )
    for room in rooms:
        if wanted & {text_key(room.name_zh), text_key(room.name_en)}:
            return _point(room)
    return None


def legs_of(session: Session, training: Training, row: TrainingSession, language: str) -> list[Leg]:
    """The stops of a visit in order, with names in `language` (zh or en); none where it has no stops."""
    found = session.execute(
        sa.select(VisitStop, Site)
        .join(Site, Site.id == VisitStop.site_id)
        .where(VisitStop.session_id == row.id)
        .order_by(VisitStop.position)
    ).all()
    stops = [one for one, _site in found]
    sites = [site for _stop, site in found]
    points = [_start_of(session, training, row), *map(_point, sites)]
    pairs = list(pairwise(points))
    ways = [travel_minutes(one, other) if one and other else None for one, other in pairs]
    zone = ZoneInfo(training.time_zone)
    spans = stays(
        row.starts_at.astimezone(zone),
        row.ends_at.astimezone(zone),
        [stop.minutes for stop in stops],
        [way or 0 for way in ways],
    )
    return [
        Leg(
            number=number,
            site_id=site.id,
            name=pick(language, site.name_zh, site.name_en),
            district=pick(language, site.district_zh, site.district_en),
            address=site.address,
            at=_point(site),
            km=round(distance_km(pair[0], pair[1]), 1) if pair[0] and pair[1] else None,
            way=way,
            arrives=arrives,
            leaves=leaves,
            given=stop.minutes is not None,
            opens_at=site.opens_at,
            closes_at=site.closes_at,
            capacity=site.capacity,
            taught=pick(language, site.taught_zh, site.taught_en),
            contact=site.host_contact,
            phone=site.host_phone,
        )
        for number, (stop, site, pair, way, (arrives, leaves)) in enumerate(
            zip(stops, sites, pairs, ways, spans, strict=True), 1
        )
    ]


def _point(place: Site | Venue) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude
