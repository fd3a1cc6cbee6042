"""What follows from a problem for each session and each two of them, the same for every way of laying."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

from trainingmgr.domain.planning.meals import BETWEEN_MEALS, eaten_once_each, is_meal, mealtimes
from trainingmgr.domain.planning.model import (
    ASIDE,
    BREAK,
    DAY,
    Demand,
    DemandKind,
    Problem,
    Span,
    Stay,
    Task,
    Window,
    Wish,
    WishKind,
)
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind

_EVERYBODY = ""
_SHORT = frozenset({SessionKind.EXCHANGE, SessionKind.BRIEFING})
_SHORT_MINUTES = 45
_ORDER = {
    SessionKind.OPENING: 0,
    SessionKind.LECTURE: 1,
    SessionKind.BRIEFING: 2,
    SessionKind.EXCHANGE: 3,
    SessionKind.DISCUSSION: 4,
    SessionKind.SITE_VISIT: 5,
    SessionKind.CLOSING: 9,
}


class Pair:
    """Two sessions that cannot be at once, why not, and how far apart they begin and end in either order."""

    __slots__ = ("demands", "early", "gap", "gap_back", "late")

    def __init__(self, early: Task, late: Task, demands: list[Demand], gap: int, gap_back: int) -> None:
        self.early, self.late, self.demands, self.gap, self.gap_back = early, late, demands, gap, gap_back


class Facts:
    """A problem with all that the solvers ask of it again and again."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.tasks = {task.id: task for task in problem.tasks}
        self._travel = {(one, other): minutes for one, other, minutes in problem.travel}
        self._travel |= {(other, one): minutes for one, other, minutes in problem.travel}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Every group that a session names; the class alone where none does."""
        found = {group for task in self.problem.tasks for group in task.groups}
        return tuple(sorted(found)) or (_EVERYBODY,)

    def groups_of(self, task: Task) -> tuple[str, ...]:
        """The groups that are in a session."""
        return task.groups or self.groups

    # -- one session

    def windows(self, task: Task) -> list[Window]:
        """Where a session may lie: the windows; whole days for one that is longer than any; gaps at its time for a meal."""
        found = [one for one in self.problem.windows if one.end - one.start >= task.minutes]
        if task.kind is SessionKind.MEAL:
            return mealtimes(self.problem.windows, task)
        return found or [one for one in self._whole_days if one.end - one.start >= task.minutes]

    def room(self, tasks: Sequence[Task]) -> int:
        """The minutes that the days have for these sessions; those at noon too, where one is longer than a half-day."""
        windows = self.problem.windows
        longest = max((one.end - one.start for one in windows), default=0)
        over_noon = any(task.minutes > longest for task in tasks)
        return sum(one.end - one.start for one in (self._whole_days if over_noon else windows))

    @cached_property
    def _whole_days(self) -> list[Window]:
        days: dict[int, list[Window]] = defaultdict(list)
        for one in self.problem.windows:
            days[one.day].append(one)
        return [
            Window(day, of_day[0].half, of_day[0].start, max(one.end for one in of_day))
            for day, of_day in days.items()
        ]

    def starts(self, task: Task) -> list[int]:
        """Every time at which a session may begin, in order, as far as it alone is concerned."""
        limits = self.limits(task)
        times = self.grid(task) if task.pinned is None else [task.pinned]
        return [start for start in times if self.heeds(task, start, limits)]

    def grid(self, task: Task) -> list[int]:
        """The times of the frame at which a session may begin, in order."""
        found = {
            start
            for window in self.windows(task)
            for start in range(window.start, window.end - task.minutes + 1, self.problem.step)
        }
        present = task.present
        if present is not None and any(
            window.start <= present <= window.end - task.minutes for window in self.windows(task)
        ):
            found.add(present)
        return sorted(found)

    def limits(self, task: Task) -> list[Demand]:
        """What else limits when a session may begin: its lecturers, rooms and sites, and what it must be.

        One that stays where it stands is limited by what must be alone: its clashes are there already.
        """
        must = [
            Demand(DemandKind.WISH, wish.id)
            for wish in self.problem.wishes
            if wish.must and wish.task == task.id and wish.kind is not WishKind.BEFORE
        ]
        if task.pinned is not None:
            return must
        held = self.held(task)
        return [
            *(Demand(DemandKind.AVAILABLE, one) for one in task.lecturers if one in self.problem.available),
            *(Demand(DemandKind.BUSY, one) for one in task.lecturers if one in self.problem.busy),
            *(
                Demand(DemandKind.SITE_OPEN, site)
                for site in dict.fromkeys(stay.site for stay in task.visits)
                if site in self.problem.opening
            ),
            *(held if len(held) == len(task.places) else ()),
            *must,
        ]

    def held(self, task: Task) -> list[Demand]:
        """Those of its rooms that other trainings are in at some time."""
        return [
            Demand(DemandKind.PLACE_HELD, 0, place) for place in task.places if place in self.problem.taken
        ]

    def heeds(self, task: Task, start: int, limits: Sequence[Demand]) -> bool:
        """Whether a session that begins then heeds all of these limits: of its rooms, one that is free is enough."""
        held = [limit for limit in limits if limit.kind is DemandKind.PLACE_HELD]
        if held and len(held) == len(task.places) and not any(self.holds(task, start, one) for one in held):
            return False
        return all(self.holds(task, start, limit) for limit in limits if limit not in held)

    def holds(self, task: Task, start: int, limit: Demand) -> bool:
        """Whether a session that begins then heeds one of its limits."""
        end = start + task.minutes
        match limit.kind:
            case DemandKind.AVAILABLE:
                spans = self.problem.available[limit.of]
                return any(span.start <= start and end <= span.end for span in spans)
            case DemandKind.BUSY:
                return not any(_overlap(start, end, span) for span in self.problem.busy[limit.of])
            case DemandKind.PLACE_HELD:
                return not any(_overlap(start, end, span) for span in self.problem.taken[limit.name])
            case DemandKind.SITE_OPEN:
                opens, closes = self.problem.opening[limit.of]
                return all(
                    _inside_day(start + stay.after, stay.minutes, opens, closes)
                    for stay in task.visits
                    if stay.site == limit.of
                )
            case _:
                return self.met(self._wish[limit.of], {task.id: start})

    @cached_property
    def _wish(self) -> dict[int, Wish]:
        return {wish.id: wish for wish in self.problem.wishes}

    def met(self, wish: Wish, starts: dict[int, int]) -> bool:
        """Whether a layout meets a wish."""
        start = starts[wish.task]
        match wish.kind:
            case WishKind.DAY:
                return start // DAY == wish.day
            case WishKind.HALF:
                return any(
                    window.start <= start < window.end
                    for window in self.problem.windows
                    if window.half is wish.half
                )
            case _:
                return start + self.tasks[wish.task].minutes <= starts[wish.other]

    def window_at(self, start: int) -> int:
        """The number of the window, in order of time, that a session which begins then belongs to."""
        return max(0, bisect_right(self._begins, start) - 1)

    @cached_property
    def _begins(self) -> list[int]:
        return [window.start for window in self.problem.windows]

    # -- two sessions

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every two sessions that cannot be at once. Two that stay where they are and share the whole class may."""
        found = []
        for one, other in combinations(self.problem.tasks, 2):
            demands = list(self._shared(one, other))
            fixed = one.pinned is not None and other.pinned is not None
            if fixed and not one.groups and not other.groups:
                demands = [demand for demand in demands if demand.kind is not DemandKind.CLASS]
            if demands:
                people = any(one.kind in {DemandKind.CLASS, DemandKind.LECTURER} for one in demands)
                rides = people or any(one.kind is DemandKind.BUS for one in demands)
                pause = self._pause(one, other) if people and not fixed else 0
                found.append(
                    Pair(
                        one,
                        other,
                        demands,
                        max(pause, self.way(one, other) if rides else 0),
                        max(pause, self.way(other, one) if rides else 0),
                    )
                )
        return found

    def _shared(self, one: Task, other: Task) -> Iterator[Demand]:
        yield from (Demand(DemandKind.LECTURER, who) for who in one.lecturers if who in other.lecturers)
        if not one.groups or not other.groups or set(one.groups) & set(other.groups):
            shared = sorted(set(one.groups) & set(other.groups)) or sorted(one.groups or other.groups)
            yield Demand(DemandKind.CLASS, 0, shared[0] if shared else _EVERYBODY)
        if len(one.places) == len(other.places) == 1 and one.places == other.places:
            yield Demand(DemandKind.PLACE, 0, one.places[0])
        yield from (Demand(DemandKind.BUS, bus) for bus in one.buses if bus in other.buses)

    def _pause(self, one: Task, other: Task) -> int:
        if one.kind is other.kind is SessionKind.MEAL:
            return BETWEEN_MEALS if self._once_each and is_meal(one) and is_meal(other) else 0
        if {one.kind, other.kind} & NOT_COUNTED:
            return 0
        short = all(task.kind in _SHORT and task.minutes <= _SHORT_MINUTES for task in (one, other))
        return 0 if short else self.problem.pause

    @cached_property
    def _once_each(self) -> bool:
        return eaten_once_each(self.problem)

    def way(self, early: Task, late: Task) -> int:
        """The minutes from where one session ends to where the next begins, the longest where a room is chosen.

        A way to or from a site that nobody knows takes as long as the problem says; rooms are taken to be
        in one house.
        """
        unknown = self.problem.travel_unknown if early.visits or late.visits else 0
        return max(
            (
                0 if one == other else self._travel.get((one, other), unknown)
                for one in ((early.ends_at,) if early.ends_at else early.places)
                for other in ((late.begins_at,) if late.begins_at else late.places)
            ),
            default=0,
        )

    def run_on(self, pair: Pair) -> bool:
        """Whether people may sit through both without a break between them."""
        return (
            pair.early.sits
            and pair.late.sits
            and min(pair.gap, pair.gap_back) < BREAK
            and any(demand.kind is DemandKind.CLASS for demand in pair.demands)
        )

    @cached_property
    def orders(self) -> list[tuple[int, int, Demand]]:
        """What comes before what in any case, and why: openings first, closings last, and what must be."""
        found = []
        counted = [task for task in self.problem.tasks if task.kind not in ASIDE]
        for kind, demand in (
            (SessionKind.OPENING, Demand(DemandKind.OPENING_FIRST)),
            (SessionKind.CLOSING, Demand(DemandKind.CLOSING_LAST)),
        ):
            for mark in (task for task in counted if task.kind is kind):
                for task in counted:
                    if task.kind is kind or (task.pinned is not None and mark.pinned is not None):
                        continue
                    if not set(self.groups_of(task)) & set(self.groups_of(mark)):
                        continue
                    ids = (mark.id, task.id) if kind is SessionKind.OPENING else (task.id, mark.id)
                    found.append((*ids, demand))
        found += [
            (wish.task, wish.other, Demand(DemandKind.WISH, wish.id))
            for wish in self.problem.wishes
            if wish.must and wish.kind is WishKind.BEFORE
        ]
        return found

    @cached_property
    def site_pairs(self) -> dict[int, list[tuple[Task, Stay]]]:
        """The stays at each site that several sessions lead to and that holds only so many people."""
        found: dict[int, list[tuple[Task, Stay]]] = defaultdict(list)
        for task in self.problem.tasks:
            for stay in task.visits:
                if 0 < task.people <= self.problem.holds.get(stay.site, 0):
                    found[stay.site].append((task, stay))
        return {site: stays for site, stays in found.items() if len(stays) > 1}

    # -- what is better

    def rank(self, task: Task) -> int:
        """Where a kind of session usually stands in a training; lower ones come first."""
        return _ORDER.get(task.kind, 4)

    @cached_property
    def clusters(self) -> dict[str, list[Task]]:
        """Sessions that are better kept in one half-day: of a lecturer, of a district, exchanges and briefings."""
        found: dict[str, list[Task]] = defaultdict(list)
        for task in self.problem.tasks:
            for lecturer in task.lecturers:
                found[f"lecturer {lecturer}"].append(task)
            if task.cluster:
                found[f"cluster {task.cluster}"].append(task)
            elif task.kind in _SHORT:
                found[task.kind.value].append(task)
        return {name: tasks for name, tasks in found.items() if len(tasks) > 1}

    @cached_property
    def alike(self) -> list[tuple[int, int]]:
        """Neighbours among sessions that nothing but the title tells apart: they keep the order of the list."""
        named = {wish.task for wish in self.problem.wishes} | {
            wish.other for wish in self.problem.wishes if wish.kind is WishKind.BEFORE
        }
        last: dict[object, int] = {}
        found = []
        for task in self.problem.tasks:
            bound = any(one in self.problem.available or one in self.problem.busy for one in task.lecturers)
            if task.pinned is not None or bound or task.id in named or (self.problem.keep and task.present):
                continue
            key = (
                task.kind, task.minutes, task.groups, task.places, task.buses, task.begins_at, task.ends_at,
                task.visits, task.hours, task.cluster,
                task.lecturers if self._teaches_more(task) else len(task.lecturers),
            )  # fmt: skip
            if key in last:
                found.append((last[key], task.id))
            last[key] = task.id
        return found

    def _teaches_more(self, task: Task) -> bool:
        return any(self._teaching[lecturer] > 1 for lecturer in task.lecturers)

    @cached_property
    def _teaching(self) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for task in self.problem.tasks:
            for lecturer in task.lecturers:
                found[lecturer] += 1
        return found

    def load(self, task: Task) -> int:
        """The minutes that a session fills of people's days: side by side, those for some groups fill no more than one."""
        if task.kind is SessionKind.MEAL:
            return 0
        return -(-task.minutes * len(self.groups_of(task)) // len(self.groups))

    @cached_property
    def day_share(self) -> int:
        """The minutes of laid sessions that each day has where all have as many."""
        load = sum(map(self.load, self.problem.tasks))
        return -(-load // max(1, len({window.day for window in self.problem.windows})))


def _overlap(start: int, end: int, span: Span) -> bool:
    return start < span.end and span.start < end


def _inside_day(start: int, minutes: int, opens: int, closes: int) -> bool:
    midnight = start // DAY * DAY
    return midnight + opens <= start and start + minutes <= midnight + closes
