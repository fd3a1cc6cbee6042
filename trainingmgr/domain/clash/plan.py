"""A timetable as the rules see it: who and what is where, from when to when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from trainingmgr.domain.schedule import SessionKind


class ClashKind(StrEnum):
    """What does not fit. The words and the remedy of each stand in `http/clashes.py`."""

    LECTURER_TWICE = "lecturer_twice"
    PLACE_TWICE = "place_twice"
    GROUP_TWICE = "group_twice"
    BUS_TWICE = "bus_twice"
    TRAVEL_TOO_SHORT = "travel_too_short"
    LECTURER_AWAY = "lecturer_away"
    ROOM_TOO_SMALL = "room_too_small"
    LECTURER_TOO_LONG = "lecturer_too_long"
    NO_BREAK = "no_break"
    SITE_CLOSED = "site_closed"
    OUTSIDE_DAYS = "outside_days"
    LECTURE_MISSING = "lecture_missing"
    VISIT_TOO_LONG = "visit_too_long"
    LECTURER_ELSEWHERE = "lecturer_elsewhere"
    PLACE_ELSEWHERE = "place_elsewhere"


class Level(StrEnum):
    """Whether something cannot be, or is better avoided."""

    IMPOSSIBLE = "impossible"
    UNWISE = "unwise"


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay at a site within a session."""

    site_id: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One session. Without `groups` it is for the whole class; `place` is empty where none is known."""

    id: int
    kind: SessionKind
    title: str
    starts: datetime
    ends: datetime
    class_hours: Decimal = Decimal(0)
    place: str = ""
    lecturers: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    buses: tuple[int, ...] = ()
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """How many people a place holds, and where it lies; None where that is not known.

    Places of one `own_name` are one room that sessions name in several ways; empty where that is not known.
    """

    capacity: int | None = None
    at: tuple[float, float] | None = None
    own_name: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time."""

    starts: datetime
    ends: datetime


def joined(windows: Iterable[Window]) -> list[Window]:
    """The same time in as few windows as can be, in order: those that overlap or touch become one."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda one: (one.starts, one.ends)):
        if found and window.starts <= found[-1].ends:
            found[-1] = Window(found[-1].starts, max(found[-1].ends, window.ends))
        else:
            found.append(window)
    return found


@dataclass(frozen=True, slots=True)
class Engagement:
    """A session of another training, in which a lecturer or a room of this one is."""

    starts: datetime
    ends: datetime
    title: str
    training: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A timetable with what is known of its places and people.

    `lecturers` names them by id. `sizes` says how many people each group has, also one that no session names; `people` how many the class.
    A lecturer who is not in `availability` comes at any time, a site that is not in `opening` is open.
    `travel` gives the minutes between two places by their names, both ways; `holds` how many people a site
    takes at once, `elsewhere` what lecturers do in other trainings, `taken` when other trainings hold rooms, by
    the `own_name` of these. `class_hour` is how many minutes one has.
    What mends a clash never moves a session to a day before `today`, unless the class is over.
    """

    first_day: date
    last_day: date
    slots: Sequence[Slot]
    people: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    lecturers: Mapping[int, str] = field(default_factory=dict)
    buses: Mapping[int, str] = field(default_factory=dict)
    sites: Mapping[int, str] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    opening: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    holds: Mapping[int, int] = field(default_factory=dict)
    availability: Mapping[int, Sequence[Window]] = field(default_factory=dict)
    elsewhere: Mapping[int, Sequence[Engagement]] = field(default_factory=dict)
    taken: Mapping[str, Sequence[Engagement]] = field(default_factory=dict)
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)
    class_hour: int = 45
    today: date = date.min

    @property
    def next_day(self) -> date:
        """The first day to which a session may still go."""
        return self.today if self.today <= self.last_day else self.first_day

    def minutes_between(self, one: str, other: str) -> int:
        """How long the way between two places takes; none where it is not known."""
        return self.travel.get((one, other), self.travel.get((other, one), 0))

    def begins_at(self, slot: Slot) -> str:
        """Where people have to be when a session begins; empty where that is not known."""
        return slot.place or (self.sites.get(slot.visits[0].site_id, "") if slot.visits else "")

    def ends_at(self, slot: Slot) -> str:
        """Where people are when a session ends: at the last stop, if it leads anywhere."""
        return self.sites.get(slot.visits[-1].site_id, "") if slot.visits else slot.place

    def way(self, early: Slot, late: Slot) -> timedelta:
        """How long it takes from where one session ends to where another begins."""
        return timedelta(minutes=self.minutes_between(self.ends_at(early), self.begins_at(late)))


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing that does not fit, between the sessions with these ids, the later one last.

    `values` are for the words: who or what it is about, and what would mend it.
    """

    kind: ClashKind
    slots: tuple[int, ...]
    at: datetime
    values: Mapping[str, object]
    level: Level = Level.IMPOSSIBLE
