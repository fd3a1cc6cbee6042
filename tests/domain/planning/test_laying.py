"""Laying a timetable: nothing impossible comes out, what holds holds, and what cannot is named."""

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.planning.layouts import DISTRICTS, HALL, SECOND, SITES, chengdu, plan_of, problem
from trainingmgr.domain.clash import Level, find_clashes
from trainingmgr.domain.planning import (
    DAY,
    Demand,
    DemandKind,
    Facts,
    Frame,
    Half,
    Held,
    Problem,
    Solver,
    Span,
    Status,
    Stay,
    Task,
    Wish,
    WishKind,
    lay,
    windows_of,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import SessionKind

BOTH = pytest.mark.parametrize("optimise", [False, True], ids=["greedy", "optimiser"])
_KINDS = [kind for kind in SessionKind if kind is not SessionKind.MEAL]
_PLACES = [(), (HALL,), (HALL, SECOND)]
_TAKEN = [
    {},
    {HALL: (Held(510, 720), Held(DAY + 840, DAY + 960))},
    {HALL: (Held(0, DAY),), SECOND: (Held(600, 630), Held(DAY, DAY * 2))},
    {HALL: (Held(0, DAY * 2),), SECOND: (Held(0, DAY * 2),)},
]


@st.composite
def _problems(draw: st.DrawFn) -> Problem:
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=2, max_size=5))
    tasks = []
    for number, kind in enumerate(kinds, 1):
        visit = kind is SessionKind.SITE_VISIT
        places = () if visit else draw(st.sampled_from(_PLACES))
        place = SITES[number] if visit else HALL if places == (HALL,) else ""
        minutes = draw(st.sampled_from([25, 45, 90, 135]))
        tasks.append(
            Task(
                number, kind, f"{kind.value} {number}", minutes, Decimal(minutes) / 45,
                lecturers=draw(st.sampled_from([(), (1,), (2,), (1, 2)])),
                groups=draw(st.sampled_from([(), ("一组",), ("二组",)])),
                places=places,
                begins_at=place, ends_at=place,
                visits=(Stay(number, 10, minutes - 20),) if visit else (),
                pinned=draw(st.sampled_from([None, None, None, 600, 960])),
            )
        )  # fmt: skip
    wishes = [
        Wish(1, WishKind.BEFORE, 2, 1),
        Wish(2, WishKind.DAY, 1, day=1, must=draw(st.booleans())),
        Wish(3, WishKind.HALF, 2, half=Half.AFTERNOON),
    ]
    return problem(
        tasks,
        days=2,
        wishes=tuple(draw(st.lists(st.sampled_from(wishes), unique_by=lambda wish: wish.id))),
        sites=SITES,
        opening={1: (9 * 60, 17 * 60), 2: (13 * 60, 18 * 60)},
        available=draw(st.sampled_from([{}, {1: (Span(480, 720), Span(DAY + 480, DAY + 1100))}])),
        taken=draw(st.sampled_from(_TAKEN)),
        travel=tuple((HALL, name, 25) for name in SITES.values()),
        travel_unknown=15,
        step=draw(st.sampled_from([5, 15])),
    )


def _check(asked: Problem, optimise: bool) -> None:
    answer = lay(asked, 0.4, optimise=optimise)
    facts = Facts(asked)
    impossible = [one for one in find_clashes(plan_of(asked, answer)) if one.level is Level.IMPOSSIBLE]
    pinned = {task.id for task in asked.tasks if task.pinned is not None}
    assert [one for one in impossible if not pinned.issuperset(one.slots)] == []
    if answer.status in {Status.INFEASIBLE, Status.UNPLACED}:
        # A busy machine finds the reason in more time.
        assert answer.core or lay(asked, 10, optimise=optimise).core
        return
    assert set(answer.starts) == {task.id for task in asked.tasks}
    for task in asked.tasks:
        assert answer.starts[task.id] in facts.starts(task)
        assert (task.id in answer.rooms) == (len(task.places) > 1)
    for early, late, _why in facts.orders:
        assert answer.starts[early] + facts.tasks[early].minutes <= answer.starts[late]
    given_up = {one.wish for one in answer.given_up}
    assert given_up == {wish.id for wish in asked.wishes if not facts.met(wish, answer.starts)}
    assert not given_up & {wish.id for wish in asked.wishes if wish.must}


