"""What the editor's grid shows: columns, sessions in minutes of the day, and what does not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from trainingmgr.domain.schedule import NOT_COUNTED
from trainingmgr.domain.timetable import hour_grid
from trainingmgr.extensions import db
from trainingmgr.http.clashes import Said
from trainingmgr.http.labels import label
from trainingmgr.http.locale import language, pick
from trainingmgr.http.own_timetable import today_in
from trainingmgr.models import Training
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import Day, Entry
from trainingmgr.queries.schedule import clashes as clash_queries
from trainingmgr.queries.schedule import groups as group_queries
from trainingmgr.queries.schedule.table import session_versions
from trainingmgr.web.schedule.mending import told
from trainingmgr.web.schedule.origin import DAYS, GROUPS, PLACES, of_grid
from trainingmgr.web.schedule.timetable import short_day
from trainingmgr.web.schedule.waiting import Waiting, waiting

EARLIEST, LATEST = 8 * 60, 20 * 60
_HOUR = 60
_NAMED = 3


# The names of rooms in both languages, by those that sessions give them: in both, or in one alone.
Rooms = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the grid; what a session takes on that is dropped there stands in `facts`."""

    title: str
    note: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of a training: all days abreast, or one `day` by rooms or groups; beside it what waits for a time."""

    training: Training
    by: str
    day: date | None
    days: tuple[Day, ...]
    columns: list[Column]
    entries: list[Entry]
    versions: Mapping[int, int]
    waiting: list[Waiting]
    clashes: list[Said]
    rooms: Rooms

    @property
    def origin(self) -> dict[str, Any]:
        """What the address of a form says so that it leads back to this grid."""
        return of_grid(self.by, self.day)

    def state(self) -> dict[str, Any]:
        """All that the page's script draws, as plain JSON; times are minutes from midnight."""
        first = min([EARLIEST, *(_minutes(one.start) for one in self.entries)]) // _HOUR * _HOUR
        last = -(-max([LATEST, *(_minutes(one.end) for one in self.entries)]) // _HOUR) * _HOUR
        lessons = [_minutes(one.start) for one in self.entries if one.kind not in NOT_COUNTED]
        return {
            "by": self.by,
            "day": self.day.isoformat() if self.day else None,
            "first": first,
            "last": last,
            "hour": self.training.class_hour_minutes,
            "origin": urlencode(self.origin),
            "lines": hour_grid(lessons, self.training.class_hour_minutes, first, last),
            "columns": [{"title": one.title, "note": one.note, **one.facts} for one in self.columns],
            "sessions": [self._session(one) for one in self.entries],
            "waiting": [_waiting(one) | self._place(one) for one in self.waiting],
            "clashes": [
                {
                    "text": one.text,
                    "remedy": one.remedy,
                    "when": one.when,
                    "bad": one.impossible,
                    "ids": [id_ for id_, _title in one.sessions],
                    "way": one.way,
                    "mend": one.mend
                    and {"words": one.mend.words, "session": one.mend.session, **one.mend.fields},
                }
                for one in self.clashes
            ],
        }

    def _place(self, one: Entry | Waiting) -> dict[str, str]:
        zh, en = self.rooms.get((one.place_zh, one.place_en), (one.place_zh, one.place_en))
        return {"place_zh": zh, "place_en": en}

    def _session(self, entry: Entry) -> dict[str, Any]:
        english = language() == "en"
        people = [(part.en if english else part.zh).name for part in entry.contributors]
        return {
            "id": entry.id,
            "version": self.versions[entry.id],
            "day": entry.day.isoformat(),
            "start": _minutes(entry.start),
            "end": _minutes(entry.end),
            "kind": entry.kind.value,
            "word": str(label(entry.kind)),
            "title": pick(entry.title_zh, entry.title_en),
            "place": pick(entry.place_zh, entry.place_en),
            **self._place(entry),
            "people": people[:_NAMED],
            "more": max(0, len(people) - _NAMED),
            "groups": list(entry.groups),
            "href": url_for("schedule.edit", code=self.training.code, session_id=entry.id),
        }


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "minutes": one.minutes,
        "kind": one.kind.value,
        "word": str(label(one.kind)),
        "title": one.title,
        "place": one.place,
        "people": one.people[:_NAMED],
        "more": max(0, len(one.people) - _NAMED),
        "groups": one.groups,
        "href": one.href,
    }


def grid_of(training: Training, asked: Mapping[str, str]) -> Grid:
    """The grid that an address asks for by `day` and `by`."""
    session = db.session()
    versions = session_versions(session, training.id)
    table = schedule_queries.timetable(session, training)
    around = clash_queries.read(session, training.id)
    by = asked.get("by", "") if asked.get("by", "") in {PLACES, GROUPS} else DAYS
    day = None
    if by != DAYS and table.days:
        day = next((one for one in table.days if one.date.isoformat() == asked.get("day")), table.days[0])
    entries, waits = list(day.entries) if day else table.entries, waiting(training)
    return Grid(
        training=training,
        by=by,
        day=day.date if day else None,
        days=table.days,
        rooms=(rooms := _rooms(around)),
        columns=_columns(training, by, table.days, entries, waits, rooms),
        entries=entries,
        versions=versions,
        waiting=waits,
        clashes=told(table, around, training, versions, today_in(training.time_zone)),
    )


def _columns(
    training: Training,
    by: str,
    days: tuple[Day, ...],
    entries: list[Entry],
    waits: list[Waiting],
    rooms: Rooms,
) -> list[Column]:
    if by == DAYS:
        names = [(one.date, short_day(one.date)) for one in days]
        return [Column(name, weekday, {"day": day.isoformat()}) for day, (name, weekday) in names]
    if by == GROUPS:
        found = group_queries.offered(db.session(), training.id)
        return [Column(name, "", {"group": name}) for name in found]
    named: list[Entry | Waiting] = [*entries, *waits]
    places = {rooms.get((one.place_zh, one.place_en), (one.place_zh, one.place_en)) for one in named}
    every = dict.fromkeys([("", ""), *rooms.values(), *sorted(places)])
    return [Column(pick(zh, en), "", {"place_zh": zh, "place_en": en}) for zh, en in every]


def _rooms(around: clash_queries.Surroundings) -> Rooms:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for zh, en, *_facts in around.venues:
        for name in ((zh, en), (zh, ""), ("", en)):
            if any(name):
                found.setdefault(name, (zh, en))
    return found


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * _HOUR + int(minute)
