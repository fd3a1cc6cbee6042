"""A layout by OR-Tools' CP-SAT: as many wishes as can be, then the tidiest; or why there is none at all.

The library is an extra and loads late. With one worker and a fixed seed the same problem gives the same
layout as long as it is proven; where time runs out, a faster machine may find a better one.
"""

from collections import defaultdict
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from trainingmgr.domain.planning.explain import against, explain
from trainingmgr.domain.planning.facts import Facts, Pair
from trainingmgr.domain.planning.model import (
    ASIDE,
    BREAK,
    DAY,
    LONGEST_RUN,
    MOST_HOURS,
    Answer,
    GivenUp,
    Problem,
    Solver,
    Status,
    Task,
    Wish,
    WishKind,
)
from trainingmgr.domain.planning.search import Beat, new_solver, search
from trainingmgr.domain.schedule import NOT_COUNTED

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# The seconds without anything better after which the tidiest layout is looked for no longer: fewest and most.
_SHORTEST, _LONGEST = 2.5, 8.0
_WISH, _RULE, _MOVED = 12, 3, 2
_STAGE, _OVER, _CLUSTER, _KINDS, _LISTED = 20, 3, 300, 60, 90
_MOST_REASONS = 4


def lay_best(
    problem: Problem, seconds: float, hint: Answer | None = None, beat: Beat = lambda: True
) -> Answer | None:
    """Lay the sessions within about `seconds`, beginning from the layout `hint`; None where none was found in time.

    `beat` is called every few seconds; where it says no, the best layout so far is the answer.
    """
    from ortools.sat.python import cp_model

    began = monotonic()
    model = _Model(Facts(problem), cp_model)
    run = _Run(cp_model, model, beat)
    hints = dict(hint.starts) if hint is not None and not hint.unplaced else {}
    faults = model.faults()
    model.cp.minimize(faults)
    run.begin(hints)
    # Whether there is any at all may take all the time; how few wishes are given up, half of it.
    status = run.solve(began + seconds, enough=began + seconds * 0.5)
    if status == cp_model.INFEASIBLE:
        core = explain(model.facts, began + seconds * 2, beat)
        return Answer(Status.INFEASIBLE, Solver.OPTIMISER, core=core, seconds=round(monotonic() - began, 2))
    if not run.starts:
        return None
    proven = status == cp_model.OPTIMAL
    model.cp.add(faults <= round(run.value))
    model.cp.minimize(model.untidiness())
    # The layout without the optimiser is tidy already: it is where to begin, if it is as good in the rest.
    run.begin(hints)
    run.solve(began + seconds, idle=min(_LONGEST, max(_SHORTEST, len(problem.tasks) / 8)))
    given_up = [wish for wish in problem.wishes if not model.facts.met(wish, run.starts)]
    return Answer(
        Status.OPTIMAL if proven else Status.FEASIBLE,
        Solver.OPTIMISER,
        run.starts,
        run.rooms,
        tuple(
            GivenUp(wish.id, against(problem, given_up, wish, began + seconds * 1.5, beat))
            for wish in given_up[:_MOST_REASONS]
        )
        + tuple(GivenUp(wish.id) for wish in given_up[_MOST_REASONS:]),
        run.gap,
        seconds=round(monotonic() - began, 2),
    )


