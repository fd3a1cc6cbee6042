"""A timetable as the rules of clashes see it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.clash import Engagement, Plan, Room, Slot, Visit, Window, joined
from trainingmgr.domain.person import text_key
from trainingmgr.domain.place import Point, travel_minutes
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.route import stays
from trainingmgr.domain.schedule import ContributorType, SessionKind
from trainingmgr.models import (
    Bus,
    Contribution,
    LecturerWindow,
    Registration,
    RegistrationTally,
    SessionBus,
    SessionGroup,
    Training,
    TrainingSession,
    Venue,
    VisitStop,
)
from trainingmgr.queries.prepared import Prepared, Rows
from trainingmgr.queries.schedule.calendar import pick, stop_line
from trainingmgr.queries.schedule.table import Entry, Timetable


def _present(status: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    # A list would be put in at each execution, so that the statement could not be settled once.
    return sa.or_(*(status == one for one in sorted(PRESENT_STATUSES)))


_t = sa.inspect(Training).local_table.c
_venue = sa.inspect(Venue).local_table.c
_own = sa.inspect(TrainingSession).local_table.c
# The table holds sessions without a time too, which clash with nothing.
_in_timetable = sa.and_(_own.training_id == sa.bindparam("training_id"), _own.starts_at.is_not(None))
_tally = sa.inspect(RegistrationTally).local_table.c
_PEOPLE = (
    sa.select(sa.func.coalesce(sa.func.sum(_tally.people), 0))
    .where(_tally.training_id == _t.id, _present(_tally.status))
    .scalar_subquery()
)
_WAITING = (
    sa.select(sa.func.count())
    .select_from(_own.id.table)
    .where(_own.training_id == _t.id, _own.starts_at.is_(None))
    .scalar_subquery()
)
# One row without a room where the organisation has none: the people are told all the same.
_SURROUNDINGS = Prepared(
    sa.select(
        _PEOPLE.label("people"),
        _WAITING.label("waiting"),
        _venue.name_zh,
        _venue.name_en,
        _venue.capacity,
        _venue.latitude,
        _venue.longitude,
        _venue.id,
    )
    .join_from(_t.id.table, _venue.id.table, _venue.organisation_id == _t.organisation_id, isouter=True)
    .where(_t.id == sa.bindparam("training_id"))
    .order_by(_venue.id)
)
_group = sa.inspect(SessionGroup).local_table.c
_registration = sa.inspect(Registration).local_table.c
_SIZES = Prepared(
    sa.select(_registration.group_name, sa.func.count())
    .where(
        _registration.training_id == sa.bindparam("training_id"),
        _present(_registration.status),
        _registration.group_name != "",
        # Sizes are asked for where the class is apart at some time alone, or is to be once that is laid.
        sa.exists(
            sa.select(_group.session_id)
            .join(_own.id.table, _own.id == _group.session_id)
            .where(_own.training_id == sa.bindparam("training_id"))
        ),
    )
    .group_by(_registration.group_name)
    .order_by(_registration.group_name)
)
_other = sa.inspect(Training).local_table.alias("other").c
_s = sa.inspect(TrainingSession).local_table.alias("elsewhere").c
_part = sa.inspect(Contribution).local_table.alias("part_elsewhere").c
_window = sa.inspect(LecturerWindow).local_table.c
# Few trainings are held in the same days, so what others have at other times is never looked at.
_at_once = sa.and_(
    _other.organisation_id == _t.organisation_id,
    _other.id != _t.id,
    _other.start_date <= _t.end_date,
    _other.end_date >= _t.start_date,
)
_stop = sa.inspect(VisitStop).local_table.c
_own_part = sa.inspect(Contribution).local_table.c
_lecturers = (
    sa.select(_own_part.lecturer_id).join(_own.id.table, _own.id == _own_part.session_id).where(_in_timetable)
)
_first = sa.select(sa.func.min(_own.starts_at)).where(_in_timetable).scalar_subquery()
_NONE = sa.literal("")
_ELSEWHERE = Prepared(sa.union_all(
    sa.select(
        sa.literal(0), _window.lecturer_id, _window.starts_at, _window.ends_at, _NONE, _NONE, _NONE, _NONE
    ).where(_window.lecturer_id.in_(_lecturers), _window.ends_at > _first),
    sa.select(
        sa.literal(1), _part.lecturer_id, _s.starts_at, _s.ends_at, _s.title_zh, _s.title_en, _other.title_zh,
        _other.title_en,
    )
    .distinct()
    .join_from(_t.id.table, _other.id.table, _at_once)
    .join(_s.id.table, _s.training_id == _other.id)
    .join(_part.id.table, _part.session_id == _s.id)
    .where(
        _t.id == sa.bindparam("training_id"), _s.starts_at.is_not(None), _part.lecturer_id.in_(_lecturers)
    ),
    sa.select(
        sa.literal(2), _venue.id, _s.starts_at, _s.ends_at, _s.title_zh, _s.title_en, _other.title_zh,
        _other.title_en,
    )
    .distinct()
    .join_from(_t.id.table, _other.id.table, _at_once)
    .join(_s.id.table, _s.training_id == _other.id)
    .join(_venue.id.table, _venue.organisation_id == _t.organisation_id)
    .where(
        _t.id == sa.bindparam("training_id"),
        _s.starts_at.is_not(None),
        sa.or_(_venue.name_zh == _s.place_zh, sa.and_(_venue.name_en != "", _venue.name_en == _s.place_en)),
        # As `keeps_place` has it: others only set out from there.
        _s.kind != SessionKind.TRANSFER,
        ~sa.exists().where(_stop.session_id == _s.id),
    ),
).order_by(sa.text("1, 2, 3, 4")))  # fmt: skip
_bus = sa.inspect(Bus).local_table.c
_ride = sa.inspect(SessionBus).local_table.c
_BUSES = Prepared(
    sa.select(_ride.session_id, _bus.id, _bus.name)
    .distinct()
    .join_from(_ride.id.table, _bus.id.table, _bus.id == _ride.bus_id)
    .where(_ride.training_id == sa.bindparam("training_id"))
    .order_by(_ride.session_id, _bus.id)
)


class Surroundings(NamedTuple):
    """What a plan needs beyond the timetable, in plain values.

    How many come, how many sessions wait for a time, how many are in each group where some session is for
    groups, the organisation's rooms, when lecturers said that they can come, what they do in other trainings
    of the same days, which buses go along on which visit, and when those trainings hold rooms.
    """

    people: int
    waiting: int
    sizes: Rows
    venues: Rows
    windows: Rows
    elsewhere: Rows
    buses: Rows
    taken: Rows


def read(session: Session, training_id: int) -> Surroundings:
    """Read what a plan needs beyond the timetable, in four statements.

    What a lecturer said of times before the first session says nothing of this training.
    """
    connection, wanted = session.connection(), {"training_id": training_id}
    rows = _SURROUNDINGS.all(connection, **wanted)
    names = {row[-1]: row[2] for row in rows}
    times = _ELSEWHERE.all(connection, **wanted)
    return Surroundings(
        int(rows[0][0]),
        int(rows[0][1]),
        _SIZES.all(connection, **wanted),
        tuple(row[2:-1] for row in rows if row[2] is not None),
        tuple(row[1:4] for row in times if row[0] == 0),
        tuple(row[1:] for row in times if row[0] == 1),
        _BUSES.all(connection, **wanted),
        tuple((names[row[1]], *row[2:]) for row in times if row[0] == 2),
    )


def plan_of(table: Timetable, around: Surroundings, training: Training, language: str) -> Plan:
    """The plan of a training, with titles, places and names of lecturers in `language` (zh or en).

    A unit, or somebody of a unit, can be in two places at once; a named person cannot. A place that a
    session names is a room of the organisation where it bears the name of one, in either language.
    """
    entries, zone = table.entries, ZoneInfo(training.time_zone)
    people = {
        part.lecturer_id: (part.en if language == "en" else part.zh).name
        for entry in entries
        for part in entry.contributors
        if part.type is ContributorType.PERSON
    }
    stops = {stop.site_id: stop for entry in entries for stop in entry.stops}
    sites = {site: stop_line(stop, language) for site, stop in stops.items()}
    used = _used_rooms(entries, around, language)
    own_names = {room.own_name for room in used.values()}
    points = {name: room.at for name, room in used.items() if room.at} | {
        sites[site]: (stop.latitude, stop.longitude)
        for site, stop in stops.items()
        if stop.latitude is not None and stop.longitude is not None
    }
    travel = _travel(points)
    buses: dict[int, list[int]] = defaultdict(list)
    for session_id, bus_id, _name in around.buses:
        buses[session_id].append(bus_id)

    def clock(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(tzinfo=None)

    def way(one: str, other: str) -> int:
        return travel.get((one, other), travel.get((other, one), 0))

    def visits(entry: Entry, place: str) -> tuple[Visit, ...]:
        names = [place, *(sites[stop.site_id] for stop in entry.stops)]
        spans = stays(
            clock(entry.starts_at),
            clock(entry.ends_at),
            [stop.minutes for stop in entry.stops],
            list(map(way, names, names[1:])),
        )
        return tuple(Visit(stop.site_id, *span) for stop, span in zip(entry.stops, spans, strict=True))

    def slot(entry: Entry) -> Slot:
        place = pick(language, entry.place_zh, entry.place_en)
        return Slot(
            id=entry.id,
            kind=entry.kind,
            title=pick(language, entry.title_zh, entry.title_en),
            starts=clock(entry.starts_at),
            ends=clock(entry.ends_at),
            class_hours=entry.class_hours,
            place=place,
            lecturers=tuple(part.lecturer_id for part in entry.contributors if part.lecturer_id in people),
            buses=tuple(buses.get(entry.id, ())),
            groups=entry.groups,
            visits=visits(entry, place),
        )

    return Plan(
        training.start_date,
        training.end_date,
        [slot(entry) for entry in entries],
        people=around.people,
        sizes=dict(around.sizes),
        lecturers=people,
        buses={bus_id: name for _session_id, bus_id, name in around.buses},
        sites=sites,
        # A room that sessions name in another way is not there a second time under what the screen calls it.
        rooms={
            pick(language, zh, en): _room(zh, *facts)
            for zh, en, *facts in around.venues
            if zh not in own_names
        }
        | used,
        opening={
            site: (stop.opens_at, stop.closes_at)
            for site, stop in stops.items()
            if stop.opens_at is not None and stop.closes_at is not None
        },
        holds={site: stop.capacity for site, stop in stops.items() if stop.capacity is not None},
        travel=travel,
        availability=_availability(around.windows, clock),
        elsewhere=_elsewhere(around.elsewhere, clock, language),
        taken=_elsewhere(around.taken, clock, language),
        class_hour=training.class_hour_minutes,
    )


def _availability(rows: Rows, clock: Callable[[datetime], datetime]) -> dict[int, list[Window]]:
    found: dict[int, list[Window]] = defaultdict(list)
    for lecturer, starts_at, ends_at in rows:
        found[lecturer].append(Window(clock(starts_at), clock(ends_at)))
    return {lecturer: joined(windows) for lecturer, windows in found.items()}


def _elsewhere(
    rows: Rows, clock: Callable[[datetime], datetime], language: str
) -> dict[Any, list[Engagement]]:
    """What other trainings have at the time, by the lecturer or the room that it is about."""
    found: dict[Any, list[Engagement]] = defaultdict(list)
    for which, starts_at, ends_at, zh, en, training_zh, training_en in rows:
        found[which].append(
            Engagement(
                clock(starts_at),
                clock(ends_at),
                pick(language, zh, en),
                pick(language, training_zh, training_en),
            )
        )
    return found


def _used_rooms(entries: Iterable[Entry], around: Surroundings, language: str) -> dict[str, Room]:
    """The rooms that sessions are held in, by the words with which these name them."""
    known = {text_key(name): room for name, room in rooms_by_name(around).items()}
    found = {}
    for entry in entries:
        room = known.get(text_key(entry.place_zh)) or known.get(text_key(entry.place_en))
        if room is not None:
            found[pick(language, entry.place_zh, entry.place_en)] = room
    return found


def rooms_by_name(around: Surroundings) -> dict[str, Room]:
    """The organisation's rooms by their names in either language."""
    return {name: _room(zh, *facts) for zh, en, *facts in around.venues for name in (en, zh) if name}


def _room(name: str, capacity: int | None, latitude: float | None, longitude: float | None) -> Room:
    at = None if latitude is None or longitude is None else (latitude, longitude)
    return Room(capacity, at, name)


def _travel(points: dict[str, Point]) -> dict[tuple[str, str], int]:
    return {
        (one, other): minutes
        for (one, at), (other, there) in combinations(points.items(), 2)
        if (minutes := travel_minutes(at, there))
    }
