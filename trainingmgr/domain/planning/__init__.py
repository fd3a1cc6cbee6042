"""Laying a timetable: from sessions with lengths and what has to hold, to times; or why there are none.

OR-Tools (the extra `planner`) proves what it finds. Without it sessions are laid one by one, which finds
a layout in ordinary cases and proves nothing.
"""

from collections.abc import Callable
from time import monotonic

import msgspec

from trainingmgr.domain import cp_sat
from trainingmgr.domain.planning import optimiser
from trainingmgr.domain.planning.explain import plain_fault
from trainingmgr.domain.planning.facts import Facts
from trainingmgr.domain.planning.frame import Frame, windows_of
from trainingmgr.domain.planning.greedy import lay_greedily
from trainingmgr.domain.planning.model import (
    BREAK,
    DAY,
    Answer,
    Demand,
    DemandKind,
    GivenUp,
    Half,
    Held,
    Problem,
    Solver,
    Span,
    Status,
    Stay,
    Task,
    Window,
    Wish,
    WishKind,
)

SECONDS = 20.0
"""How long a layout is looked for at most, about."""


def lay(
    problem: Problem,
    seconds: float = SECONDS,
    *,
    optimise: bool | None = None,
    beat: Callable[[], bool] = lambda: True,
) -> Answer:
    """Lay the sessions of a problem: by the optimiser where it can be, unless `optimise` says otherwise.

    `beat` is called every few seconds and ends the search by saying no. The same problem gives the same
    answer wherever that is proven.
    """
    began = monotonic()
    facts = Facts(problem)
    able = cp_sat.is_usable() if optimise is None else optimise
    core = plain_fault(facts)
    if core:
        return Answer(Status.INFEASIBLE, Solver.OPTIMISER if able else Solver.GREEDY, core=core)
    first = lay_greedily(problem, seconds / 4)
    if able:
        best = optimiser.lay_best(problem, seconds - (monotonic() - began), first, beat)
        if best is not None:
            return best
    return msgspec.structs.replace(first, seconds=round(monotonic() - began, 2))


__all__ = [
    "BREAK",
    "DAY",
    "SECONDS",
    "Answer",
    "Demand",
    "DemandKind",
    "Facts",
    "Frame",
    "GivenUp",
    "Half",
    "Held",
    "Problem",
    "Solver",
    "Span",
    "Status",
    "Stay",
    "Task",
    "Window",
    "Wish",
    "WishKind",
    "lay",
    "windows_of",
]
