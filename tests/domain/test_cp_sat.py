"""A solver that is broken is as good as none."""

import sys
from collections.abc import Iterator

import pytest

from tests.domain.planning.layouts import problem
from trainingmgr.domain import cp_sat
from trainingmgr.domain.arrangement import Container, Engine, Someone, Status, Trait, arrange
from trainingmgr.domain.arrangement import Problem as People
from trainingmgr.domain.planning import Solver, Task, lay
from trainingmgr.domain.schedule import SessionKind


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cp_sat, "find_spec", lambda _name: object())
    for name in ("ortools.sat.python.cp_model", "ortools.sat.python", "ortools.sat", "ortools"):
        monkeypatch.setitem(sys.modules, name, None)
    cp_sat.is_usable.cache_clear()
    yield
    cp_sat.is_usable.cache_clear()


@pytest.mark.usefixtures("broken")
def test_what_is_installed_and_does_not_load_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    assert cp_sat.is_installed()
    assert cp_sat.seems_usable(), "nothing was loaded yet"
    assert not cp_sat.is_usable()
    assert not cp_sat.seems_usable()
    people = [Someone(number, {Trait.SEX: "female"}) for number in range(3)]
    answer = arrange(People(people, [Container("301", 2), Container("302", 2)]), 1)
    assert (answer.engine, answer.status is Status.IMPOSSIBLE) == (Engine.STEPS, False)
    assert lay(problem([Task(1, SessionKind.LECTURE, "讲", 90)]), 1).solver is Solver.GREEDY
    assert len(caplog.records) == 1, "it is tried once"
