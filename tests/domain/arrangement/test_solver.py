"""Arranging people: demands always hold, nothing moves without need, and what cannot be says why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.arrangement import (
    Container,
    Engine,
    Problem,
    Someone,
    Status,
    Trait,
    arrange,
    level_of,
)

SEXES, REGIONS = ("female", "male"), ("川", "浙", "桂")
ROOM = {"gather": {Trait.REGION: 4, Trait.UNIT: 1}, "fewest": 5, "one_sex": True}
EITHER = pytest.mark.parametrize("exactly", [False, True])


def someone(number: int, sex: str = "female", region: str = "川", *, alone: bool = False) -> Someone:
    return Someone(number, {Trait.SEX: sex, Trait.REGION: region, Trait.UNIT: region}, alone)


def rooms(number: int, beds: int = 2) -> list[Container]:
    return [Container(str(301 + at), beds) for at in range(number)]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    size = draw(st.integers(1, 9))
    people = [
        someone(
            at,
            draw(st.sampled_from(SEXES)),
            draw(st.sampled_from(REGIONS)),
            alone=draw(st.integers(0, 9)) == 0,
        )
        for at in range(size)
    ]
    containers = [Container(str(at), draw(st.integers(1, 4))) for at in range(draw(st.integers(1, 5)))]
    sets = st.lists(st.frozensets(st.integers(0, size), min_size=2, max_size=3), max_size=2)
    keys = st.sampled_from([one.key for one in containers])
    return Problem(
        people,
        containers,
        together=draw(sets) if size > 1 else (),
        apart=draw(sets) if size > 1 else (),
        pins=draw(st.dictionaries(st.integers(0, size - 1), keys, max_size=2)),
        present=draw(st.dictionaries(st.integers(0, size - 1), keys, max_size=size)),
        spread=draw(st.sampled_from([{}, {Trait.REGION: 3, Trait.SEX: 6}])),
        gather=draw(st.sampled_from([{}, {Trait.UNIT: 2}])),
        one_sex=draw(st.booleans()),
        even=draw(st.sampled_from([0, 20])),
        fewest=draw(st.sampled_from([0, 5])),
        stay=draw(st.booleans()),
    )


def faults(problem: Problem, placed: dict[int, str]) -> list[str]:
    """Demands that an arrangement breaks."""
    by_id = {one.id: one for one in problem.people}
    found = []
    if sorted(placed) != sorted(by_id):
        found.append("not everybody once")
    for container in problem.containers:
        inside = [by_id[one] for one, key in placed.items() if key == container.key]
        if container.places is not None and len(inside) > container.places:
            found.append("too many")
        if problem.one_sex and len({one.traits[Trait.SEX] for one in inside}) > 1:
            found.append("two sexes")
        if len(inside) > 1 and any(one.alone for one in inside):
            found.append("not alone")
    found += ["pin" for one, key in problem.pins.items() if placed[one] != key]
    together, apart = ([group & by_id.keys() for group in sets] for sets in (problem.together, problem.apart))
    found += ["together" for group in together if len({placed[one] for one in group}) > 1]
    found += ["apart" for group in apart if len({placed[one] for one in group}) < len(group)]
    return found


@settings(max_examples=25, deadline=None)
@given(problems())
def test_demands_hold_and_both_ways_agree_on_what_can_be(problem: Problem) -> None:
    steps = arrange(problem, 0.3, exactly=False)
    exact = arrange(problem, 3.0, exactly=True)
    for answer in (steps, exact):
        if answer.placed:
            assert faults(problem, dict(answer.placed)) == []
    assert exact.status in {Status.BEST, Status.IMPOSSIBLE}
    if exact.status is Status.IMPOSSIBLE:
        assert not steps.placed
        assert exact.reasons
    elif steps.status is Status.BEST:
        assert (steps.cost, len(steps.moved)) == (exact.cost, len(exact.moved))


def test_who_was_to_be_apart_from_somebody_who_left_is_like_everybody_else() -> None:
    people = [someone(0, alone=True), someone(1, alone=True), someone(2), someone(3), someone(4)]
    places = [Container("301", 3), Container("302", 1), Container("303", 1)]
    answer = arrange(Problem(people, places, apart=[frozenset({2, 99})]), 3.0, exactly=True)
    assert answer.status is Status.BEST
    assert [answer.placed[one] for one in (2, 3, 4)] == ["301"] * 3


@settings(max_examples=15, deadline=None)
@given(problems())
def test_arranging_again_moves_nobody(problem: Problem) -> None:
    first = arrange(replace(problem, present={}), 2.0)
    if first.status is Status.BEST:
        for stay in (True, False):
            again = arrange(replace(problem, present=first.placed, stay=stay), 2.0)
            assert (again.moved, again.cost) == ((), first.cost)


def test_whoever_comes_late_gets_the_free_bed_and_a_withdrawal_moves_one_at_the_most() -> None:
    people = [someone(at, SEXES[at % 2], REGIONS[at % 3]) for at in range(12)]
    problem = Problem(people, rooms(6), **ROOM)  # type: ignore[arg-type]
    first = arrange(problem)
    # Two men of different rooms leave, a woman comes: the one left behind moves in with the other.
    left = [
        one
        for one in people
        if one.id not in {1, next(k for k in first.placed if k % 2 and first.placed[k] != first.placed[1])}
    ]
    late = replace(problem, people=[*left, someone(99)], present=first.placed)
    answer = arrange(late)
    assert len(answer.moved) == 1
    assert answer.moves_proven
    assert faults(late, dict(answer.placed)) == []


@EITHER
def test_room_mates_are_of_one_region_and_as_few_rooms_are_used_as_can_be(exactly: bool) -> None:
    people = [someone(at, "female", REGIONS[at % 2]) for at in range(6)]
    answer = arrange(Problem(people, rooms(6), **ROOM), exactly=exactly)  # type: ignore[arg-type]
    assert answer.status is Status.BEST
    assert len(set(answer.placed.values())) == 3
    assert len(answer.unmet) == 2, "one room of two regions, which are two units as well"


@EITHER
def test_groups_are_of_one_size_and_balanced(exactly: bool) -> None:
    people = [someone(at, SEXES[at % 2], REGIONS[at % 3]) for at in range(30)]
    groups = [Container(f"第{at}组") for at in range(1, 6)]
    answer = arrange(
        Problem(people, groups, spread={Trait.SEX: 6, Trait.REGION: 3}, even=20, stay=False), exactly=exactly
    )
    assert (answer.status, answer.cost, answer.unmet) == (Status.BEST, 0, ())
    for group in groups:
        inside = [people[one] for one, key in answer.placed.items() if key == group.key]
        assert len(inside) == 6
        assert sorted(one.traits[Trait.SEX] for one in inside) == ["female"] * 3 + ["male"] * 3


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem([someone(1)], []), "arrangement.nothing_to_put_into"),
        (Problem([someone(1), someone(2)], rooms(1, 1)), "arrangement.too_few_places"),
        (
            Problem([someone(1), someone(2), someone(3, "male")], [Container("a", 1), Container("b", 2)],
                    pins={3: "b"}, one_sex=True),
            "arrangement.demand_one_sex",
        ),
        (
            Problem([someone(1), someone(2, "male"), someone(3, "male")], [Container("a", 3)], one_sex=True),
            "arrangement.sexes_do_not_fit",
        ),
        (
            Problem([someone(n) for n in (1, 2, 3)], rooms(3), together=[frozenset({1, 2, 3})]),
            "arrangement.together_too_many",
        ),
        (
            Problem([someone(1), someone(2, "male")], rooms(2), together=[frozenset({1, 2})], one_sex=True),
            "arrangement.together_two_sexes",
        ),
        (
            Problem([someone(1), someone(2)], rooms(2), together=[frozenset({1, 2})], pins={1: "301", 2: "302"}),
            "arrangement.together_pinned_apart",
        ),
        (
            Problem([someone(1), someone(2)], rooms(2), apart=[frozenset({1, 2})], pins={1: "301", 2: "301"}),
            "arrangement.apart_pinned_together",
        ),
        (
            Problem([someone(n) for n in (1, 2, 3)], rooms(2), apart=[frozenset({1, 2, 3})]),
            "arrangement.apart_too_many",
        ),
        (Problem([someone(1, alone=True), someone(2)], rooms(1)), "arrangement.demand_alone"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(problem: Problem, code: str) -> None:
    answer = arrange(problem)
    assert answer.status is Status.IMPOSSIBLE
    assert code in {one.code for one in answer.reasons}


def test_where_counting_does_not_tell_the_fewest_demands_that_clash_are_named() -> None:
    problem = Problem(
        [someone(n) for n in range(1, 7)],
        rooms(3),
        apart=[frozenset({1, 2}), frozenset({1, 3}), frozenset({5, 6})],
        together=[frozenset({2, 3})],
        pins={1: "301", 4: "302", 5: "303"},
    )
    answer = arrange(problem)
    assert (answer.status, answer.engine) == (Status.IMPOSSIBLE, Engine.CP_SAT)
    named = {(one.code.removeprefix("arrangement.demand_"), one.people) for one in answer.reasons}
    assert ("together", (2, 3)) in named
    assert ("apart", (5, 6)) not in named or ("pin", (5,)) in named


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("省民政厅厅长", 2),
        ("副厅长", 3),
        ("二级巡视员", 3),
        ("处长", 4),
        ("副主任、党组书记", 4),
        ("厨师", None),
        ("", None),
    ],
)
def test_the_longest_word_tells_the_rank_of_a_post(post: str, level: int | None) -> None:
    ranks = ("部长", "厅长 局长", "副厅长 巡视员", "处长 主任 书记", "副处长 副主任")
    assert level_of(post, ranks) == level
