"""Each thing that cannot hold together in a timetable is found, with what would mend it, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.clash.plans import DAY, at, plan, slot
from trainingmgr.domain.clash import (
    Clash,
    ClashKind,
    Engagement,
    Level,
    Room,
    Slot,
    Visit,
    Window,
    find_clashes,
    joined,
)
from trainingmgr.domain.schedule import SessionKind


def found(*slots: Slot, **values: Any) -> list[Clash]:
    return find_clashes(plan(*slots, **values))


def kinds(*slots: Slot, **values: Any) -> list[ClashKind]:
    return [clash.kind for clash in found(*slots, **values)]


def test_a_lecturer_in_two_places_at_once_is_named_with_when_they_are_free() -> None:
    (clash,) = [
        one
        for one in found(
            slot(1, "09:00", "10:30", lecturers=(1,), groups=("一",)),
            slot(2, "10:00", "11:00", lecturers=(1, 2), groups=("二",)),
            slot(3, "11:00", "12:00", lecturers=(1,), groups=("二",)),
        )
        if one.kind is ClashKind.LECTURER_TWICE
    ]
    assert clash.slots == (1, 2)
    assert clash.values == {"who": "陈越良", "free_from": at("10:30")}


def test_one_after_the_other_is_no_clash() -> None:
    assert (
        kinds(
            slot(1, "09:00", "10:00", lecturers=(1,), place="一号厅"),
            slot(2, "10:00", "11:00", lecturers=(1,), place="一号厅"),
        )
        == []
    )


def test_a_long_session_clashes_with_each_short_one_inside_it() -> None:
    clashes = [
        one.slots
        for one in found(
            slot(1, "09:00", "10:30", place="厅", groups=("一",)),
            slot(2, "09:10", "09:20", place="厅", groups=("二",)),
            slot(3, "09:30", "09:40", place="厅", groups=("三",)),
        )
        if one.kind is ClashKind.PLACE_TWICE
    ]
    assert clashes == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (("一",), ("一", "二"), [(Level.IMPOSSIBLE, ("一",))]),
        (("一",), (), [(Level.IMPOSSIBLE, ("一",))]),
        (("一", "二"), (), [(Level.IMPOSSIBLE, ("一", "二"))]),
        ((), (), [(Level.UNWISE, ())]),
        (("一",), ("二",), []),
    ],
)
def test_two_sessions_at_once_clash_where_somebody_is_in_both(
    one: tuple[str, ...], other: tuple[str, ...], wanted: list[tuple[Level, tuple[str, ...]]]
) -> None:
    talk = {"kind": SessionKind.DISCUSSION}
    later = slot(3, "15:00", "16:00", groups=("一", "二", "三"), **talk)
    clashes = found(
        slot(1, "09:00", "10:00", groups=one, **talk), slot(2, "09:30", "10:30", groups=other, **talk), later
    )
    assert [(clash.level, clash.values["groups"]) for clash in clashes] == wanted


def test_a_bus_goes_one_way_at_a_time() -> None:
    way = {"kind": SessionKind.SITE_VISIT, "buses": (7,)}
    (clash,) = [
        one
        for one in found(
            slot(1, "09:00", "11:00", groups=("一",), **way),
            slot(2, "10:00", "11:00", groups=("二",), **way),
            buses={7: "1号车"},
        )
        if one.kind is ClashKind.BUS_TWICE
    ]
    assert clash.values["bus"] == "1号车"


def test_the_way_between_two_places_takes_its_time_once_for_all_who_go() -> None:
    slots = (
        slot(1, "09:00", "10:00", place="宾馆", lecturers=(1,)),
        slot(2, "10:10", "11:00", place="社区", lecturers=(1,)),
    )
    (clash,) = found(*slots, travel={("社区", "宾馆"): 30})
    assert clash.kind is ClashKind.TRAVEL_TOO_SHORT
    assert (clash.values["minutes"], clash.values["gap"]) == (30, 10)
    assert clash.values["free_from"] == at("10:30")
    assert found(*slots, travel={("社区", "宾馆"): 10}) == []


def test_a_lecturer_who_is_away_is_told_with_the_nearest_time_they_come() -> None:
    windows = {1: [Window(at("08:00"), at("10:00")), Window(at("14:00"), at("18:00"))]}
    (clash,) = found(slot(1, "13:00", "14:30", lecturers=(1,)), availability=windows)
    assert (clash.kind, clash.values["free_from"]) == (ClashKind.LECTURER_AWAY, at("14:00"))
    assert found(slot(1, "14:00", "16:00", lecturers=(1,)), availability=windows) == []
    assert found(slot(1, "13:00", "14:30", lecturers=(2,)), availability=windows) == []


def test_a_room_that_is_too_small_is_told_with_the_smallest_that_is_not() -> None:
    here, near, far = (30.65, 104.07), (30.66, 104.08), (39.90, 116.40)
    rooms = {"小": Room(20, here), "远": Room(40, far), "中": Room(60, near), "大": Room(300, near)}
    sizes = {"一": 15, "二": 14}
    both = slot(1, "09:00", "10:00", place="小", groups=("一", "二"))
    (clash,) = found(both, rooms=rooms, sizes=sizes, people=100)
    assert clash.values == {"place": "小", "people": 29, "capacity": 20, "other": "中", "site": False}
    assert found(slot(1, "09:00", "10:00", place="小", groups=("一",)), rooms=rooms, sizes=sizes) == []
    assert kinds(slot(1, "09:00", "10:00", place="小"), rooms=rooms, people=100) == [ClashKind.ROOM_TOO_SMALL]
    # It is said once of all that are too many in the same way.
    whole = [slot(number, f"1{number}:00", f"1{number}:45", place="小") for number in (3, 1, 2)]
    assert [
        one.slots
        for one in found(
            *whole,
            Slot(4, SessionKind.LECTURE, "课4", at("08:00"), at("08:45"), place="小", groups=("一", "二")),
            rooms=rooms,
            sizes=sizes,
            people=100,
        )
    ] == [(4,), (1, 2, 3)]


def test_several_set_out_from_one_place_and_what_stays_there_has_it_alone() -> None:
    out = {"kind": SessionKind.SITE_VISIT, "place": "宾馆", "visits": (Visit(5, at("09:20"), at("10:00")),)}
    rides = [
        slot(n, "08:30", "09:00", kind=SessionKind.TRANSFER, place="宾馆", groups=(g,))
        for n, g in ((1, "一"), (2, "二"))
    ]
    visits = [slot(n, "09:00", "11:00", groups=(g,), **out) for n, g in ((3, "一"), (4, "二"))]
    assert found(*rides, *visits, rooms={"宾馆": Room(2)}, people=60, sizes={"一": 30, "二": 30}) == []
    # Without a stop the place is where the visit leads, and two at once are too many there.
    there = [
        slot(n, "09:00", "11:00", groups=(g,), kind=SessionKind.SITE_VISIT, place="社区")
        for n, g in ((3, "一"), (4, "二"))
    ]
    assert kinds(*there) == [ClashKind.PLACE_TWICE]


def test_more_than_four_hours_of_one_lecturer_in_a_half_day_are_too_many() -> None:
    def lesson(number: int, start: str, end: str, hours: str, who: tuple[int, ...] = (1,)) -> Slot:
        return slot(number, start, end, class_hours=Decimal(hours), lecturers=who)

    (clash,) = found(lesson(1, "08:00", "09:30", "2"), lesson(2, "09:45", "11:30", "2.5"))
    assert (clash.kind, clash.level, clash.values["hours"]) == (
        ClashKind.LECTURER_TOO_LONG, Level.UNWISE, Decimal("4.5"),
    )  # fmt: skip
    assert found(lesson(1, "08:00", "09:30", "2"), lesson(2, "14:00", "15:45", "2.5")) == []
    assert found(lesson(1, "08:00", "09:30", "2", (1, 2)), lesson(2, "09:45", "11:30", "2.5")) == []


def test_sitting_for_over_two_hours_is_told_with_where_a_break_would_help() -> None:
    (clash,) = found(slot(1, "08:30", "09:30"), slot(2, "09:35", "10:40"), slot(3, "10:50", "11:30"))
    assert (clash.slots, clash.values["minutes"], clash.values["break_at"]) == ((1, 2), 130, at("09:30"))
    (alone,) = found(slot(1, "14:00", "16:15"))
    # After a whole class hour, where there is one.
    assert (alone.values["break_at"], alone.values["groups"]) == (at("15:30"), ())
    (long,) = found(slot(1, "14:00", "17:45"))
    assert long.values["break_at"] == at("15:30")
    (other,) = found(slot(1, "14:00", "16:15"), class_hour=130)
    assert other.values["break_at"] == at("15:05")
    apart = [slot(2, "14:00", "17:00", groups=("一", "二")), slot(3, "14:00", "15:00", groups=("三",))]
    (two,) = (one for one in found(*apart) if one.kind is ClashKind.NO_BREAK)
    assert two.values["groups"] == ("一", "二")
    assert found(slot(1, "08:30", "10:30"), slot(2, "10:40", "12:00")) == []
    assert found(slot(1, "08:30", "12:30", kind=SessionKind.SITE_VISIT)) == []


@pytest.mark.parametrize(("until", "told"), [("10:10", []), ("10:05", [ClashKind.NO_BREAK])])
def test_a_break_of_ten_minutes_is_one_also_where_it_stands_in_the_timetable(
    until: str, told: list[ClashKind]
) -> None:
    rest = slot(2, "10:00", until, kind=SessionKind.BREAK)
    assert kinds(slot(1, "08:30", "10:00"), rest, slot(3, until, "11:00")) == told


def test_a_visit_comes_while_the_site_is_open() -> None:
    visits = (Visit(5, at("08:30"), at("09:15")), Visit(6, at("16:30"), at("17:15")))
    visit = slot(1, "08:30", "17:30", kind=SessionKind.SITE_VISIT, visits=visits)
    opening = {5: (time(9), time(17)), 6: (time(9), time(17))}
    clashes = found(visit, opening=opening, sites={5: "新桥社区", 6: "清波社区"})
    assert [
        (clash.values["site"], clash.values["begin_after"], clash.values["begin_before"]) for clash in clashes
    ] == [
        ("新桥社区", at("09:00"), None),
        ("清波社区", None, at("08:15")),
    ]
    # Done as it says, a visit that is too early or too late is mended.
    for begins, name in (("08:10", "begin_after"), ("16:30", "begin_before")):
        stay = Visit(5, at(begins), at(begins) + timedelta(minutes=45))
        alone = slot(1, begins, "17:30", kind=SessionKind.SITE_VISIT, visits=(stay,))
        (told,) = found(alone, opening={5: (time(9), time(17))})
        begin = told.values[name]
        assert isinstance(begin, datetime)
        by = begin - alone.starts
        moved = replace(stay, starts=stay.starts + by, ends=stay.ends + by)
        mended = replace(alone, starts=alone.starts + by, ends=alone.ends + by, visits=(moved,))
        assert found(mended, opening={5: (time(9), time(17))}) == []
    (shut,) = found(visit, opening={5: (time(9), time(9, 30))})
    assert (shut.values["begin_after"], shut.values["begin_before"]) == (None, None)
    assert found(visit, opening={5: (time(8), time(17)), 6: (time(8), time(18))}) == []


def test_a_session_lies_on_the_training_s_days() -> None:
    before = Slot(
        1, SessionKind.LECTURE, "早", at("09:00") - timedelta(days=1), at("10:00") - timedelta(days=1)
    )
    (clash,) = found(before)
    assert (clash.kind, clash.values["first"]) == (ClashKind.OUTSIDE_DAYS, DAY)


def test_one_group_without_a_lecture_that_all_others_have_is_named() -> None:
    lesson = {"title": "专题", "lecturers": (1,)}
    slots = [
        slot(1, "09:00", "10:00", groups=("一", "二"), **lesson),
        slot(2, "10:15", "11:00", groups=("三",), **lesson),
        slot(3, "09:00", "10:00", groups=("四",), title="别的"),
    ]
    (clash,) = found(*slots)
    assert (clash.kind, clash.values["group"], clash.slots) == (ClashKind.LECTURE_MISSING, "四", (1, 2))
    assert found(*slots[:2]) == []
    # One that no session names yet is on the roster all the same.
    (clash,) = found(*slots[:2], sizes={"一": 9, "二": 9, "三": 9, "五": 9})
    assert (clash.kind, clash.values["group"]) == (ClashKind.LECTURE_MISSING, "五")


def test_what_is_about_the_whole_class_names_no_groups_though_no_session_is_for_some() -> None:
    """A group that no session names sits in those for the whole class all the same."""
    sizes = {"一": 9, "二": 9, "三": 9}
    apart = [slot(number, "19:00", "20:00", groups=(group,)) for number, group in ((1, "一"), (2, "二"))]
    (long,) = found(*apart, slot(3, "09:00", "11:30"), sizes=sizes)
    assert (long.kind, long.values["groups"]) == (ClashKind.NO_BREAK, ())
    (twice,) = found(*apart, slot(3, "09:00", "10:00"), slot(4, "09:30", "10:30"), sizes=sizes)
    assert (twice.kind, twice.values["groups"], twice.level) == (ClashKind.GROUP_TWICE, (), Level.UNWISE)


SLOTS = st.lists(
    st.builds(
        lambda number, start, length, who, place, groups: Slot(
            number,
            SessionKind.SITE_VISIT,
            "访",
            at("00:00") + timedelta(minutes=start),
            at("00:00") + timedelta(minutes=start + length),
            lecturers=who,
            place=place,
            groups=groups,
        ),
        st.integers(1, 10_000),
        st.integers(0, 600),
        st.integers(1, 200),
        st.sampled_from([(), (1,), (2,), (1, 2)]),
        st.sampled_from(["", "甲", "乙"]),
        st.sampled_from([(), ("一",), ("二",), ("一", "二")]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@settings(max_examples=60, deadline=None)
@given(SLOTS)
def test_whoever_is_in_two_places_is_found_as_by_comparing_every_pair(slots: list[Slot]) -> None:
    """Of sessions that overlap, every one but the first of its run is told; none is told that overlaps nothing."""
    used: dict[ClashKind, Callable[[Slot], set[Any]]] = {
        ClashKind.LECTURER_TWICE: lambda one: set(one.lecturers),
        ClashKind.PLACE_TWICE: lambda one: {one.place} if one.place else set(),
    }
    for kind, keys in used.items():
        pairs = {
            (early.id, late.id)
            for early in slots
            for late in slots
            if (early.starts, early.ends, early.id) < (late.starts, late.ends, late.id)
            and late.starts < early.ends
            and keys(early) & keys(late)
        }
        told = {clash.slots for clash in find_clashes(plan(*slots)) if clash.kind is kind}
        assert told <= pairs
        assert {late for _early, late in told} == {late for _early, late in pairs}


def test_a_visit_sets_out_from_its_place_and_ends_at_its_last_stop() -> None:
    visit = slot(
        1,
        "09:00",
        "11:00",
        kind=SessionKind.SITE_VISIT,
        visits=(Visit(7, at("09:00"), at("09:50")), Visit(8, at("10:00"), at("11:00"))),
    )
    values = {
        "sites": {7: "甲社区", 8: "乙社区"},
        "travel": {("乙社区", "一号厅"): 30, ("甲社区", "一号厅"): 5},
    }
    (clash,) = found(visit, slot(2, "11:10", "12:00", place="一号厅"), **values)
    assert clash.kind is ClashKind.TRAVEL_TOO_SHORT
    assert clash.values["place"] == "乙社区"
    assert clash.values["free_from"] == at("11:30")
    assert kinds(slot(2, "08:00", "08:55", place="一号厅"), visit, **values) == []
    assert kinds(slot(2, "08:00", "08:56", place="一号厅"), visit, **values) == [ClashKind.TRAVEL_TOO_SHORT]


def test_a_site_that_holds_too_few_and_stays_that_are_too_long_are_told() -> None:
    visit = slot(
        1,
        "09:00",
        "11:00",
        kind=SessionKind.SITE_VISIT,
        visits=(Visit(7, at("09:00"), at("10:00")), Visit(8, at("10:20"), at("11:20"))),
    )
    told = found(visit, sites={7: "甲社区", 8: "乙社区"}, holds={7: 40, 8: 120}, people=120)
    assert [(one.kind, one.values.get("place"), one.values.get("free_from")) for one in told] == [
        (ClashKind.ROOM_TOO_SMALL, "甲社区", None),
        (ClashKind.VISIT_TOO_LONG, None, at("11:20")),
    ]


def test_a_lecturer_in_another_training_is_told_with_when_they_are_free() -> None:
    others = {1: [Engagement(at("10:00"), at("11:00"), "讲座", "另一班")]}
    (clash,) = found(slot(1, "09:00", "10:30", lecturers=(1,)), elsewhere=others)
    assert (clash.kind, clash.level) == (ClashKind.LECTURER_ELSEWHERE, Level.IMPOSSIBLE)
    assert clash.values == {
        "who": "陈越良",
        "training": "另一班",
        "other_title": "讲座",
        "free_from": at("11:00"),
    }
    assert found(slot(1, "09:00", "10:00", lecturers=(1,)), elsewhere=others) == []
    assert found(slot(1, "11:00", "12:00", lecturers=(1,)), elsewhere=others) == []
    assert found(slot(1, "09:00", "10:30", lecturers=(2,)), elsewhere=others) == []


def test_a_room_that_another_training_holds_is_told_with_when_it_is_free() -> None:
    rooms, taken = (
        {"大厅": Room(100, own_name="大厅")},
        {"大厅": [Engagement(at("10:00"), at("11:00"), "讲座", "另一班")]},
    )
    (clash,) = found(slot(1, "09:00", "10:30", place="大厅"), rooms=rooms, taken=taken)
    assert (clash.kind, clash.level) == (ClashKind.PLACE_ELSEWHERE, Level.IMPOSSIBLE)
    assert clash.values == {
        "place": "大厅",
        "training": "另一班",
        "other_title": "讲座",
        "free_from": at("11:00"),
    }
    assert found(slot(1, "09:00", "10:00", place="大厅"), rooms=rooms, taken=taken) == []
    assert found(slot(1, "09:00", "10:30", place="小厅"), rooms=rooms, taken=taken) == []
    ride = slot(1, "09:00", "10:30", place="大厅", kind=SessionKind.TRANSFER)
    assert found(ride, rooms=rooms, taken=taken) == []


_minutes = st.tuples(st.integers(0, 300), st.integers(1, 90)).map(
    lambda pair: (at("08:00") + timedelta(minutes=pair[0]), at("08:00") + timedelta(minutes=sum(pair)))
)


@given(st.lists(_minutes, max_size=8), st.lists(_minutes, max_size=8))
@settings(max_examples=60)
def test_exactly_the_sessions_that_overlap_another_training_are_told(
    own: list[tuple[datetime, datetime]], others: list[tuple[datetime, datetime]]
) -> None:
    slots = [Slot(n, SessionKind.MEAL, "课", *span, lecturers=(1,)) for n, span in enumerate(own)]
    engaged = {1: [Engagement(*span, "讲座", "另一班") for span in others]}
    told = {
        clash.slots[0]
        for clash in find_clashes(plan(*slots, elsewhere=engaged))
        if clash.kind is ClashKind.LECTURER_ELSEWHERE
    }
    assert told == {
        number
        for number, (start, end) in enumerate(own)
        if any(begin < end and start < finish for begin, finish in others)
    }


@given(st.lists(_minutes, max_size=10))
@settings(max_examples=60)
def test_joined_windows_hold_the_same_minutes_and_do_not_touch(
    spans: list[tuple[datetime, datetime]],
) -> None:
    def minutes(windows: list[Window]) -> set[datetime]:
        return {
            window.starts + timedelta(minutes=number)
            for window in windows
            for number in range(int((window.ends - window.starts).total_seconds() // 60))
        }

    windows = [Window(*span) for span in spans]
    together = joined(windows)
    assert minutes(together) == minutes(windows)
    assert all(one.ends < other.starts for one, other in pairwise(together))
