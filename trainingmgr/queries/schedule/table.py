"""Reads of the timetable: everything that a page, a calendar or a print says of it, in four statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.schedule import (
    NOT_COUNTED,
    ContributorRole,
    ContributorType,
    SessionKind,
    concerns,
    sorted_groups,
)
from trainingmgr.domain.timetable import HalfDay, Words, days_between, half_day, lay_out, words_en, words_zh
from trainingmgr.domain.training import HostRole
from trainingmgr.models import (
    Contribution,
    Lecturer,
    SessionGroup,
    Site,
    Training,
    TrainingHost,
    TrainingSession,
    Unit,
    VisitStop,
)
from trainingmgr.queries.prepared import Prepared, Rows

_LONG_TRAINING = 31


@dataclass(frozen=True, slots=True)
class Contributor:
    """One contributor's part in a session. `zh` and `en` are the words on paper."""

    lecturer_id: int
    type: ContributorType
    role: ContributorRole
    zh: Words
    en: Words
    topic_zh: str
    topic_en: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One site on the way of a visit; `minutes` is the stay where it is known."""

    site_id: int
    name_zh: str
    name_en: str
    district_zh: str
    district_en: str
    address: str
    minutes: int | None
    latitude: float | None
    longitude: float | None
    opens_at: time | None
    closes_at: time | None
    capacity: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A session as the timetable shows it.

    `start` and `end` are the clock's hours and minutes in the training's zone; `lane` of `lanes`
    tells sessions of one `block` apart that run at the same time. `groups` are those that it is for,
    none where it is for the whole class.
    """

    id: int
    uid: str
    sequence: int
    kind: SessionKind
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    place_zh: str
    place_en: str
    starts_at: datetime
    ends_at: datetime
    class_hours: Decimal
    compulsory: bool
    times_are_sample: bool
    is_sample: bool
    groups: tuple[str, ...]
    day: date
    start: str
    end: str
    half_day: HalfDay
    block: int
    lane: int
    lanes: int
    contributors: tuple[Contributor, ...]
    stops: tuple[Stop, ...]

    @property
    def counts(self) -> bool:
        """Whether the class hours count towards a certificate."""
        return self.kind not in NOT_COUNTED


@dataclass(frozen=True, slots=True)
class Band:
    """A half-day of one day: blocks of sessions, where one of several entries holds parallel ones."""

    half_day: HalfDay
    blocks: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the timetable with its entries in order, also laid out by half-days."""

    date: date
    entries: tuple[Entry, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The whole timetable, or that of one group.

    `counted_hours` are the planned hours that a certificate is measured by, of the group that has most;
    `fewest_hours` those of the group that has least. `groups` are all that sessions are for.
    """

    days: tuple[Day, ...]
    zone: str
    counted_hours: Decimal
    fewest_hours: Decimal
    groups: tuple[str, ...]
    has_sample: bool
    all_times_sample: bool

    @property
    def entries(self) -> list[Entry]:
        """Every entry, in order."""
        return [entry for day in self.days for entry in day.entries]


_s = sa.inspect(TrainingSession).local_table.c
_group = sa.inspect(SessionGroup).local_table.c
_part = sa.inspect(Contribution).local_table.c
_l = sa.inspect(Lecturer).local_table.c
_unit = sa.inspect(Unit).local_table.c
_site = sa.inspect(Site).local_table.c
_stop = sa.inspect(VisitStop).local_table.c
_host = sa.inspect(TrainingHost).local_table.c
# The table holds sessions without a time too, which stand in no timetable.
_of_training = sa.and_(_s.training_id == sa.bindparam("training_id"), _s.starts_at.is_not(None))

