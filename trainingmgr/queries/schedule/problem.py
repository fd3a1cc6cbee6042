"""What a timetable is laid from, as the planner sees it: times are minutes by the training's own clock."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.place import Point, travel_minutes
from trainingmgr.domain.planning import DAY, Frame, Held, Problem, Span, Stay, Task, Wish, windows_of
from trainingmgr.domain.route import stays as stays_at
from trainingmgr.domain.schedule import MOVING, ContributorType, SessionKind, keeps_place, sorted_groups
from trainingmgr.models import (
    Contribution,
    LecturerWindow,
    SessionBus,
    Site,
    Training,
    TrainingSession,
    UnplacedSession,
    Venue,
)
from trainingmgr.queries import bus as bus_queries
from trainingmgr.queries.schedule import clashes
from trainingmgr.queries.schedule.planning import attended, unplaced, versions, wish_of, wishes
from trainingmgr.queries.schedule.table import Contributor, Entry, lecturer_words, timetable

_STEP = 5
_LEAD_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """A problem, with the sessions and their versions that it was made from, and the rides that go with visits.

    A lead is the id of a visit, that of the ride before it, and how many minutes before the visit it begins.
    """

    problem: Problem
    seen: list[list[int]]
    leads: list[list[int]]


def asked_of(session: Session, training: Training, frame: Frame, stays: Collection[int]) -> Asked:
    """The problem of laying a training's timetable, where the sessions `stays` keep their time.

    Raises Refusal as `windows_of` does.
    """
    days = (training.end_date - training.start_date).days + 1
    reader = _Reader(session, training, frame, {*stays, *attended(session, training.id)})
    tasks, leads = reader.tasks()
    problem = Problem(
        first_day=training.start_date,
        days=days,
        windows=windows_of(frame, days),
        tasks=tasks,
        wishes=_wishes(session, training, {task.id for task in tasks}),
        lecturers=reader.people,
        sites={site.id: site.name_zh for site in reader.sites.values()},
        available=reader.available(),
        busy=reader.busy(),
        taken=reader.taken(tasks),
        opening={
            site.id: (_minute(site.opens_at), _minute(site.closes_at))
            for site in reader.sites.values()
            if site.opens_at is not None and site.closes_at is not None
        },
        holds={site.id: site.capacity for site in reader.sites.values() if site.capacity},
        travel=reader.travel(),
        travel_unknown=frame.travel_unknown,
        step=frame.step,
        pause=frame.pause,
        keep=frame.keep,
    )
    return Asked(problem, versions(session, training.id), leads)


def _wishes(session: Session, training: Training, known: Collection[int]) -> tuple[Wish, ...]:
    # What went into another session, as a ride does, is wished of no longer.
    found = (wish_of(row, training) for row in wishes(session, training.id))
    return tuple(wish for wish in found if {wish.task, wish.other or wish.task} <= set(known))


class _Reader:
    """Everything that the problem of one training is made of."""

    def __init__(self, session: Session, training: Training, frame: Frame, stays: Collection[int]) -> None:
        self._session, self._training, self._frame, self._stays = session, training, frame, stays
        self._zone = ZoneInfo(training.time_zone)
        self.entries = timetable(session, training).entries
        self._unplaced = unplaced(session, training.id)
        words = lecturer_words(session, training.organisation_id)
        ids = {part.lecturer_id for entry in self.entries for part in entry.contributors}
        ids |= {part.lecturer_id for row in self._unplaced for part in row.contributions}
        self.people = {
            who: words[who][1].name for who in sorted(ids) if words[who][0] is ContributorType.PERSON
        }
        site_ids = {stop.site_id for entry in self.entries for stop in entry.stops}
        site_ids |= {stop.site_id for row in self._unplaced for stop in row.stops}
        self.sites: dict[int, Site] = {
            site.id: site for site in session.scalars(sa.select(Site).where(Site.id.in_(site_ids)))
        }
        self._venues = list(
            session.scalars(
                sa.select(Venue)
                .where(Venue.organisation_id == training.organisation_id)
                .order_by(Venue.capacity, Venue.id)
            )
        )
        self._around = clashes.read(session, training.id)
        self._people = self._around.people
        self._sizes = bus_queries.group_sizes(session, training.id)
        self._buses: dict[int, set[int]] = defaultdict(set)
        rides = sa.select(SessionBus.session_id, SessionBus.bus_id)
        for session_id, bus_id in session.execute(rides.where(SessionBus.training_id == training.id)):
            self._buses[session_id].add(bus_id)
        self._ways = self._travel()

    def minute(self, moment: datetime) -> int:
        """The minutes since the training's first midnight, by its clock."""
        local = moment.astimezone(self._zone).replace(tzinfo=None)
        return int((local - datetime.combine(self._training.start_date, time())).total_seconds() // 60)

    def tasks(self) -> tuple[tuple[Task, ...], list[list[int]]]:
        """The sessions to lay, those with a time first, and the rides that go with visits."""
        leads = self._leads()
        gone = {ride for _visit, ride, _before in leads}
        before = {visit: minutes for visit, _ride, minutes in leads}
        found = [
            self._standing(entry, before.get(entry.id, 0)) for entry in self.entries if entry.id not in gone
        ]
        found += [self._without_time(row) for row in self._unplaced]
        return tuple(found), leads

    def _leads(self) -> list[list[int]]:
        """Rides that end just before a visit and may move go with it."""
        found, last = [], None
        for entry in self.entries:
            if (
                last is not None
                and last.kind is SessionKind.TRANSFER
                and entry.kind is SessionKind.SITE_VISIT
                and not {entry.id, last.id} & set(self._stays)
                and entry.groups == last.groups
                and timedelta() <= entry.starts_at - last.ends_at <= timedelta(minutes=_LEAD_WITHIN)
            ):
                ahead = int((entry.starts_at - last.starts_at).total_seconds() // 60)
                found.append([entry.id, last.id, ahead])
            last = entry
        return found

    def _standing(self, entry: Entry, ahead: int) -> Task:
        return self._task(
            entry,
            int((entry.ends_at - entry.starts_at).total_seconds() // 60),
            entry.contributors,
            entry.groups,
            ahead=ahead,
            pinned=entry.id in self._stays,
            present=self.minute(entry.starts_at) - ahead,
        )

    def _without_time(self, row: UnplacedSession) -> Task:
        groups = sorted_groups(one.group_name for one in row.groups)
        return self._task(row, row.minutes, row.contributions, groups)

    def _task(
        self,
        one: Entry | UnplacedSession,
        minutes: int,
        parts: Iterable[Contributor | Contribution],
        groups: tuple[str, ...],
        *,
        ahead: int = 0,
        pinned: bool = False,
        present: int | None = None,
    ) -> Task:
        """A session as a task; `ahead` is how long the ride takes that goes with it."""
        place = one.place_zh or one.place_en
        sites = [stop.site_id for stop in one.stops]
        names = [place, *map(_site_key, sites)]
        ways = [self._ways.get((here, there), 0) for here, there in pairwise(names)]
        start = datetime.combine(self._training.start_date, time())
        end = start + timedelta(minutes=minutes)
        spans = stays_at(start, end, [stop.minutes for stop in one.stops], ways)
        people = sum(self._sizes.get(group, 0) for group in groups) if groups else self._people
        return Task(
            id=one.id,
            kind=one.kind,
            title=one.title_zh,
            minutes=minutes + ahead,
            hours=one.class_hours,
            lecturers=tuple(
                dict.fromkeys(part.lecturer_id for part in parts if part.lecturer_id in self.people)
            ),
            groups=groups,
            buses=tuple(sorted(self._buses[one.id])),
            places=self._rooms(one.kind, place, people, leads_on=bool(sites), stays=pinned),
            begins_at="" if ahead else place or (names[1] if sites else ""),
            ends_at=names[-1],
            visits=tuple(
                Stay(site, _between(start, comes) + ahead, _between(comes, goes))
                for site, (comes, goes) in zip(sites, spans, strict=True)
            ),
            people=people,
            cluster=self._district(sites),
            pinned=present if pinned else None,
            present=present,
        )

    def _rooms(
        self, kind: SessionKind, place: str, people: int, *, leads_on: bool, stays: bool
    ) -> tuple[str, ...]:
        if place:
            return (place,) if keeps_place(kind, leads_on) else ()
        if leads_on or stays or not self._frame.choose_rooms or kind in MOVING:
            return ()
        return tuple(
            venue.name_zh for venue in self._venues if venue.capacity is None or venue.capacity >= people
        )

    def _district(self, sites: Iterable[int]) -> str:
        return next((self.sites[site].district_zh for site in sites), "")

    def available(self) -> dict[int, tuple[Span, ...]]:
        """When lecturers said that they can come, of those who said it of days from the first on."""
        first = datetime.combine(self._training.start_date, time(), self._zone)
        rows = self._session.scalars(
            sa.select(LecturerWindow)
            .where(LecturerWindow.lecturer_id.in_(list(self.people)), LecturerWindow.ends_at > first)
            .order_by(LecturerWindow.starts_at)
        )
        found: dict[int, list[Span]] = defaultdict(list)
        for row in rows:
            start, end, spans = self.minute(row.starts_at), self.minute(row.ends_at), found[row.lecturer_id]
            if spans and start <= spans[-1].end:
                spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
            else:
                spans.append(Span(start, end))
        return {who: tuple(spans) for who, spans in found.items()}

    def busy(self) -> dict[int, tuple[Span, ...]]:
        """What lecturers do in other trainings of the organisation in these days."""
        first = datetime.combine(self._training.start_date, time(), self._zone)
        last = datetime.combine(self._training.end_date + timedelta(days=1), time(), self._zone)
        rows = self._session.execute(
            sa.select(Contribution.lecturer_id, TrainingSession.starts_at, TrainingSession.ends_at)
            .join(TrainingSession, TrainingSession.id == Contribution.session_id)
            .where(
                Contribution.lecturer_id.in_(list(self.people)),
                TrainingSession.training_id != self._training.id,
                TrainingSession.starts_at < last,
                TrainingSession.ends_at > first,
            )
            .order_by(TrainingSession.starts_at)
        )
        found: dict[int, list[Span]] = defaultdict(list)
        for who, starts_at, ends_at in rows:
            found[who].append(Span(self.minute(starts_at), self.minute(ends_at)))
        return {who: tuple(spans) for who, spans in found.items()}

    def taken(self, tasks: Iterable[Task]) -> dict[str, tuple[Held, ...]]:
        """When other trainings of the organisation are, in these days, in the rooms that tasks name."""
        by_name = clashes.rooms_by_name(self._around).items()
        known = {text_key(name): room.own_name for name, room in by_name}
        own_names = {}
        for one in self._named():
            own = known.get(text_key(one.place_zh)) or known.get(text_key(one.place_en))
            if own:
                own_names[one.place_zh or one.place_en] = own
        held: dict[str, list[Held]] = defaultdict(list)
        last = ((self._training.end_date - self._training.start_date).days + 1) * DAY
        for room, starts_at, ends_at, _zh, _en, *training in self._around.taken:
            span, spans = Held(self.minute(starts_at), self.minute(ends_at), *training), held[room]
            if span.end <= 0 or span.start >= last:
                continue
            same = spans and (spans[-1].training_zh, spans[-1].training_en) == tuple(training)
            if same and span.start <= spans[-1].end:
                spans[-1] = msgspec.structs.replace(spans[-1], end=max(span.end, spans[-1].end))
            else:
                spans.append(span)
        named = dict.fromkeys(place for task in tasks for place in task.places)
        found = {place: tuple(held.get(own_names.get(place, place), ())) for place in named}
        return {place: spans for place, spans in found.items() if spans}

    def _named(self) -> list[Entry | UnplacedSession]:
        return [*self.entries, *self._unplaced]

    def travel(self) -> tuple[tuple[str, str, int], ...]:
        """The ways that are known, and half of an unknown way between two sites of one district."""
        return tuple((*pair, minutes) for pair, minutes in sorted(self._ways.items()) if pair[0] < pair[1])

    def _travel(self) -> Mapping[tuple[str, str], int]:
        points: dict[str, Point] = {
            _site_key(site.id): (site.latitude, site.longitude)
            for site in self.sites.values()
            if site.latitude is not None and site.longitude is not None
        }
        rooms = {
            text_key(name): (venue.latitude, venue.longitude)
            for venue in self._venues
            for name in (venue.name_zh, venue.name_en)
            if name and venue.latitude is not None and venue.longitude is not None
        }
        for place in {one.place_zh or one.place_en for one in self._named()}:
            if place and text_key(place) in rooms:
                points[place] = rooms[text_key(place)]
        found = {
            (one, other): travel_minutes(points[one], points[other]) for one, other in combinations(points, 2)
        }
        near = -(-self._frame.travel_unknown // (2 * _STEP)) * _STEP
        for one, other in combinations(self.sites.values(), 2):
            if one.district_zh and one.district_zh == other.district_zh:
                found.setdefault((_site_key(one.id), _site_key(other.id)), near)
        return found | {(other, one): minutes for (one, other), minutes in found.items()}


def _site_key(site_id: int) -> str:
    return f"site {site_id}"


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _between(one: datetime, other: datetime) -> int:
    return int((other - one).total_seconds() // 60)