class _Run:
    """Solves for one aim after the other and keeps the best layout."""

    def __init__(self, cp: Any, model: "_Model", beat: Beat) -> None:
        self._cp, self._model, self._beat = cp, model, beat
        self.starts: dict[int, int] = {}
        self.rooms: dict[int, str] = {}
        self.value = float("inf")
        self.gap: float | None = None

    def solve(self, until: float, *, enough: float = float("inf"), idle: float = float("inf")) -> Any:
        """Solve the model as it stands, from the best layout; gives the status of the solver.

        Ends at `until`, or before as `search` does at `enough` and `idle`.
        """
        self._model.hint(self.starts)
        solver = new_solver(max(0.2, until - monotonic()))
        # Its ways of searching take turns, in an order that does not depend on the machine.
        solver.parameters.interleave_search = True
        status = search(solver, self._model.cp, self._beat, best=self.value, enough=enough, idle=idle)
        if status in {self._cp.OPTIMAL, self._cp.FEASIBLE}:
            self._take(solver)
        return status

    def begin(self, hints: dict[int, int]) -> None:
        """Begin anew for what the model minimises now, from a layout if it is one of the model's."""
        self.value, self.gap = float("inf"), None
        if hints:
            self._model.hint(hints)
            solver = new_solver(_LONGEST)
            solver.parameters.fix_variables_to_their_hinted_value = True
            if solver.solve(self._model.cp) in {self._cp.OPTIMAL, self._cp.FEASIBLE}:
                self._take(solver)
                self.gap = None

    def _take(self, solver: Any) -> None:
        """Keep what the solver found, unless something better is kept already, and how good it can get."""
        if solver.objective_value < self.value:
            self.value = solver.objective_value
            self.starts = {task_id: solver.value(var) for task_id, var in self._model.start.items()}
            self.rooms = {
                task_id: next(room for room, lit in rooms.items() if solver.value(lit))
                for task_id, rooms in self._model.room.items()
            }
        bound = solver.best_objective_bound
        self.gap = min(1.0, max(0.0, self.value - bound) / self.value) if self.value > 0 else 0.0


