"""A timetable that is to be laid: what has to happen, what holds, what is wished, and what came out.

Times are whole minutes from the first midnight of the training by its own clock; a day has 1440 of them.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from trainingmgr.domain.schedule import MOVING, SessionKind

DAY = 1440
"""Minutes of a day."""

BREAK = 10
"""Minutes that count as a break between two sessions."""

LONGEST_RUN = 120
"""Minutes that people sit without a break."""

MOST_HOURS = Decimal(4)
"""Class hours of one lecturer in a half-day."""

ASIDE = frozenset({SessionKind.TRANSFER, SessionKind.MEAL})
"""Kinds that may come before an opening and after a closing."""


class Half(StrEnum):
    """The parts of a day that somebody may wish a session in."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class WishKind(StrEnum):
    BEFORE = "before"
    DAY = "day"
    HALF = "half"


class Span(msgspec.Struct, frozen=True):
    """A stretch of time."""

    start: int
    end: int


class Held(Span, frozen=True):
    """A stretch of time in which another training is in a room, with its title."""

    training_zh: str = ""
    training_en: str = ""


class Window(msgspec.Struct, frozen=True):
    """A stretch of one day, by its number from 0, in which sessions may be laid."""

    day: int
    half: Half
    start: int
    end: int


class Stay(msgspec.Struct, frozen=True):
    """A stay at a site, so many minutes after the session began."""

    site: int
    after: int
    minutes: int


class Task(msgspec.Struct, frozen=True):
    """A session that is to be laid. Without `groups` it is for the whole class.

    `places` are rooms of which one is to be chosen; with one there is no choice, with none no room is needed.
    `pinned` is when it begins in any case, `present` when it begins today. `cluster` names what is better
    kept together, such as the visits of one district. `hours` are the class hours.
    """

    id: int
    kind: SessionKind
    title: str
    minutes: int
    hours: Decimal = Decimal(0)
    lecturers: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    buses: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    begins_at: str = ""
    ends_at: str = ""
    visits: tuple[Stay, ...] = ()
    people: int = 0
    cluster: str = ""
    pinned: int | None = None
    present: int | None = None

    @property
    def sits(self) -> bool:
        """Whether people sit in it."""
        return self.kind not in MOVING


class Wish(msgspec.Struct, frozen=True):
    """Something wished of a session: to come before `other`, on `day` (from 0), or in a `half` of any day.

    What `must` be holds in any case, or nothing is laid.
    """

    id: int
    kind: WishKind
    task: int
    other: int = 0
    day: int = 0
    half: Half = Half.MORNING
    must: bool = False


class Problem(msgspec.Struct, frozen=True):
    """All that a layout has to heed.

    `available` are the times at which lecturers can come, those who are not in it come at any time; `busy`
    what else they do; `taken` when other trainings are in rooms, by the names in `places`. `opening` are minutes of the day from when to when a site is open, `holds` how many
    people it takes at once. `travel` are the minutes between two places, either way; one to or from a site
    that is not in it takes `travel_unknown`, and nothing where one of the two is not known. Sessions begin in steps of
    `step` minutes from the beginning of a window, `pause` minutes apart; short exchanges and briefings
    follow each other at once. With `keep`, as few sessions as possible leave their present time.
    """

    first_day: date
    days: int
    windows: tuple[Window, ...]
    tasks: tuple[Task, ...]
    wishes: tuple[Wish, ...] = ()
    lecturers: dict[int, str] = {}
    sites: dict[int, str] = {}
    available: dict[int, tuple[Span, ...]] = {}
    busy: dict[int, tuple[Span, ...]] = {}
    taken: dict[str, tuple[Held, ...]] = {}
    opening: dict[int, tuple[int, int]] = {}
    holds: dict[int, int] = {}
    travel: tuple[tuple[str, str, int], ...] = ()
    travel_unknown: int = 0
    step: int = 5
    pause: int = 10
    keep: bool = False


class Status(StrEnum):
    """How sure an answer is: nothing better there is, something better may be, none there is, or none was found."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNPLACED = "unplaced"


class Solver(StrEnum):
    OPTIMISER = "optimiser"
    GREEDY = "greedy"


class DemandKind(StrEnum):
    """What a layout has to heed, as far as it may be at fault that there is none."""

    TASK = "task"
    PINNED = "pinned"
    FRAME = "frame"
    OPENING_FIRST = "opening_first"
    CLOSING_LAST = "closing_last"
    AVAILABLE = "available"
    BUSY = "busy"
    SITE_OPEN = "site_open"
    LECTURER = "lecturer"
    CLASS = "class"
    PLACE = "place"
    PLACE_HELD = "place_held"
    BUS = "bus"
    SITE_FULL = "site_full"
    WISH = "wish"


class Demand(msgspec.Struct, frozen=True, order=True):
    """One demand: `of` is the id of its session, lecturer, site, bus or wish; `name` that of its place."""

    kind: DemandKind
    of: int = 0
    name: str = ""


class GivenUp(msgspec.Struct, frozen=True):
    """A wish that is not met, with the demands it cannot hold with; none where others only weighed more."""

    wish: int
    against: tuple[Demand, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """A layout: when each session begins, and in which room where there was a choice.

    `gap` is how much better, as a share of the cost, a layout might be at most; None where nothing is
    known of that. `core` are demands that cannot hold together, of which none can be left out; for an
    answer that placed not everything, what stood in the way. `unplaced` are the sessions without a time.
    """

    status: Status
    solver: Solver
    starts: dict[int, int] = {}
    rooms: dict[int, str] = {}
    given_up: tuple[GivenUp, ...] = ()
    gap: float | None = None
    core: tuple[Demand, ...] = ()
    unplaced: tuple[int, ...] = ()
    seconds: float = 0.0
