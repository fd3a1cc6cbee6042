"""Laying a timetable in rooms that other trainings hold at some time."""

from datetime import time
from time import monotonic
from typing import Any

import msgspec
import pytest

from tests.domain.planning.layouts import HALL, SECOND, problem
from trainingmgr.domain.planning import (
    DAY,
    Demand,
    DemandKind,
    Facts,
    Frame,
    Half,
    Held,
    Problem,
    Status,
    Task,
    Wish,
    WishKind,
    explain,
    lay,
)
from trainingmgr.domain.planning.search import Beat, search
from trainingmgr.domain.schedule import SessionKind

MORNING = Frame(lunch_starts=time(12), lunch_ends=time(12), ends=time(12))
BOTH = pytest.mark.parametrize("optimise", [False, True], ids=["greedy", "optimiser"])


def _lecture(number: int, *places: str, **values: Any) -> Task:
    return Task(number, SessionKind.LECTURE, f"课{number}", 90, places=places, **values)


@BOTH
def test_a_session_is_laid_when_no_other_training_has_its_room(optimise: bool) -> None:
    morning = {HALL: (Held(500, 720, "别班", "Other"),)}
    moves = _lecture(1, HALL, present=540)
    asked = problem([moves, _lecture(2)], days=1, taken=morning, keep=True)
    starts = lay(asked, 3, optimise=optimise).starts
    assert starts[1] >= 840
    assert starts[2] < 720
    # What stays where it stands, or goes to another room, is not kept from it.
    stays = [_lecture(1, HALL, pinned=510), _lecture(2, SECOND)]
    found = lay(problem(stays, days=1, frame=MORNING, taken=morning), 3, optimise=optimise)
    assert found.starts == {1: 510, 2: 610}


@BOTH
def test_of_several_rooms_one_is_chosen_that_no_other_training_is_in(optimise: bool) -> None:
    groups = [_lecture(number, HALL, SECOND, groups=(f"{number}组",)) for number in (1, 2)]
    taken = {HALL: (Held(500, 600),), SECOND: (Held(620, 720),)}
    found = lay(problem(groups, days=1, frame=MORNING, taken=taken), 3, optimise=optimise)
    at = {found.rooms[number]: found.starts[number] for number in (1, 2)}
    assert at[HALL] >= 600
    assert at[SECOND] + 90 <= 620


@BOTH
def test_a_room_that_another_training_is_in_is_named_where_nothing_can_be_laid(optimise: bool) -> None:
    taken = {HALL: (Held(0, DAY, "别班", "Other"),), SECOND: (Held(0, DAY, "别班", "Other"),)}
    held = [Demand(DemandKind.PLACE_HELD, 0, place) for place in (HALL, SECOND)]
    task, frame = Demand(DemandKind.TASK, 1), Demand(DemandKind.FRAME)

    def core(*places: str, **values: Any) -> set[Demand]:
        answer = lay(problem([_lecture(1, *places)], **values, taken=taken), 3, optimise=optimise)
        assert answer.status is Status.INFEASIBLE
        assert len(answer.core) == len(set(answer.core))
        return set(answer.core)

    assert core(HALL, days=1) == {task, held[0]}
    assert core(HALL, SECOND, days=1) == {task, *held}
    today = Wish(1, WishKind.DAY, 1, day=0, must=True)
    assert core(HALL, wishes=(today,)) == {task, Demand(DemandKind.WISH, 1), held[0]}
    short = problem(
        [_lecture(1, HALL)],
        days=1,
        frame=MORNING,
        taken={HALL: (Held(500, 720),)},
    )
    assert set(lay(short, 3, optimise=optimise).core) == {task, frame, held[0]}


def test_a_wish_is_given_up_for_a_room_that_another_training_is_in() -> None:
    wish = Wish(1, WishKind.HALF, 1, half=Half.MORNING)
    asked = problem([_lecture(1, HALL)], days=1, wishes=(wish,), taken={HALL: (Held(500, 720),)})
    (given_up,) = lay(asked, 3, optimise=True).given_up
    assert set(given_up.against) == {Demand(DemandKind.TASK, 1), Demand(DemandKind.PLACE_HELD, 0, HALL)}


@BOTH
def test_two_that_can_be_in_one_room_alone_are_named_with_what_holds_the_others(optimise: bool) -> None:
    frame = Frame(lunch_starts=time(10), lunch_ends=time(10), ends=time(10))
    groups = [_lecture(number, HALL, SECOND, groups=(f"{number}组",)) for number in (1, 2)]
    asked = problem(groups, days=1, frame=frame, taken={HALL: (Held(0, DAY),)})
    answer = lay(asked, 3, optimise=optimise)
    assert answer.status is (Status.INFEASIBLE if optimise else Status.UNPLACED)
    assert Demand(DemandKind.PLACE_HELD, 0, HALL) in answer.core
    if optimise:
        assert set(answer.core) == {
            Demand(DemandKind.FRAME),
            *(Demand(DemandKind.TASK, number) for number in (1, 2)),
            Demand(DemandKind.PLACE_HELD, 0, HALL),
            Demand(DemandKind.PLACE, 0, SECOND),
        }


@pytest.mark.parametrize("places", [(HALL,), (HALL, SECOND)])
def test_a_contradiction_that_was_found_is_not_looked_for_again(
    monkeypatch: pytest.MonkeyPatch, places: tuple[str, ...]
) -> None:
    looked = []

    def look(solver: Any, model: Any, beat: Beat) -> Any:
        looked.append(len(model.proto.assumptions))
        return search(solver, model, beat)

    monkeypatch.setattr(explain, "search", look)
    wishes = (
        Wish(1, WishKind.BEFORE, 1, 2, must=True),
        Wish(2, WishKind.BEFORE, 2, 1, must=True),
    )
    asked = problem([_lecture(1, *places), _lecture(2, *places)], wishes=wishes)
    assert explain.explain(Facts(asked), monotonic() + 20)
    assert looked[0] > looked[1]


def test_a_problem_that_was_kept_by_an_earlier_release_is_still_read() -> None:
    kept = msgspec.to_builtins(problem([_lecture(1, HALL)]))
    del kept["taken"]
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Problem).taken == {}