# Written once: putting a statement together costs more than running it on forty rows.
_SESSIONS = (
    sa.select(
        _s.id, _s.uid, _s.sequence, _s.kind, _s.title_zh, _s.title_en, _s.description_zh, _s.description_en,
        _s.place_zh, _s.place_en, _s.starts_at, _s.ends_at, _s.class_hours, _s.compulsory,
        _s.times_are_sample, _s.is_sample, _group.group_name,
    )
    .join_from(_s.id.table, _group.session_id.table, _group.session_id == _s.id, isouter=True)
    .where(_of_training)
    .order_by(_s.starts_at, _s.ends_at, _s.id)
)  # fmt: skip
_VERSIONS = Prepared(sa.select(_s.id, _s.version).where(_of_training).order_by(_s.id))
_PARTS = (
    sa.select(_part.session_id, _part.lecturer_id, _part.role, _part.topic_zh, _part.topic_en)
    .join(_s.id.table, _s.id == _part.session_id)
    .where(_of_training)
    .order_by(_part.session_id, _part.position)
)
_STOPS = (
    sa.select(
        _stop.session_id, _site.id, _site.name_zh, _site.name_en, _site.district_zh, _site.district_en,
        _site.address, _stop.minutes, _site.latitude, _site.longitude, _site.opens_at, _site.closes_at,
        _site.capacity,
    )
    .join(_site.id.table, _site.id == _stop.site_id)
    .join(_s.id.table, _s.id == _stop.session_id)
    .where(_of_training)
    .order_by(_stop.session_id, _stop.position)
)  # fmt: skip
_LECTURERS = sa.select(
    _l.id, _l.type, _l.name, _l.latin_name, _l.title_zh, _l.title_en, _unit.name, _unit.name_en
).join_from(_l.id.table, _unit.id.table, _unit.id == _l.unit_id, isouter=True)
_LECTURERS_OF_TRAINING = _LECTURERS.where(
    _l.id.in_(sa.select(_part.lecturer_id).join(_s.id.table, _s.id == _part.session_id).where(_of_training))
)
_RAW = tuple(map(Prepared, (_SESSIONS, _LECTURERS_OF_TRAINING, _PARTS, _STOPS)))
_LECTURERS_OF_ORGANISATION = _LECTURERS.where(_l.organisation_id == sa.bindparam("organisation_id"))
_HOSTS = Prepared(
    sa.select(_unit.name, _unit.name_en)
    .join(_host.unit_id.table, _host.unit_id == _unit.id)
    .where(_host.training_id == sa.bindparam("training_id"), _host.role == sa.bindparam("role"))
    .order_by(_host.position)
)

LecturerWords = dict[int, tuple[ContributorType, Words, Words]]


Told = tuple[tuple[Any, ...], tuple[Contributor, ...], tuple[Stop, ...]]


class Raw(NamedTuple):
    """All that the database says of a timetable, in plain values: equal ones make equal timetables.

    A session of several groups stands in as many rows of `sessions`, which differ in their last value alone.
    """

    sessions: Rows
    lecturers: Rows
    parts: Rows
    stops: Rows


def read(session: Session, training_id: int) -> Raw:
    """Read what a timetable is made of, in four statements."""
    return opened(session, read_closed(session, training_id))


def read_closed(session: Session, training_id: int) -> tuple[Rows, ...]:
    """What `read` reads, in the driver's own values: equal ones make equal timetables too, without being opened."""
    connection = session.connection()
    return tuple([one.undecoded(connection, training_id=training_id) for one in _RAW])


def opened(session: Session, closed: tuple[Rows, ...]) -> Raw:
    """What `read_closed` gave, as `read` gives it."""
    dialect = session.connection().dialect
    return Raw(*(one.decoded(dialect, rows) for one, rows in zip(_RAW, closed, strict=True)))


def session_versions(session: Session, training_id: int) -> dict[int, int]:
    """The version of each session of a training, from which a change begins."""
    return {row[0]: row[1] for row in _VERSIONS.all(session.connection(), training_id=training_id)}


def timetable(session: Session, training: Training, group: str = "") -> Timetable:
    """The timetable of a training: its days, also empty ones, and what happens on each.

    With `group` only what is for somebody of that group.
    """
    return timetable_of(read(session, training.id), training, group)


def timetable_of(raw: Raw, training: Training, group: str = "") -> Timetable:
    """The timetable that `raw`, read for this training, makes; of one `group` where it is named."""
    contributors, stops = _contributors(raw), _stops(raw)
    told = [(row, contributors.get(row[0], ()), stops.get(row[0], ())) for row in _sessions(raw)]
    return laid(training, told, training.time_zone, group)


