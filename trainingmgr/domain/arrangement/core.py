"""Which demands cannot hold together, where counting did not tell: found by OR-Tools, then made as few as can be."""

import time
from dataclasses import replace
from typing import Any

from trainingmgr.domain.arrangement.exact import SEED, Model
from trainingmgr.domain.arrangement.model import Problem, Reason


def clashing(problem: Problem, seconds: float) -> tuple[Reason, ...]:
    """A set of demands that cannot all hold, none of which is idle as far as time allowed to see.

    Empty where none was found within so many seconds. That places are not exceeded is taken for granted.
    """
    until = time.monotonic() + seconds
    demands = _demands(problem)
    found = _infeasible(problem, demands, until)
    if found is None:
        return ()
    kept = found
    for one in found:
        fewer = [other for other in kept if other != one]
        smaller = _infeasible(problem, fewer, until)
        if smaller is not None:
            kept = smaller
    return tuple(kept)


def _demands(problem: Problem) -> list[Reason]:
    known = {one.id for one in problem.people}
    sets = [("arrangement.demand_together", problem.together), ("arrangement.demand_apart", problem.apart)]
    found = [
        Reason(code, {}, tuple(sorted(one & known)))
        for code, groups in sets
        for one in groups
        if len(one & known) > 1
    ]
    found += [
        Reason("arrangement.demand_pin", {"container": key}, (number,))
        for number, key in problem.pins.items()
        if number in known
    ]
    found += [Reason("arrangement.demand_alone", {}, (one.id,)) for one in problem.people if one.alone]
    if problem.one_sex:
        found.append(Reason("arrangement.demand_one_sex"))
    return found


def _infeasible(problem: Problem, demands: list[Reason], until: float) -> list[Reason] | None:
    """Those of the demands that make it impossible; None where they do not, or time is over."""
    from ortools.sat.python import cp_model

    if time.monotonic() > until:
        return None
    model = Model(replace(problem, spread={}, gather={}, even=0, fewest=0), apart=True)
    literals = {}
    for demand in demands:
        literal = model.cp.new_bool_var("")
        literals[literal.index] = demand
        for constraint in _constraints(model, demand):
            constraint.only_enforce_if(literal)
        model.cp.add_assumption(literal)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = max(0.1, until - time.monotonic())
    if solver.solve(model.cp) != cp_model.INFEASIBLE:
        return None
    return [literals[one] for one in solver.sufficient_assumptions_for_infeasibility() if one in literals]


def _constraints(model: Model, demand: Reason) -> list[Any]:
    board = model.board
    members = [board.position[one] for one in demand.people]
    match demand.code:
        case "arrangement.demand_apart":
            return model.part(members)
        case "arrangement.demand_alone":
            return model.leave_alone(members[0])
        case "arrangement.demand_one_sex":
            return model.one_sex()
        case "arrangement.demand_pin":
            home = board.pin[members[0]]
            return [model.cp.add(model.at[model.lot_of[members[0]]][home] == 1)] if home is not None else []
        case _:
            first, *rest = (model.lot_of[at] for at in members)
            return [
                model.cp.add(model.at[one][container] == model.at[first][container])
                for one in rest
                for container in range(board.containers)
            ]
