"""What is proposed against a clash takes it away and makes no other; where no single act does, nothing is proposed."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
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
    Mend,
    MendKind,
    Plan,
    Room,
    Visit,
    Window,
    find_clashes,
    mends_of,
)
from trainingmgr.domain.clash.mends import _after
from trainingmgr.domain.schedule import SessionKind


def done(wanted: Plan, mend: Mend) -> Plan:
    slots = [mend.becomes if one.id == mend.slot.id else one for one in wanted.slots]
    return replace(wanted, slots=[*slots, *([mend.rest] if mend.rest else [])])


def mend_of(wanted: Plan, kind: ClashKind) -> Mend | None:
    """The mend of the one clash of a kind, which is gone with it and has made no other impossible one."""
    clashes = find_clashes(wanted)
    (mend,) = [
        mend for clash, mend in zip(clashes, mends_of(wanted, clashes), strict=True) if clash.kind is kind
    ]
    if mend is not None:
        left = find_clashes(done(wanted, mend))
        assert kind not in [one.kind for one in left]
        assert sum(one.level is Level.IMPOSSIBLE for one in left) <= sum(
            one.level is Level.IMPOSSIBLE for one in clashes
        )
    return mend


def test_the_later_of_two_begins_when_nothing_else_stands_in_the_way() -> None:
    two = plan(
        slot(1, "09:00", "10:30", lecturers=(1,), groups=("一",)),
        slot(2, "10:00", "11:00", lecturers=(1,), groups=("二",)),
        slot(3, "11:00", "12:00", groups=("二",)),
    )
    mend = mend_of(two, ClashKind.LECTURER_TWICE)
    assert mend is not None
    # Not at 10:30, when its group is elsewhere by then.
    assert (mend.kind, mend.slot.id, mend.becomes.starts) == (MendKind.MOVE, 2, at("12:00"))


def test_the_earlier_goes_behind_the_later_where_that_one_cannot_move() -> None:
    comes = {1: [Window(at("10:00"), at("11:00"))]}
    two = plan(
        slot(1, "09:30", "10:30", groups=("一",)),
        slot(2, "10:00", "11:00", lecturers=(1,), groups=("一",)),
        availability=comes,
    )
    mend = mend_of(two, ClashKind.GROUP_TWICE)
    assert mend is not None
    assert (mend.slot.id, mend.becomes.starts) == (1, at("11:10"))


def test_what_finds_no_time_on_its_day_goes_to_another() -> None:
    full = plan(slot(1, "08:00", "20:00", groups=("一",)), slot(2, "10:00", "12:00", groups=("一",)))
    mend = mend_of(full, ClashKind.GROUP_TWICE)
    assert mend is not None
    assert mend.becomes.starts == at("10:00", DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        (ClashKind.LECTURER_ELSEWHERE, {"elsewhere": {1: [Engagement(at("09:00"), at("09:45"), "别课", "别班")]}}, "09:45"),
        (ClashKind.LECTURER_AWAY, {"availability": {1: [Window(at("14:00"), at("17:00"))]}}, "14:00"),
    ],
)  # fmt: skip
def test_a_lecturer_who_cannot_come_is_met_when_they_can(
    kind: ClashKind, values: dict[str, Any], wanted: str
) -> None:
    mend = mend_of(plan(slot(1, "09:00", "10:00", lecturers=(1,)), **values), kind)
    assert mend is not None
    assert mend.becomes.starts == at(wanted)


def test_nobody_is_met_in_the_night_because_they_are_there_all_day() -> None:
    next_day = DAY + timedelta(days=1)
    all_day = {1: [Window(at("00:00", next_day), at("23:59", next_day))]}
    mend = mend_of(
        plan(slot(1, "09:00", "10:00", lecturers=(1,)), availability=all_day), ClashKind.LECTURER_AWAY
    )
    assert mend is not None
    assert mend.becomes.starts == at("08:00", next_day)
    # Of what begins earlier than that anyhow the time is kept.
    early = plan(slot(1, "07:30", "08:00", DAY - timedelta(days=1)))
    mend = mend_of(early, ClashKind.OUTSIDE_DAYS)
    assert mend is not None
    assert mend.becomes.starts == at("07:30")


def test_two_in_one_place_part_by_another_room_that_holds_them_and_else_in_time() -> None:
    two = [
        slot(1, "09:00", "10:00", place="大", groups=("一",)),
        slot(2, "09:00", "10:00", place="大", groups=("二",)),
    ]
    sizes = {"一": 30, "二": 30}
    rooms = {"大": Room(100), "中": Room(40), "小": Room(20)}
    used = [slot(3, "14:00", "15:00", place="中"), slot(4, "15:00", "16:00", place="小")]
    mend = mend_of(plan(*two, *used, rooms=rooms, sizes=sizes, people=30), ClashKind.PLACE_TWICE)
    assert mend is not None
    assert (mend.kind, mend.becomes.place) == (MendKind.PLACE, "中")
    mend = mend_of(plan(*two, rooms={"大": Room(100)}, sizes=sizes, people=60), ClashKind.PLACE_TWICE)
    assert mend is not None
    assert (mend.kind, mend.becomes.starts) == (MendKind.MOVE, at("10:00"))


def test_who_are_too_many_for_a_room_get_one_that_holds_them_if_there_is_one() -> None:
    many = slot(1, "09:00", "10:00", place="小")
    rooms = {"小": Room(20), "大": Room(100)}
    fits = slot(2, "14:00", "15:00", place="大")
    mend = mend_of(plan(many, fits, rooms=rooms, people=60), ClashKind.ROOM_TOO_SMALL)
    assert mend is not None
    assert mend.becomes.place == "大"
    assert mend_of(plan(many, rooms={"小": Room(20)}, people=60), ClashKind.ROOM_TOO_SMALL) is None


def test_of_several_sessions_in_one_small_room_one_after_the_other_is_moved() -> None:
    fits = slot(9, "16:00", "17:00", place="大")
    two = plan(
        slot(1, "09:00", "10:00", place="小"),
        slot(2, "14:00", "15:00", place="小"),
        fits,
        rooms={"小": Room(20), "大": Room(100), "中": Room(30)},
        people=60,
    )
    for number, left in ((2, [(1,)]), (1, [])):
        clashes = find_clashes(two)
        (mend,) = mends_of(two, clashes)
        assert mend is not None
        assert (mend.kind, mend.slot.id, mend.becomes.place) == (MendKind.PLACE, number, "大")
        two = done(two, mend)
        assert [one.slots for one in find_clashes(two)] == left


def test_a_room_that_the_training_does_not_use_is_offered_only_where_it_lies_near_by() -> None:
    many = slot(1, "09:00", "10:00", place="成都小")
    far, near = Room(70, (39.90, 116.40)), Room(90, (30.66, 104.08))
    here = Room(20, (30.65, 104.07))
    rooms = {"成都小": here, "北京大": far, "成都大": near, "某处": Room(80)}
    mend = mend_of(plan(many, rooms=rooms, people=60), ClashKind.ROOM_TOO_SMALL)
    assert mend is not None
    assert mend.becomes.place == "成都大"
    nowhere = rooms | {"成都小": Room(20)}
    assert mend_of(plan(many, rooms=nowhere, people=60), ClashKind.ROOM_TOO_SMALL) is None


def test_a_long_sitting_is_split_by_a_break_and_ends_later_unless_something_follows() -> None:
    long = slot(1, "09:00", "12:00", class_hours=Decimal(4), lecturers=(1,))
    mend = mend_of(plan(long), ClashKind.NO_BREAK)
    assert mend is not None
    assert mend.rest is not None
    assert (mend.kind, mend.becomes.ends, mend.rest.starts, mend.rest.ends) == (
        MendKind.PAUSE, at("10:30"), at("10:40"), at("12:10"),
    )  # fmt: skip
    assert mend.becomes.class_hours + mend.rest.class_hours == 4
    mend = mend_of(plan(long, slot(2, "12:00", "13:00", kind=SessionKind.MEAL)), ClashKind.NO_BREAK)
    assert mend is not None
    assert mend.rest is not None
    assert mend.rest.ends == at("12:00")
    away = plan(long, availability={1: [Window(at("14:00"), at("17:00"))]})
    (mend,) = [
        mend
        for clash, mend in zip(find_clashes(away), mends_of(away, find_clashes(away)), strict=True)
        if clash.kind is ClashKind.NO_BREAK
    ]
    assert mend is not None
    seam = plan(slot(1, "09:00", "10:00"), slot(2, "10:00", "11:30"))
    mend = mend_of(seam, ClashKind.NO_BREAK)
    assert mend is not None
    assert (mend.kind, mend.slot.id, mend.becomes.starts) == (MendKind.MOVE, 2, at("10:10"))
    over_each_other = plan(
        slot(1, "09:00", "11:00", groups=("一",)), slot(2, "10:00", "12:00", groups=("一",))
    )
    assert mend_of(over_each_other, ClashKind.NO_BREAK) is None


def test_who_is_moved_has_the_time_for_the_way() -> None:
    far = {("主会场", "分会场"): 40}
    two = plan(
        slot(1, "09:00", "10:00", place="主会场", lecturers=(1,), groups=("一",)),
        slot(2, "09:30", "10:30", place="分会场", lecturers=(1,), groups=("二",)),
        travel=far,
    )
    mend = mend_of(two, ClashKind.LECTURER_TWICE)
    assert mend is not None
    assert (mend.slot.id, mend.becomes.starts) == (2, at("10:40"))
    # Where something follows, the earlier one ends in time.
    short = plan(
        slot(1, "10:00", "11:00", place="主会场"),
        slot(2, "11:10", "12:00", place="分会场"),
        slot(3, "12:00", "13:00", kind=SessionKind.MEAL),
        travel=far,
    )
    mend = mend_of(short, ClashKind.TRAVEL_TOO_SHORT)
    assert mend is not None
    assert (mend.slot.id, mend.becomes.starts) == (1, at("09:30"))


def test_no_time_is_tried_twice_where_the_way_is_longer_than_a_break() -> None:
    early, late = slot(1, "09:00", "10:00", place="主会场"), slot(2, "11:00", "12:00", place="分会场")
    for minutes, begins in ((40, ["10:40"]), (5, ["10:05", "10:10"]), (0, ["10:00", "10:10"])):
        two = plan(early, late, travel={("主会场", "分会场"): minutes})
        assert _after(two, [early], late) == [at(clock) for clock in begins]


def test_a_gap_that_is_too_short_becomes_a_break() -> None:
    hasty = plan(slot(1, "09:00", "10:30"), slot(2, "10:35", "12:00"))
    mend = mend_of(hasty, ClashKind.NO_BREAK)
    assert mend is not None
    assert (mend.kind, mend.slot.id, mend.becomes.starts) == (MendKind.MOVE, 2, at("10:40"))


def test_what_cannot_wait_for_a_break_has_it_within() -> None:
    full = plan(
        slot(1, "09:00", "09:45"),
        slot(2, "09:45", "11:15"),
        slot(3, "11:15", "12:00"),
        slot(4, "12:00", "13:00", kind=SessionKind.MEAL),
    )
    mend = mend_of(full, ClashKind.NO_BREAK)
    assert mend is not None
    assert mend.rest is not None
    assert (mend.slot.id, mend.becomes.ends, mend.rest.starts, mend.rest.ends) == (
        2, at("10:30"), at("10:40"), at("11:15"),
    )  # fmt: skip


def test_what_finds_its_room_taken_when_it_is_free_goes_to_another_room_as_well() -> None:
    comes = {1: [Window(at("09:00"), at("11:00"))]}
    full = plan(
        slot(1, "09:00", "10:00", place="大", lecturers=(1,), groups=("一",)),
        slot(2, "09:30", "10:30", place="大", lecturers=(1,), groups=("二",)),
        slot(3, "10:30", "11:30", place="大", groups=("三",)),
        slot(4, "14:00", "15:00", place="中", groups=("三",)),
        rooms={"大": Room(100), "中": Room(40)},
        sizes={"一": 20, "二": 20, "三": 20},
        availability=comes,
    )
    mend = mend_of(full, ClashKind.LECTURER_TWICE)
    assert mend is not None
    assert (mend.kind, mend.slot.id, mend.becomes.starts, mend.becomes.place) == (
        MendKind.MOVE, 2, at("10:00"), "中",
    )  # fmt: skip


def test_no_room_is_proposed_that_another_training_holds_then() -> None:
    many, used = slot(1, "09:00", "10:00", place="小"), slot(2, "14:00", "15:00", place="中")
    rooms = {"小": Room(20, own_name="小"), "中": Room(60, own_name="中"), "大": Room(90, own_name="大")}
    taken = {"中": [Engagement(at("09:30"), at("11:00"), "讲座", "别班")]}
    elsewhere = slot(3, "15:30", "16:00", place="大")
    mend = mend_of(plan(many, used, elsewhere, rooms=rooms, people=50, taken=taken), ClashKind.ROOM_TOO_SMALL)
    assert mend is not None
    assert mend.becomes.place == "大"
    late = plan(slot(1, "09:00", "10:00", place="中"), rooms={"中": rooms["中"]}, people=50, taken=taken)
    mend = mend_of(late, ClashKind.PLACE_ELSEWHERE)
    assert mend is not None
    assert (mend.kind, mend.becomes.starts) == (MendKind.MOVE, at("11:00"))


def test_a_visit_goes_into_the_opening_of_its_site_and_lasts_as_long_as_its_stops() -> None:
    visit = slot(
        1, "08:00", "10:00", kind=SessionKind.SITE_VISIT, visits=(Visit(5, at("08:00"), at("10:00")),)
    )
    mend = mend_of(plan(visit, opening={5: (time(9), time(17))}), ClashKind.SITE_CLOSED)
    assert mend is not None
    assert (mend.becomes.starts, mend.becomes.visits[0].starts) == (at("09:00"), at("09:00"))
    short = replace(visit, ends=at("09:00"))
    mend = mend_of(plan(short), ClashKind.VISIT_TOO_LONG)
    assert mend is not None
    assert (mend.kind, mend.becomes.ends) == (MendKind.STRETCH, at("10:00"))


def test_a_session_outside_the_days_goes_to_the_nearest_on_which_its_people_are_free() -> None:
    lost = slot(1, "09:00", "10:00", DAY - timedelta(days=2), groups=("一",))
    other = slot(2, "09:30", "10:30", groups=("一",))
    mend = mend_of(plan(lost, other), ClashKind.OUTSIDE_DAYS)
    assert mend is not None
    assert mend.becomes.starts == at("09:00", DAY + timedelta(days=1))
    mend = mend_of(replace(plan(lost, other), last_day=DAY), ClashKind.OUTSIDE_DAYS)
    assert mend is not None
    assert mend.becomes.starts == at("10:40")


def test_no_session_is_proposed_for_a_day_that_is_over() -> None:
    lost = slot(1, "09:00", "10:00", DAY - timedelta(days=1), groups=("一",))
    wanted = replace(plan(lost), today=DAY + timedelta(days=2))
    mend = mend_of(wanted, ClashKind.OUTSIDE_DAYS)
    assert mend is not None
    assert mend.becomes.starts == at("09:00", DAY + timedelta(days=2))
    over = mend_of(replace(wanted, today=DAY + timedelta(days=4)), ClashKind.OUTSIDE_DAYS)
    assert over is not None
    assert over.becomes.starts == at("09:00"), "the timetable of a class that is over may be put right"
    comes = {
        1: [
            Window(at("09:00"), at("12:00")),
            Window(at("14:00", DAY + timedelta(days=3)), at("17:00", DAY + timedelta(days=3))),
        ]
    }
    taught = plan(slot(1, "09:00", "10:00", DAY + timedelta(days=1), lecturers=(1,)), availability=comes)
    mend = mend_of(replace(taught, today=DAY + timedelta(days=1)), ClashKind.LECTURER_AWAY)
    assert mend is not None
    assert mend.becomes.starts == at("14:00", DAY + timedelta(days=3))


def test_what_leaves_a_break_is_taken_before_what_begins_at_once() -> None:
    two = plan(slot(1, "09:00", "10:30", lecturers=(1,)), slot(2, "10:00", "11:30", lecturers=(1,)))
    mend = mend_of(two, ClashKind.LECTURER_TWICE)
    assert mend is not None
    assert mend.becomes.starts == at("10:40")


def test_a_group_that_lacks_a_lecture_joins_one_at_which_it_is_free() -> None:
    lectures = [
        replace(slot(1, "09:00", "10:00", groups=("一",)), title="国情"),
        replace(slot(2, "14:00", "15:00", groups=("二",)), title="国情"),
        slot(3, "09:00", "10:00", groups=("三",)),
    ]
    mend = mend_of(plan(*lectures), ClashKind.LECTURE_MISSING)
    assert mend is not None
    assert (mend.kind, mend.slot.id, mend.becomes.groups) == (MendKind.GROUP, 2, ("二", "三"))


def test_for_very_many_clashes_no_more_is_tried_than_a_page_can_wait_for() -> None:
    crowd = plan(*(slot(number, "08:00", "20:30", groups=("一",)) for number in range(60)))
    clashes = find_clashes(crowd)
    assert len(mends_of(crowd, clashes)) == len(clashes) > 50


hours = st.integers(8, 18)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(hours, st.integers(1, 4), st.sampled_from("一二"), st.sampled_from("大小")), max_size=8
    )
)
def test_no_mend_makes_an_impossible_clash(rows: list[tuple[int, int, str, str]]) -> None:
    wanted = plan(
        *(
            slot(n, f"{hour:02}:00", f"{hour + length:02}:00", groups=(group,), place=place, lecturers=(1,))
            for n, (hour, length, group, place) in enumerate(rows, 1)
        ),
        rooms={"大": Room(100), "小": Room(50)},
        sizes={"一": 40, "二": 40},
    )
    clashes = find_clashes(wanted)
    for mend in mends_of(wanted, clashes):
        if mend is not None:
            assert _impossible(find_clashes(done(wanted, mend))) <= _impossible(clashes)


def _impossible(clashes: list[Clash]) -> set[tuple[ClashKind, frozenset[int]]]:
    """Which sessions cannot be, both halves of one as the one that they were."""
    return {(one.kind, frozenset(map(abs, one.slots))) for one in clashes if one.level is Level.IMPOSSIBLE}
