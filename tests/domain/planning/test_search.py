"""A search that would go on for hours, and what ends it."""

from itertools import combinations, count, pairwise
from time import monotonic
from typing import Any

import pytest
from ortools.sat.python import cp_model

from trainingmgr.domain.planning import search as module
from trainingmgr.domain.planning.search import new_solver, search


def _ruler(marks: int = 14) -> Any:
    """The shortest ruler on which no two marks are as far apart as two others: soon found short, proven after hours."""
    model = cp_model.CpModel()
    at = [model.new_int_var(0, marks * marks, "") for _ in range(marks)]
    model.add(at[0] == 0)
    for one, other in pairwise(at):
        model.add(one < other)
    model.add_all_different([other - one for one, other in combinations(at, 2)])
    model.minimize(at[-1])
    return model


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEAT", 0.4)


def _never() -> bool:
    return True


def test_who_waits_is_told_again_and_again_and_ends_it_by_saying_no() -> None:
    asked = count(1)
    began = monotonic()
    search(new_solver(60), _ruler(), lambda: next(asked) < 3)
    assert next(asked) == 4
    assert monotonic() - began < 30


def test_what_goes_wrong_while_telling_ends_it_and_is_not_lost() -> None:
    def fail() -> bool:
        raise LookupError

    began = monotonic()
    with pytest.raises(LookupError):
        search(new_solver(60), _ruler(), fail)
    assert monotonic() - began < 30


def test_it_ends_at_the_time_that_is_enough_once_anything_is_known() -> None:
    began = monotonic()
    solver = new_solver(60)
    assert search(solver, _ruler(), _never, enough=began + 1) == cp_model.FEASIBLE
    assert solver.objective_value < 14 * 14
    assert monotonic() - began < 30


def test_it_ends_when_nothing_better_comes_for_a_while() -> None:
    began = monotonic()
    # Nothing is shorter than what is known.
    assert search(new_solver(60), _ruler(), _never, best=1, idle=0.5) != cp_model.OPTIMAL
    assert monotonic() - began < 30


def test_what_is_proven_is_said_at_once() -> None:
    asked = count()
    assert search(new_solver(60), _ruler(4), lambda: bool(next(asked)) or True) == cp_model.OPTIMAL
    assert next(asked) == 0
