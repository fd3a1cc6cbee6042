"""Why there is no layout: the smallest set of demands that cannot hold together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

import msgspec

from trainingmgr.domain.planning.facts import Facts, Pair
from trainingmgr.domain.planning.model import DAY, Demand, DemandKind, Problem, Task, Wish
from trainingmgr.domain.planning.search import Beat, new_solver, search
from trainingmgr.domain.schedule import SessionKind

_A_LOOK = 1.5


def plain_fault(facts: Facts) -> tuple[Demand, ...]:
    """What cannot hold as can be seen without a solver; nothing where no such thing is found.

    A session that has no time by itself, two that stay at one time and cannot, or more than the days hold of
    a group, a lecturer, a bus or a place.
    """
    for task in facts.problem.tasks:
        if not facts.starts(task):
            return _without_a_time(facts, task)
    for pair in facts.pairs:
        one, other = pair.early.pinned, pair.late.pinned
        if one is None or other is None:
            continue
        if one < other + pair.late.minutes and other < one + pair.early.minutes:
            pins = (Demand(DemandKind.PINNED, task.id) for task in (pair.early, pair.late))
            return (*pins, *pair.demands[:1])
    shared: dict[Demand, list[Task]] = defaultdict(list)
    for task in facts.problem.tasks:
        if task.pinned is not None or task.kind is SessionKind.MEAL:
            continue
        for group in facts.groups_of(task):
            shared[Demand(DemandKind.CLASS, 0, group)].append(task)
        for lecturer in task.lecturers:
            shared[Demand(DemandKind.LECTURER, lecturer)].append(task)
        for bus in task.buses:
            shared[Demand(DemandKind.BUS, bus)].append(task)
        if len(task.places) == 1:
            shared[Demand(DemandKind.PLACE, 0, task.places[0])].append(task)
    for demand, tasks in shared.items():
        if sum(task.minutes for task in tasks) > facts.room(tasks):
            return (Demand(DemandKind.FRAME), demand)
    return ()


def _without_a_time(facts: Facts, task: Task) -> tuple[Demand, ...]:
    if task.pinned is not None:
        broken = (limit for limit in facts.limits(task) if not facts.holds(task, task.pinned, limit))
        return (Demand(DemandKind.PINNED, task.id), next(broken))
    frame = Demand(DemandKind.FRAME)
    grid = facts.grid(task)
    every = range(0, facts.problem.days * DAY - task.minutes + 1, 5)

    def some(limits: Sequence[Demand]) -> bool:
        starts: Iterable[int] = grid if frame in limits else every
        return any(
            facts.heeds(task, start, [limit for limit in limits if limit != frame]) for start in starts
        )

    needed = [frame, *facts.limits(task)]
    for limit in list(needed):
        fewer = [one for one in needed if one != limit]
        if not some(fewer):
            needed = fewer
    return (Demand(DemandKind.TASK, task.id), *needed)


def explain(facts: Facts, deadline: float, beat: Beat = lambda: True) -> tuple[Demand, ...]:
    """The smallest set of demands of an insoluble problem: with any one of them left out, a layout is found.

    Past the `deadline` (of `time.monotonic`), or where `beat` says no, the set may be larger than needed;
    it is empty where nothing could be proven.
    """
    model = _Demands(facts)
    core = model.first_core(deadline, beat)
    if core is None and any(len(task.places) > 1 for task in facts.problem.tasks):
        # That there is a choice of rooms is seldom at fault, and costs the solver much.
        model = _Demands(facts, choose=True)
        core = model.first_core(deadline, beat)
    if core is None:
        return ()
    chunk = max(1, len(core) // 2)
    place = 0
    while monotonic() < deadline and beat():
        if place >= len(core):
            if chunk == 1:
                break
            chunk, place = max(1, chunk // 2), 0
            continue
        smaller = model.core(core[:place] + core[place + chunk :], min(_A_LOOK, deadline - monotonic()), beat)
        if smaller is None:
            place += chunk
        else:
            # What the solver did not need of the rest goes at once.
            kept = set(smaller)
            place = sum(one in kept for one in core[:place])
            core = [one for one in core if one in kept]
    return tuple(core)


def against(
    problem: Problem, given_up: Sequence[Wish], wish: Wish, deadline: float, beat: Beat = lambda: True
) -> tuple[Demand, ...]:
    """What a wish cannot hold together with: demands, and wishes that are met; nothing where it could."""
    gone = {one.id for one in given_up} - {wish.id}
    wishes = tuple(msgspec.structs.replace(one, must=True) for one in problem.wishes if one.id not in gone)
    found = explain(Facts(msgspec.structs.replace(problem, wishes=wishes)), deadline, beat)
    return tuple(one for one in found if one != Demand(DemandKind.WISH, wish.id))


class _Demands:
    """The problem with a switch for each demand; rooms of which one is to be chosen are in it with `choose` alone."""

    def __init__(self, facts: Facts, *, choose: bool = False) -> None:
        from ortools.sat.python import cp_model

        self._lib, self.facts, self._cp = cp_model, facts, cp_model.CpModel()
        self.literals: dict[Demand, Any] = {}
        self._start: dict[int, Any] = {}
        horizon = facts.problem.days * DAY
        for task in facts.problem.tasks:
            self._start[task.id] = self._cp.new_int_var(0, horizon, "")
            self._limit(task)
        for pair in facts.pairs:
            self._pair(pair)
        if choose:
            self._rooms()
        for early, late, demand in facts.orders:
            self._cp.add(self._end(early) <= self._start[late]).only_enforce_if(
                self._on(demand), self._there(early), self._there(late)
            )
        for site, stays in facts.site_pairs.items():
            full = self._on(Demand(DemandKind.SITE_FULL, site))
            intervals = [
                self._cp.new_optional_fixed_size_interval_var(
                    self._start[task.id] + stay.after, stay.minutes, full, ""
                )
                for task, stay in stays
            ]
            people = [task.people for task, _stay in stays]
            self._cp.add_cumulative(intervals, people, facts.problem.holds[site])

    def first_core(self, deadline: float, beat: Beat) -> list[Demand] | None:
        """Those of all demands that suffice for a contradiction; None where none is found in half of the time left."""
        # Whatever is left out of it later has to be found out in a moment; that there is one at all may take longer.
        left = deadline - monotonic()
        return self.core(list(self.literals), max(min(_A_LOOK, left), left / 2), beat)

    def core(self, demands: Sequence[Demand], seconds: float, beat: Beat) -> list[Demand] | None:
        """Those of the demands that suffice for a contradiction; None where none is found in so many seconds."""
        self._cp.clear_assumptions()
        self._cp.add_assumptions([self.literals[demand] for demand in demands])
        solver = new_solver(seconds)
        if search(solver, self._cp, beat) != self._lib.INFEASIBLE:
            return None
        enough = set(solver.sufficient_assumptions_for_infeasibility())
        found = [demand for demand in demands if self.literals[demand].index in enough]
        return found or list(demands)

    def _on(self, demand: Demand) -> Any:
        if demand.kind is DemandKind.CLASS:
            demand = Demand(DemandKind.CLASS)
        if demand not in self.literals:
            self.literals[demand] = self._cp.new_bool_var("")
        return self.literals[demand]

    def _there(self, task_id: int) -> Any:
        kind = DemandKind.TASK if self.facts.tasks[task_id].pinned is None else DemandKind.PINNED
        return self._on(Demand(kind, task_id))

    def _end(self, task_id: int) -> Any:
        return self._start[task_id] + self.facts.tasks[task_id].minutes

    def _limit(self, task: Task) -> None:
        there = self._there(task.id)
        if task.pinned is not None:
            self._cp.add(self._start[task.id] == task.pinned).only_enforce_if(there)
            for limit in self.facts.limits(task):
                fits = [task.pinned] if self.facts.holds(task, task.pinned, limit) else []
                self._within(task, fits, limit)
            return
        times = self._times(task)
        self._within(task, self.facts.grid(task), Demand(DemandKind.FRAME))
        for limit in self.facts.limits(task):
            if limit.kind is not DemandKind.PLACE_HELD or len(task.places) == 1:
                self._within(task, [at for at in times if self.facts.holds(task, at, limit)], limit)

    def _times(self, task: Task) -> list[int]:
        every = range(0, self.facts.problem.days * DAY - task.minutes + 1, 5)
        return sorted({*self.facts.grid(task), *every})

    def _within(self, task: Task, times: Iterable[int], demand: Demand, *where: Any) -> None:
        self._cp.add_linear_expression_in_domain(
            self._start[task.id], self._lib.Domain.from_values(list(times))
        ).only_enforce_if(self._there(task.id), self._on(demand), *where)

    def _rooms(self) -> None:
        """One room for each session, one session in each room at a time, and none while others are in it."""
        within: dict[str, list[Any]] = defaultdict(list)
        for task in self.facts.problem.tasks:
            chosen = {place: self._cp.new_bool_var("") for place in task.places}
            if chosen:
                self._cp.add_exactly_one(chosen.values())
            for place, lit in chosen.items():
                switches = (lit, self._there(task.id), self._on(Demand(DemandKind.PLACE, 0, place)))
                there = self._cp.new_bool_var("")
                self._cp.add_bool_and(there).only_enforce_if(*switches)
                within[place].append(
                    self._cp.new_optional_fixed_size_interval_var(
                        self._start[task.id], task.minutes, there, ""
                    )
                )
            if task.pinned is None:
                times = self._times(task)
                for held in self.facts.held(task):
                    free = [at for at in times if self.facts.holds(task, at, held)]
                    self._within(task, free, held, chosen[held.name])
        for intervals in within.values():
            self._cp.add_no_overlap(intervals)

    def _pair(self, pair: Pair) -> None:
        one, other = pair.early.id, pair.late.id
        before = self._cp.new_bool_var("")
        for demand in pair.demands:
            switches = (self._on(demand), self._there(one), self._there(other))
            self._cp.add(self._end(one) + pair.gap <= self._start[other]).only_enforce_if(before, *switches)
            self._cp.add(self._end(other) + pair.gap_back <= self._start[one]).only_enforce_if(
                ~before, *switches
            )