@settings(max_examples=30, deadline=None)
@given(_problems())
def test_a_greedy_layout_has_nothing_impossible(asked: Problem) -> None:
    _check(asked, optimise=False)


@settings(max_examples=12, deadline=None)
@given(_problems())
def test_an_optimised_layout_has_nothing_impossible(asked: Problem) -> None:
    _check(asked, optimise=True)


@BOTH
def test_the_class_of_chengdu_comes_out_of_an_empty_grid(optimise: bool) -> None:
    asked = chengdu()
    answer = lay(asked, 3, optimise=optimise)
    assert answer.status in {Status.OPTIMAL, Status.FEASIBLE}
    assert answer.solver is (Solver.OPTIMISER if optimise else Solver.GREEDY)
    clashes = find_clashes(plan_of(asked, answer))
    # A lecture of three class hours is longer than two hours by itself.
    assert {asked.tasks[id_ - 1].minutes for one in clashes for id_ in one.slots} <= {135}
    days = {task.id: answer.starts[task.id] // DAY for task in asked.tasks}
    order = sorted(answer.starts, key=lambda id_: answer.starts[id_])
    assert (order[0], order[-1]) == (1, 13)
    assert set(days.values()) == {0, 1, 2, 3}
    assert [id_ for id_ in order if 5 <= id_ <= 12] == list(range(5, 13))
    lectures, visits = range(2, 5), range(21, 27)
    assert max(answer.starts[one] for one in lectures) < min(answer.starts[one] for one in visits)
    halves = {(DISTRICTS[site - 20], answer.starts[site] // (DAY // 2)) for site in visits}
    assert len(halves) <= 4


@BOTH
def test_nothing_waits_before_and_after_a_break(optimise: bool) -> None:
    tasks = [
        Task(1, SessionKind.LECTURE, "一", 90),
        Task(2, SessionKind.BREAK, "茶歇", 20, pinned=600),
        Task(3, SessionKind.LECTURE, "二", 90),
    ]
    morning = Frame(lunch_starts=time(12), lunch_ends=time(12), ends=time(12))
    starts = lay(problem(tasks, days=1, frame=morning, pause=10), 3, optimise=optimise).starts
    assert sorted(starts.items()) == [(1, 510), (2, 600), (3, 620)]


@BOTH
def test_the_same_problem_has_the_same_answer(optimise: bool) -> None:
    asked = problem(
        [Task(number, SessionKind.LECTURE, "课", 60, lecturers=(number % 2,)) for number in (1, 2, 3)], days=1
    )
    first, second = (lay(asked, 5, optimise=optimise) for _time in range(2))
    assert first.starts == second.starts


@BOTH
def test_sessions_stay_and_a_change_moves_as_few_as_possible(optimise: bool) -> None:
    tasks = [
        Task(1, SessionKind.LECTURE, "一", 90, present=510),
        Task(2, SessionKind.LECTURE, "二", 90, present=560),
        Task(3, SessionKind.LECTURE, "三", 90, pinned=DAY + 600),
        Task(4, SessionKind.LECTURE, "四", 90, present=DAY + 840),
    ]
    answer = lay(problem(tasks, days=2, keep=True), 3, optimise=optimise)
    moved = {task.id for task in tasks if task.present and answer.starts[task.id] != task.present}
    assert answer.starts[3] == DAY + 600
    assert len(moved) == 1
    assert moved <= {1, 2}


@BOTH
def test_what_moves_goes_no_further_than_it_has_to(optimise: bool) -> None:
    visit = Task(
        1, SessionKind.SITE_VISIT, "参观", 180, begins_at=HALL, visits=(Stay(1, 25, 70),), present=DAY + 510
    )
    later = Task(2, SessionKind.LECTURE, "课", 60, present=DAY + 900)
    asked = problem([visit, later], opening={1: (9 * 60, 17 * 60)}, keep=True)
    assert lay(asked, 3, optimise=optimise).starts == {1: DAY + 515, 2: DAY + 900}


def test_what_stands_outside_the_days_comes_in_as_near_as_can_be() -> None:
    """The days of a class may have been moved since its sessions were laid."""
    tasks = [
        Task(number, SessionKind.LECTURE, f"课{number}", minutes, present=9 * DAY + 600)
        for number, minutes in enumerate((180, 45, 180, 45), 1)
    ]
    starts = lay(problem(tasks, days=2, keep=True), 3, optimise=True).starts
    assert sorted(starts.values()) == [900, DAY + 675, DAY + 845, DAY + 1035]


@BOTH
def test_visits_of_groups_side_by_side_fill_a_day_once(optimise: bool) -> None:
    tasks = [
        Task(10 * number + turn, SessionKind.SITE_VISIT, "参观", 180, groups=(group,))
        for turn, group in enumerate(("一组", "二组", "三组"))
        for number in (1, 2)
    ]
    tasks += [Task(1, SessionKind.LECTURE, "课", 180), Task(2, SessionKind.LECTURE, "另一课", 180)]
    starts = lay(problem(tasks, days=2), 3, optimise=optimise).starts
    assert {starts[1] // DAY, starts[2] // DAY} == {0}
    assert {starts[task.id] // DAY for task in tasks[:6]} == {1}


@BOTH
def test_exchanges_stand_together_behind_the_lectures(optimise: bool) -> None:
    asked = chengdu()
    starts = lay(asked, 8, optimise=optimise).starts
    exchanges = [starts[number] for number in range(5, 13)]
    assert max(starts[number] for number in range(2, 5)) < min(exchanges)
    assert len({(start // DAY, start % DAY < 12 * 60) for start in exchanges}) <= 2


def test_the_smallest_set_that_cannot_hold_is_named() -> None:
    tasks = list(chengdu().tasks)[:6]
    wishes = (
        Wish(1, WishKind.BEFORE, 2, 3, must=True),
        Wish(2, WishKind.BEFORE, 3, 4, must=True),
        Wish(3, WishKind.BEFORE, 4, 2, must=True),
        Wish(4, WishKind.BEFORE, 2, 5, must=True),
    )
    answer = lay(problem(tasks, wishes=wishes), 10, optimise=True)
    assert answer.status is Status.INFEASIBLE
    assert {one for one in answer.core if one.kind is DemandKind.WISH} == {
        Demand(DemandKind.WISH, number) for number in (1, 2, 3)
    }
    assert {one.of for one in answer.core if one.kind is DemandKind.TASK} == {2, 3, 4}
    assert {one.kind for one in answer.core} == {DemandKind.WISH, DemandKind.TASK}


def test_a_wish_is_given_up_with_what_it_cannot_hold_with() -> None:
    tasks = [
        Task(1, SessionKind.OPENING, "开班式", 45),
        Task(2, SessionKind.LECTURE, "课", 90),
        Task(3, SessionKind.LECTURE, "另一课", 90),
    ]
    wishes = (Wish(1, WishKind.BEFORE, 2, 1), Wish(2, WishKind.BEFORE, 3, 2))
    answer = lay(problem(tasks, wishes=wishes), 4, optimise=True)
    assert answer.status is Status.OPTIMAL
    (given_up,) = answer.given_up
    assert given_up.wish == 1
    assert Demand(DemandKind.OPENING_FIRST) in given_up.against
    assert Demand(DemandKind.TASK, 3) not in given_up.against


@BOTH
def test_what_needs_no_search_is_said_by_both(optimise: bool) -> None:
    lecture = Task(1, SessionKind.LECTURE, "课", 90, lecturers=(7,))
    away = lay(problem([lecture], available={7: (Span(0, 60),)}), optimise=optimise)
    assert away.status is Status.INFEASIBLE
    assert set(away.core) == {Demand(DemandKind.TASK, 1), Demand(DemandKind.AVAILABLE, 7)}
    full = [Task(number, SessionKind.LECTURE, "课", 180) for number in range(1, 5)]
    assert lay(problem(full, days=1), optimise=optimise).core[0].kind is DemandKind.FRAME
    apart = [
        Task(number, SessionKind.LECTURE, "课", 180, groups=(f"{number}组",), places=(HALL,))
        for number in range(1, 5)
    ]
    assert lay(problem(apart, days=1), optimise=optimise).core == (
        Demand(DemandKind.FRAME),
        Demand(DemandKind.PLACE, 0, HALL),
    )
    long = [Task(number, SessionKind.SITE_VISIT, "参观", 520) for number in (1, 2)]
    assert set(lay(problem(long, days=2), 3, optimise=optimise).starts) == {1, 2}
    twice = [
        Task(number, SessionKind.LECTURE, "课", 90, lecturers=(7,), pinned=540 + number) for number in (1, 2)
    ]
    assert lay(problem(twice), optimise=optimise).core[:2] == (
        Demand(DemandKind.PINNED, 1),
        Demand(DemandKind.PINNED, 2),
    )


@BOTH
def test_meals_are_when_people_eat_and_once_a_day_each(optimise: bool) -> None:
    meals = [("早餐", 30), ("午餐", 60), ("晚餐", 60), ("Lunch", 45), ("Dinner", 90), ("工作餐", 60)]
    tasks = [Task(number, SessionKind.MEAL, *meal) for number, meal in enumerate(meals)]
    tasks += [Task(number, SessionKind.LECTURE, "课", 180) for number in range(10, 14)]
    found = lay(problem(tasks, days=3), 4, optimise=optimise)
    assert found.status is not Status.INFEASIBLE

    def clock(number: int) -> int:
        return found.starts[number] % DAY

    assert clock(0) + 30 <= 510
    assert all(720 <= clock(number) <= 840 for number in (1, 3))
    assert all(1080 <= clock(number) <= 1140 for number in (2, 4))
    assert len({found.starts[number] // DAY for number in (1, 3)}) == 2
    assert len({found.starts[number] // DAY for number in (2, 4)}) == 2
    # Where there are sessions at all times that people eat at, a meal takes what is left.
    late = Task(1, SessionKind.MEAL, "晚餐", 45)
    day = problem([late], days=1, frame=Frame(ends=time(20)))
    assert lay(day, 3, optimise=optimise).starts[1] % DAY == 720


@BOTH
def test_more_meals_than_there_are_times_for_lie_side_by_side(optimise: bool) -> None:
    for titles in (("午餐", "午餐"), ("用餐", "用餐", "用餐"), ("茶点", "茶点", "午餐", "晚餐")):
        lengths = [15 if title == "茶点" else 60 for title in titles]
        tasks = [
            Task(number, SessionKind.MEAL, title, length)
            for number, (title, length) in enumerate(zip(titles, lengths, strict=True))
        ]
        found = lay(problem(tasks, days=1), 3, optimise=optimise)
        assert len(found.starts) == len(titles), titles


def test_a_day_is_framed_by_its_times() -> None:
    frame = Frame(first_starts=time(14), last_ends=time(12), evening_ends=time(21))
    found = [(window.day, window.half) for window in windows_of(frame, 2)]
    assert found == [(0, Half.AFTERNOON), (0, Half.EVENING), (1, Half.MORNING)]
    with pytest.raises(Refusal) as refused:
        windows_of(Frame(starts=time(13)), 2)
    assert (refused.value.code, refused.value.values["field"]) == ("planning_frame_backwards", "lunch_starts")
    with pytest.raises(Refusal) as refused:
        windows_of(Frame(first_starts=time(20)), 1)
    assert refused.value.code == "planning_frame_empty"
