"""Who is where in which round: nobody twice, everybody everywhere, and room for all."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.rotation import Leg, Station, Team, board, rotate, spread, walk

_GROUPS = st.lists(st.integers(1, 40), min_size=1, max_size=9).map(
    lambda sizes: [(f"第{number}组", size) for number, size in enumerate(sizes, 1)]
)
_STATIONS = st.lists(st.none() | st.integers(10, 120), min_size=1, max_size=6).map(
    lambda holds: [Station(f"站{number}", (number,), one) for number, one in enumerate(holds, 1)]
)


def _held(legs: list[Leg], teams: list[Team], stations: list[Station]) -> bool:
    people: Counter[tuple[int, int]] = Counter()
    for leg in legs:
        people[leg.round, leg.station] += teams[leg.team].people
    return all(stations[station].takes(number) for (_round, station), number in people.items())


@settings(max_examples=60)
@given(_GROUPS, _STATIONS)
def test_every_team_sees_every_station_once_and_is_never_in_two(
    groups: list[tuple[str, int]], stations: list[Station]
) -> None:
    teams = walk(groups)
    try:
        legs = rotate(teams, stations)
    except Refusal:
        # One team alone is too many for a station.
        assert any(not station.takes(max(team.people for team in teams)) for station in stations)
        return
    assert Counter((leg.team, leg.station) for leg in legs) == Counter(
        (team, station) for team in range(len(teams)) for station in range(len(stations))
    )
    assert max(Counter((leg.team, leg.round) for leg in legs).values()) == 1
    assert _held(legs, teams, stations)
    assert len({leg.round for leg in legs}) <= max(len(teams), len(stations))


@settings(max_examples=60)
@given(_GROUPS, _STATIONS)
def test_all_at_once_each_team_sees_one_station_that_holds_it(
    groups: list[tuple[str, int]], stations: list[Station]
) -> None:
    teams = walk(groups)
    try:
        legs = spread(teams, stations)
    except Refusal:
        assert any(station.holds is not None for station in stations)
        return
    assert [leg.team for leg in legs] == list(range(len(teams)))
    assert {leg.round for leg in legs} == {0}
    assert _held(legs, teams, stations)


@settings(max_examples=60)
@given(_GROUPS, st.lists(st.integers(10, 60), min_size=1, max_size=6))
def test_every_group_has_a_seat_in_one_bus(groups: list[tuple[str, int]], seats: list[int]) -> None:
    buses = list(enumerate(seats, 1))
    try:
        teams = board(groups, buses)
    except Refusal:
        assert sum(size for _name, size in groups) > max(seats)
        return
    assert sorted(name for team in teams for name in team.groups) == sorted(name for name, _size in groups)
    sizes, free = dict(groups), dict(buses)
    for team in teams:
        assert team.people == sum(sizes[name] for name in team.groups) <= free[team.bus or 0]
    assert len({team.bus for team in teams}) == len(teams)


def test_six_groups_on_three_buses_see_three_districts_in_three_rounds() -> None:
    teams = board([(f"{name}组", 20) for name in "一二三四五六"], [(1, 45), (2, 45), (3, 45)])
    assert [len(team.groups) for team in teams] == [2, 2, 2]
    districts = [Station(name, (number,), 60) for number, name in enumerate(("金牛区", "青羊区", "武侯区"))]
    legs = rotate(teams, districts)
    assert len(legs) == 9
    assert {leg.round for leg in legs} == {0, 1, 2}
    for turn in range(3):
        assert {leg.station for leg in legs if leg.round == turn} == {0, 1, 2}


def test_groups_are_tried_in_other_buses_before_seats_are_short() -> None:
    teams = board([("甲", 30), ("乙", 25), ("丙", 20), ("丁", 15)], [(1, 45), (2, 45)])
    assert sorted(team.people for team in teams) == [45, 45]
    with pytest.raises(Refusal) as refused:
        board([("甲", 30), ("乙", 30), ("丙", 30)], [(1, 45), (2, 45)])
    assert refused.value.code == "rotation_seats_short"
    with pytest.raises(Refusal) as refused:
        board([("甲", 50)], [(1, 45), (2, 45)])
    assert refused.value.values == {"group": "甲", "people": 50, "seats": 45}


def test_a_small_place_takes_more_rounds() -> None:
    stations = [Station("大", (1,), None), Station("小", (2,), 20)]
    assert len({leg.round for leg in rotate(walk([("甲", 20), ("乙", 20), ("丙", 20)]), stations)}) == 3
    with pytest.raises(Refusal) as refused:
        rotate(walk([("甲", 21)]), stations)
    assert (refused.value.values["station"], refused.value.values["holds"]) == ("小", 20)