def laid(training: Training, told: Sequence[Told], zone: str, group: str = "") -> Timetable:
    """The timetable of these sessions, which are in order of time, by the clock of `zone`; of one `group` if named.

    Each is told by the values of the first fields of `Entry`, up to its groups, its contributors and its stops.
    """
    clock = ZoneInfo(zone)
    every = [row for row, _parts, _stops in told]
    shown = [one for one in told if concerns(one[0][16], group)] if group else told
    places = lay_out([(row[10], row[11]) for row, _parts, _stops in shown])
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for (row, parts, stops), place in zip(shown, places, strict=True):
        start, end = row[10].astimezone(clock), row[11].astimezone(clock)
        day = start.date()
        set_out: tuple[Any, ...] = (
            day,
            f"{start.hour:02}:{start.minute:02}",
            f"{end.hour:02}:{end.minute:02}",
            half_day(start.time()),
            place.block,
            place.lane,
            place.lanes,
            parts,
            stops,
        )
        by_day[day].append(Entry(*row, *set_out))
    entries = [entry for of_day in by_day.values() for entry in of_day]
    fewest, most = _hours(entries, (group,) if group else ())
    return Timetable(
        days=tuple(_day(day, by_day.get(day, [])) for day in _days(training, by_day)),
        zone=zone,
        counted_hours=most,
        fewest_hours=fewest,
        groups=sorted_groups(name for row in every for name in row[16]),
        has_sample=any(entry.is_sample or entry.times_are_sample for entry in entries),
        all_times_sample=bool(entries) and all(entry.times_are_sample for entry in entries),
    )


def _sessions(raw: Raw) -> list[tuple[Any, ...]]:
    """The sessions in order of time, each once with its groups last; those of one time in the order of these."""
    rows = [
        (*facts, sorted_groups(row[16] for row in of_one if row[16]))
        for facts, of_one in groupby(raw.sessions, lambda row: row[:16])
    ]
    if any(row[16] for row in rows):
        rows.sort(key=lambda row: (row[10], [natural_key(name) for name in row[16]], row[11], row[0]))
    return rows


def _hours(entries: list[Entry], groups: tuple[str, ...]) -> tuple[Decimal, Decimal]:
    """The fewest and the most class hours of a group, of all that the entries name or of these."""
    found = [
        sum((one.class_hours for one in entries if one.counts and concerns(one.groups, group)), Decimal(0))
        for group in groups or {name for one in entries for name in one.groups} or {""}
    ]
    return min(found), max(found)


def hosts(session: Session, training_id: int, role: HostRole = HostRole.HOST) -> list[tuple[str, str]]:
    """The Chinese and English names of the units that hold a training, in order."""
    rows = _HOSTS.all(session.connection(), training_id=training_id, role=role.value)
    return [(row[0], row[1]) for row in rows]


def _days(training: Training, used: Iterable[date]) -> list[date]:
    found = set(used)
    if (training.end_date - training.start_date).days < _LONG_TRAINING:
        found.update(days_between(training.start_date, training.end_date))
    return sorted(found)


def _day(day: date, entries: list[Entry]) -> Day:
    bands: dict[HalfDay, list[list[Entry]]] = {}
    last: tuple[int, list[Entry]] | None = None
    for entry in entries:
        if last is not None and last[0] == entry.block:
            last[1].append(entry)
            continue
        block = [entry]
        last = (entry.block, block)
        bands.setdefault(entry.half_day, []).append(block)
    return Day(
        day,
        tuple(entries),
        tuple(Band(half, tuple(tuple(block) for block in blocks)) for half, blocks in bands.items()),
    )


def _contributors(raw: Raw) -> dict[int, tuple[Contributor, ...]]:
    known = _words(raw.lecturers)
    found: dict[int, list[Contributor]] = defaultdict(list)
    for session_id, lecturer_id, role, topic_zh, topic_en in raw.parts:
        type_, zh, en = known[lecturer_id]
        found[session_id].append(Contributor(lecturer_id, type_, role, zh, en, topic_zh, topic_en))
    return {key: tuple(value) for key, value in found.items()}


def lecturer_words(session: Session, organisation_id: int) -> LecturerWords:
    """The type and the words in both languages of an organisation's lecturers, by id."""
    rows = session.connection().execute(_LECTURERS_OF_ORGANISATION, {"organisation_id": organisation_id})
    return _words(rows)


def _words(rows: Iterable[Any]) -> LecturerWords:
    return {
        id_: (
            type_,
            words_zh(type_, name, unit or "", title_zh),
            words_en(type_, latin or name, unit_en or unit or "", title_en or title_zh),
        )
        for id_, type_, name, latin, title_zh, title_en, unit, unit_en in rows
    }


def _stops(raw: Raw) -> dict[int, tuple[Stop, ...]]:
    found: dict[int, list[Stop]] = defaultdict(list)
    for row in raw.stops:
        found[row[0]].append(Stop(*row[1:]))
    return {key: tuple(value) for key, value in found.items()}