class _Model:
    """The problem as variables and constraints. Everything that must hold does so."""

    def __init__(self, facts: Facts, cp: Any) -> None:
        self.facts, self._lib = facts, cp
        self.cp: cp_model.CpModel = cp.CpModel()
        self._horizon = facts.problem.days * DAY
        self.start: dict[int, Any] = {}
        self._before: dict[tuple[int, int], Any] = {}
        self.window: dict[int, dict[int, Any]] = {}
        self.room: dict[int, dict[str, Any]] = {}
        self._wishes: list[tuple[Wish, Any]] = []
        self._run: dict[int, Any] = {}
        self._rules: list[Any] = []
        for task in facts.problem.tasks:
            self._add_task(task)
        self._never_at_once()
        for pair in facts.pairs:
            self._add_pair(pair)
        for early, late, _demand in facts.orders:
            self.cp.add(self._end(early) <= self.start[late])
        for early, late in facts.alike:
            self.cp.add(self._end(early) <= self.start[late])
        self._sites()
        self._teaching()
        self._add_wishes()

    def _end(self, task_id: int) -> Any:
        return self.start[task_id] + self.facts.tasks[task_id].minutes

    def _add_task(self, task: Task) -> None:
        starts = self.facts.starts(task)
        domain = self._lib.Domain.from_values(starts)
        self.start[task.id] = self.cp.new_int_var_from_domain(domain, f"s{task.id}")
        places: dict[int, list[int]] = defaultdict(list)
        for start in starts:
            places[self.facts.window_at(start)].append(start)
        self.window[task.id] = {}
        for place, within in places.items():
            lit = self.cp.new_bool_var(f"w{task.id}.{place}")
            self.window[task.id][place] = lit
            allowed = self._lib.Domain.from_values(within)
            self.cp.add_linear_expression_in_domain(self.start[task.id], allowed).only_enforce_if(lit)
        self.cp.add_exactly_one(self.window[task.id].values())

    def _never_at_once(self) -> None:
        """What the pairs say too, in the form that the solver draws most from."""
        of: dict[tuple[str, object], list[Any]] = defaultdict(list)
        rooms: dict[str, list[Any]] = defaultdict(list)
        for task in self.facts.problem.tasks:
            interval = self.cp.new_fixed_size_interval_var(self.start[task.id], task.minutes, f"i{task.id}")
            # Those that stay may stand beside each other; the pairs tell them from the rest.
            if task.pinned is None:
                for group in self.facts.groups_of(task):
                    of["group", group].append(interval)
            for lecturer in task.lecturers:
                of["lecturer", lecturer].append(interval)
            if len(task.places) == 1:
                rooms[task.places[0]].append(interval)
            elif task.places:
                self.room[task.id] = {}
                for room in task.places:
                    lit = self.cp.new_bool_var(f"r{task.id}.{room}")
                    self.room[task.id][room] = lit
                    rooms[room].append(
                        self.cp.new_optional_fixed_size_interval_var(
                            self.start[task.id], task.minutes, lit, f"ri{task.id}.{room}"
                        )
                    )
                self.cp.add_exactly_one(self.room[task.id].values())
                self._where_free(task)
        for intervals in [*of.values(), *rooms.values()]:
            if len(intervals) > 1:
                self.cp.add_no_overlap(intervals)

    def _where_free(self, task: Task) -> None:
        """A room is chosen for a time at which no other training is in it."""
        if task.pinned is not None:
            return
        starts = self.facts.starts(task)
        for held in self.facts.held(task):
            free = [start for start in starts if self.facts.holds(task, start, held)]
            self.cp.add_linear_expression_in_domain(
                self.start[task.id], self._lib.Domain.from_values(free)
            ).only_enforce_if(self.room[task.id][held.name])

    def _add_pair(self, pair: Pair) -> None:
        one, other = pair.early.id, pair.late.id
        if pair.early.pinned is not None and pair.late.pinned is not None:
            if not self._apart(pair):
                self.cp.add_bool_or([])
            return
        before = self.cp.new_bool_var(f"b{one}.{other}")
        self._before[one, other] = before
        self.cp.add(self._end(one) + pair.gap <= self.start[other]).only_enforce_if(before)
        self.cp.add(self._end(other) + pair.gap_back <= self.start[one]).only_enforce_if(~before)
        if not self.facts.run_on(pair):
            return
        for early, late, is_so in ((pair.early, pair.late, before), (pair.late, pair.early, ~before)):
            rest = self.cp.new_bool_var("")
            self.cp.add(self._end(early.id) + BREAK <= self.start[late.id]).only_enforce_if(is_so, rest)
            self.cp.add(self._run_of(late) <= self._run_of(early)).only_enforce_if(is_so, ~rest)

    def _apart(self, pair: Pair) -> bool:
        one, other = pair.early.pinned or 0, pair.late.pinned or 0
        return one + pair.early.minutes <= other or other + pair.late.minutes <= one

    def _run_of(self, task: Task) -> Any:
        """When people sat down for the run of sessions that this one is in."""
        if task.id not in self._run:
            run = self.cp.new_int_var(0, self._horizon, f"run{task.id}")
            self._run[task.id] = run
            self.cp.add(run <= self.start[task.id])
            if task.minutes <= LONGEST_RUN:
                long = self.cp.new_bool_var(f"long{task.id}")
                self.cp.add(self._end(task.id) - run <= LONGEST_RUN).only_enforce_if(~long)
                self._rules.append(long)
        return self._run[task.id]

    def _sites(self) -> None:
        for site, stays in self.facts.site_pairs.items():
            intervals = [
                self.cp.new_fixed_size_interval_var(self.start[task.id] + stay.after, stay.minutes, "")
                for task, stay in stays
            ]
            self.cp.add_cumulative(
                intervals, [task.people for task, _stay in stays], self.facts.problem.holds[site]
            )

    def _teaching(self) -> None:
        """Who teaches more than four class hours in a half-day, which is better avoided."""
        hours: dict[tuple[int, int], list[tuple[int, Any]]] = defaultdict(list)
        for task in self.facts.problem.tasks:
            if task.kind not in NOT_COUNTED:
                for lecturer in task.lecturers:
                    for place, lit in self.window[task.id].items():
                        hours[lecturer, place].append((round(task.hours * 100 / len(task.lecturers)), lit))
        most = round(MOST_HOURS * 100)
        for parts in hours.values():
            total = sum(part for part, _lit in parts)
            if total > most:
                long = self.cp.new_bool_var("")
                self.cp.add(sum(part * lit for part, lit in parts) <= most + total * long)
                self._rules.append(long)

    def _add_wishes(self) -> None:
        for wish in self.facts.problem.wishes:
            if wish.must:
                continue
            met = self.cp.new_bool_var(f"wish{wish.id}")
            if wish.kind is WishKind.BEFORE:
                self.cp.add(self._end(wish.task) <= self.start[wish.other]).only_enforce_if(met)
            else:
                task = self.facts.tasks[wish.task]
                allowed = [at for at in self.facts.starts(task) if self.facts.met(wish, {task.id: at})]
                self.cp.add_linear_expression_in_domain(
                    self.start[task.id], self._lib.Domain.from_values(allowed)
                ).only_enforce_if(met)
            self._wishes.append((wish, met))

    def faults(self) -> Any:
        """What is not as it should be: wishes that are not met, rules of good planning, sessions that moved."""
        cost = sum(_WISH * ~met for _wish, met in self._wishes) + sum(_RULE * rule for rule in self._rules)
        if self.facts.problem.keep:
            cost += sum(_MOVED * moved for moved in self._moved())
        return cost

    def _moved(self) -> Iterable[Any]:
        for task in self.facts.problem.tasks:
            if task.present is not None and task.pinned is None:
                moved = self.cp.new_bool_var(f"moved{task.id}")
                self.cp.add(self.start[task.id] == task.present).only_enforce_if(~moved)
                yield moved

    def untidiness(self) -> Any:
        """What makes a layout less pleasant: full days beside empty ones, gaps, kinds and districts torn apart.

        What moves although as few as possible shall, goes no further than needed.
        """
        windows = self.facts.problem.windows
        cost: Any = 0
        load: dict[int, list[Any]] = defaultdict(list)
        for task in self.facts.problem.tasks:
            if task.pinned is None and self.facts.problem.keep and task.present is not None:
                away = self.cp.new_int_var(0, self._horizon + abs(task.present), "")
                self.cp.add_abs_equality(away, self.start[task.id] - task.present)
                cost += away
            elif task.pinned is None:
                places = self.window[task.id].items()
                # A variable of its own, which cannot be below 0, gives the solver a bound.
                into = self.cp.new_int_var(0, DAY, "")
                begins = sum(windows[place].start * lit for place, lit in places)
                self.cp.add(into == self.start[task.id] - begins)
                cost += into + sum(_STAGE * place * lit for place, lit in places)
            if self.facts.load(task):
                for place, lit in self.window[task.id].items():
                    load[windows[place].day].append(self.facts.load(task) * lit)
        for minutes in load.values():
            over = self.cp.new_int_var(0, DAY * 4, "")
            self.cp.add(over >= sum(minutes) - self.facts.day_share)
            cost += _OVER * over
        for tasks in self.facts.clusters.values():
            for place in sorted({place for task in tasks for place in self.window[task.id]}):
                used = self.cp.new_bool_var("")
                self.cp.add_max_equality(
                    used, [self.window[task.id][place] for task in tasks if place in self.window[task.id]]
                )
                cost += _CLUSTER * used
        cost += sum(_LISTED * behind for behind in self._out_of_turn())
        return cost + sum(_KINDS * torn for torn in self._torn_kinds())

    def _out_of_turn(self) -> Iterable[Any]:
        """Whether a session comes before the one of its kind that stands before it in the list."""
        last: dict[object, int] = {}
        for task in self.facts.problem.tasks:
            key = task.kind, task.cluster
            before = self._before.get((last.get(key, 0), task.id))
            if before is not None:
                yield ~before
            last[key] = task.id

    def _torn_kinds(self) -> Iterable[Any]:
        """Whether a session comes before one of a kind that usually comes before it."""
        for (one, other), before in self._before.items():
            early, late = self.facts.tasks[one], self.facts.tasks[other]
            if early.kind in ASIDE or late.kind in ASIDE or self.facts.rank(early) == self.facts.rank(late):
                continue
            yield ~before if self.facts.rank(early) < self.facts.rank(late) else before

    def hint(self, starts: dict[int, int]) -> None:
        """Let the solver begin from a layout."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves this one out
        for task_id, at in starts.items():
            self.cp.add_hint(self.start[task_id], at)
            here = self.facts.window_at(at)
            for place, lit in self.window[task_id].items():
                self.cp.add_hint(lit, place == here)
        for (one, other), before in self._before.items():
            if one in starts and other in starts:
                self.cp.add_hint(before, starts[one] < starts[other])
