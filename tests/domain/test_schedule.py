from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.attendance import CountedSession, hours_of_tracks, planned_hours, track
from trainingmgr.domain.schedule import SessionKind, concerns, read_groups, renamed

GROUPS = st.sampled_from(["", "一组", "二组", "三组"])


def test_a_session_of_no_group_is_for_everybody() -> None:
    assert concerns((), "")
    assert concerns((), "一组")
    assert concerns(("一组",), "一组")
    assert not concerns(("一组",), "二组")
    assert not concerns(("一组",), "")


def test_groups_are_read_once_each_in_the_order_people_count_in() -> None:
    assert read_groups(" 第10组、第2组，第2组 ;A  B/") == ("A B", "第2组", "第10组")


def test_a_group_that_goes_whole_to_a_new_name_is_renamed() -> None:
    before = {1: "一组", 2: "一组", 3: "二组", 4: ""}
    assert renamed(before, {1: "甲", 2: "甲", 3: "二组", 4: "甲"}) == {"一组": "甲"}
    assert renamed(before, {1: "甲", 2: "甲", 3: "乙", 4: ""}) == {"一组": "甲", "二组": "乙"}


def test_groups_that_part_or_join_are_not_renamed() -> None:
    before = {1: "一组", 2: "一组", 3: "二组"}
    assert renamed(before, {1: "甲", 2: "一组", 3: "二组"}) == {}
    assert renamed(before, {1: "二组", 2: "二组", 3: "二组"}) == {}
    assert renamed(before, {1: "甲", 2: "甲", 3: "甲"}) == {}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 800), st.lists(GROUPS.filter(bool), unique=True)), max_size=8))
def test_the_tracks_lie_between_the_fewest_and_the_most_hours(drawn: list[tuple[int, list[str]]]) -> None:
    sessions = [
        CountedSession(number, "", SessionKind.LECTURE, Decimal(hundredths) / 100, False, "", tuple(groups))
        for number, (hundredths, groups) in enumerate(drawn)
    ]
    fewest, most = hours_of_tracks(sessions)
    own = [planned_hours(track(sessions, name)) for name in {g for one in sessions for g in one.groups}]
    assert (fewest, most) == (min(own), max(own)) if own else fewest == most == planned_hours(sessions)
