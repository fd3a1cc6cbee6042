"""A layout without an optimiser: each session takes the best time that is left, the hardest ones first."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from time import monotonic
from typing import NamedTuple

from trainingmgr.domain.planning.facts import Facts, Pair
from trainingmgr.domain.planning.model import (
    ASIDE,
    BREAK,
    DAY,
    LONGEST_RUN,
    MOST_HOURS,
    Answer,
    Demand,
    DemandKind,
    GivenUp,
    Problem,
    Solver,
    Status,
    Task,
    Wish,
)
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind

_ROUNDS = 40
# Later times in a half-day are no better than the first ones, past the longest break that a run may need.
_TRIED = 6
# A day may have so much more than its share before the next one is taken.
_FULL = 1.4
_WISH, _RULE, _MOVED, _FULL_DAY, _CLUSTER, _STAGE = 100_000, 20_000, 5_000, 40, 300, 120
_TORN, _MOST_TORN, _LISTED = 150, 20, 3_000


def lay_greedily(problem: Problem, seconds: float = 4.0) -> Answer:
    """Lay the sessions one by one. What found no time goes first in the next round, as long as there is time."""
    facts, began = Facts(problem), monotonic()
    first: list[int] = []
    best: _Layout | None = None
    for _round in range(_ROUNDS):
        layout = _Layout(facts)
        for task in _order(facts, first):
            layout.place(task)
        layout.pull_in()
        if best is None or len(layout.left) < len(best.left):
            best = layout
        if not layout.left or monotonic() - began > seconds:
            break
        bumped = [one for one in layout.left if one not in first[:1]]
        if not bumped:
            break
        first = [bumped[0], *(one for one in first if one != bumped[0])]
    assert best is not None  # noqa: S101  # nosec B101 -- there is a first round
    return best.answer()


def _order(facts: Facts, first: list[int]) -> list[Task]:
    """Those that stay, those that found no time before, then by kind, by how little choice they have, as listed."""
    place = {task.id: number for number, task in enumerate(facts.problem.tasks)}
    bump = {task_id: number for number, task_id in enumerate(first)}
    return sorted(
        facts.problem.tasks,
        key=lambda task: (
            task.pinned is None,
            # A closing keeps the end free until all else has a time.
            task.kind is not SessionKind.CLOSING,
            bump.get(task.id, len(bump)),
            facts.rank(task),
            bool(not facts.limits(task)),
            place[task.id],
        ),
    )


class _Taken(NamedTuple):
    """A stretch of time, without its ends, in which a session cannot begin, and why not."""

    after: int
    before: int
    demands: list[Demand]


class _Layout:
    """What has a time so far."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.starts: dict[int, int] = {}
        self.rooms: dict[int, str] = {}
        self.left: dict[int, list[Demand]] = {}
        self._pairs: dict[int, list[Pair]] = defaultdict(list)
        for pair in facts.pairs:
            self._pairs[pair.early.id].append(pair)
            self._pairs[pair.late.id].append(pair)
        self._wishes: dict[int, list[Wish]] = defaultdict(list)
        for wish in facts.problem.wishes:
            for task_id in {wish.task, wish.other} - {0}:
                self._wishes[task_id].append(wish)
        self._turns = {late: early for early, late in facts.alike}
        self._load: dict[int, int] = defaultdict(int)
        self._orders: dict[int, list[tuple[int, int, Demand]]] = defaultdict(list)
        for order in facts.orders:
            for task_id in order[:2]:
                self._orders[task_id].append(order)
        self._clusters: dict[int, list[set[int]]] = defaultdict(list)
        for tasks in facts.clusters.values():
            for task in tasks:
                self._clusters[task.id].append({one.id for one in tasks} - {task.id})

    def pull_in(self) -> None:
        """Let closings follow what comes before them, instead of keeping the end free."""
        for task in self.facts.problem.tasks:
            if task.kind is SessionKind.CLOSING and task.pinned is None and task.id in self.starts:
                self._load[self.starts.pop(task.id) // DAY] -= self.facts.load(task)
                self.place(task, at_last=True)

    def place(self, task: Task, *, at_last: bool = False) -> None:
        """Give a session the best time at which everything holds, or note what stood in the way."""
        keeps_end = task.kind is SessionKind.CLOSING and not at_last
        found: list[tuple[int, int, str]] = []
        starts, near = self.facts.starts(task), self._is_near(task)
        if near:
            starts.sort(key=lambda start: abs(start - (task.present or 0)))
        taken = self._taken(task)
        blocked: dict[Demand, None] = {}
        tried: Counter[int] = Counter()
        for start in starts:
            window = self.facts.window_at(start)
            if tried[window] >= _TRIED and not keeps_end and start != task.present:
                continue
            if not near:
                # Starts come in order, so what lies behind one lies behind all that follow.
                taken = [span for span in taken if span.before > start]
            covered = next((span for span in taken if span.after < start < span.before), None)
            against = covered.demands if covered else self._against(task, start)
            room = None if against else self._room(task, start)
            if against:
                blocked |= dict.fromkeys(against)
            elif room is None:
                blocked |= dict.fromkeys([Demand(DemandKind.PLACE), *self._held(task, start)])
            else:
                tried[window] += 1
                found.append((-start if keeps_end else self._cost(task, start), start, room))
        if not found:
            self.left[task.id] = [Demand(DemandKind.TASK, task.id), *(blocked or self._limits(task))]
            return
        _cost, start, room = min(found)
        self.starts[task.id] = start
        if len(task.places) > 1:
            self.rooms[task.id] = room
        self._load[start // DAY] += self.facts.load(task)

    def _is_near(self, task: Task) -> bool:
        """Whether a session is to stay as near as can be to where it stands."""
        return self.facts.problem.keep and task.present is not None

    def _limits(self, task: Task) -> Iterable[Demand]:
        return [Demand(DemandKind.FRAME), *self.facts.limits(task)]

    def _taken(self, task: Task) -> list["_Taken"]:
        """Where a session cannot begin for what has a time already, in order."""
        found = []
        for pair in self._pairs[task.id]:
            other = pair.late if pair.early is task else pair.early
            at = self.starts.get(other.id)
            if at is not None:
                gap, gap_back = (pair.gap, pair.gap_back) if pair.early is task else (pair.gap_back, pair.gap)
                found.append(_Taken(at - gap - task.minutes, at + other.minutes + gap_back, pair.demands))
        return sorted(found)

    def _against(self, task: Task, start: int) -> list[Demand]:
        """What a session at this time would not hold with, of all that has a time already."""
        end = start + task.minutes
        for early, late, demand in self._orders[task.id]:
            if early == task.id and late in self.starts and end > self.starts[late]:
                return [demand]
            if late == task.id and self._end(early) > start:
                return [demand]
        return self._full(task, start)

    def _end(self, task_id: int) -> int:
        """When a session ends; before everything where it has no time yet."""
        return self.starts.get(task_id, -DAY * 999) + self.facts.tasks[task_id].minutes

    def _full(self, task: Task, start: int) -> list[Demand]:
        for site, stays in self.facts.site_pairs.items():
            for own in (stay for one, stay in stays if one is task):
                begin = start + own.after
                there = task.people + sum(
                    one.people
                    for one, stay in stays
                    if one.id in self.starts
                    and self.starts[one.id] + stay.after < begin + own.minutes
                    and begin < self.starts[one.id] + stay.after + stay.minutes
                )
                if there > self.facts.problem.holds[site]:
                    return [Demand(DemandKind.SITE_FULL, site)]
        return []

    def _room(self, task: Task, start: int) -> str | None:
        """The first of its rooms that is free then; empty where it needs none, None where none is.

        What stays where it stands keeps its room in any case.
        """
        if not task.places:
            return ""
        end = start + task.minutes
        held = {one.name for one in self._held(task, start)} if task.pinned is None else ()
        for room in task.places:
            if room not in held and all(
                end <= at or at + other.minutes <= start
                for other, at in self._placed()
                if self.rooms.get(other.id, other.places[0] if other.places else "") == room
            ):
                return room
        return None if task.pinned is None else task.places[0]

    def _held(self, task: Task, start: int) -> list[Demand]:
        """Those of its rooms that other trainings are in then."""
        return [one for one in self.facts.held(task) if not self.facts.holds(task, start, one)]

    def _placed(self) -> list[tuple[Task, int]]:
        return [(self.facts.tasks[task_id], at) for task_id, at in self.starts.items()]

    def _cost(self, task: Task, start: int) -> int:
        facts = self.facts
        window = facts.window_at(start)
        if self._is_near(task):
            cost = abs(start - (task.present or 0))
        else:
            cost = start - facts.problem.windows[window].start + _STAGE * window
        known = self.starts | {task.id: start}
        for wish in self._wishes[task.id]:
            if wish.task in known and (not wish.other or wish.other in known):
                cost += 0 if facts.met(wish, known) else _WISH
        cost += _RULE * (self._sits_too_long(task, start) + self._teaches_too_long(task, start, window))
        if self._is_near(task) and start != task.present:
            cost += _MOVED
        if not self._is_near(task):
            over = self._load[start // DAY] + facts.load(task) - facts.day_share * _FULL
            cost += _FULL_DAY * round(max(0, over))
        cost += _LISTED * self._out_of_turn(task, start)
        for others in self._clusters[task.id]:
            there = {facts.window_at(self.starts[one]) for one in others if one in self.starts}
            cost += _CLUSTER if there and window not in there else 0
        return cost + _TORN * min(_MOST_TORN, self._torn_kinds(task, start))

    def _out_of_turn(self, task: Task, start: int) -> bool:
        """Whether a session would come before one that is like it and stands before it in the list."""
        early = self._turns.get(task.id)
        return early is not None and start < self.starts.get(early, 0)

    def _torn_kinds(self, task: Task, start: int) -> int:
        """How many of a kind that usually comes before this one would come after it, or the other way round."""
        if task.kind in ASIDE or self._is_near(task):
            return 0
        rank = self.facts.rank(task)
        others = ((self.facts.rank(one), at) for one, at in self._placed() if one.kind not in ASIDE)
        return sum(start < at if other < rank else at < start for other, at in others if other != rank)

    def _sits_too_long(self, task: Task, start: int) -> bool:
        if not task.sits or task.minutes > LONGEST_RUN:
            return False
        groups = set(self.facts.groups_of(task))
        spans = sorted(
            (at, at + one.minutes)
            for one, at in [*self._placed(), (task, start)]
            if one.sits and groups & set(self.facts.groups_of(one))
        )
        run_start, run_end = spans[0]
        for begin, end in spans[1:]:
            if begin - run_end >= BREAK:
                run_start = begin
            run_end = max(run_end, end)
            if run_start <= start < run_end and run_end - run_start > LONGEST_RUN:
                return True
        return False

    def _teaches_too_long(self, task: Task, start: int, window: int) -> bool:
        if task.kind in NOT_COUNTED:
            return False
        return any(
            sum(
                one.hours / len(one.lecturers)
                for one, at in [*self._placed(), (task, start)]
                if lecturer in one.lecturers and self.facts.window_at(at) == window
            )
            > MOST_HOURS
            for lecturer in task.lecturers
        )

    def answer(self) -> Answer:
        """The layout as it stands."""
        problem = self.facts.problem
        given_up = tuple(
            GivenUp(wish.id)
            for wish in problem.wishes
            if wish.task in self.starts
            and (not wish.other or wish.other in self.starts)
            and not self.facts.met(wish, self.starts)
        )
        return Answer(
            Status.UNPLACED if self.left else Status.FEASIBLE,
            Solver.GREEDY,
            dict(self.starts),
            dict(self.rooms),
            given_up,
            core=tuple(next(iter(self.left.values()))) if self.left else (),
            unplaced=tuple(self.left),
        )
