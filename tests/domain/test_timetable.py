from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorType, SessionKind
from trainingmgr.domain.timetable import (
    HalfDay,
    days_between,
    half_day,
    hour_grid,
    instants,
    lay_out,
    suggested_hours,
    words_en,
    words_zh,
)

_BEGIN = datetime(2026, 5, 11, tzinfo=UTC)
_spans = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=30).map(
    lambda pairs: sorted(
        (_BEGIN + timedelta(minutes=start), _BEGIN + timedelta(minutes=start + length))
        for start, length in pairs
    )
)


@pytest.mark.parametrize(
    ("start", "half"),
    [
        (time(8), HalfDay.MORNING),
        (time(11, 59), HalfDay.MORNING),
        (time(12), HalfDay.NOON),
        (time(13), HalfDay.AFTERNOON),
        (time(17, 59), HalfDay.AFTERNOON),
        (time(18), HalfDay.EVENING),
    ],
)
def test_a_session_belongs_to_the_half_day_it_begins_in(start: time, half: HalfDay) -> None:
    assert half_day(start) is half


@given(_spans)
def test_no_two_sessions_of_one_lane_overlap(spans: list[tuple[datetime, datetime]]) -> None:
    places = lay_out(spans)
    for number, ((start, end), place) in enumerate(zip(spans, places, strict=True)):
        assert 0 <= place.lane < place.lanes
        for (other_start, other_end), other in zip(spans[number + 1 :], places[number + 1 :], strict=True):
            overlap = start < other_end and other_start < end
            if overlap:
                assert (place.block, place.lane) != (other.block, other.lane)
                assert place.block == other.block


@given(_spans)
def test_there_are_no_more_lanes_than_sessions_at_one_moment(spans: list[tuple[datetime, datetime]]) -> None:
    for place in lay_out(spans):
        group = [
            span for span, other in zip(spans, lay_out(spans), strict=True) if other.block == place.block
        ]
        at_once = max(sum(start <= moment < end for start, end in group) for moment, _ in group)
        assert place.lanes == at_once


def test_sessions_that_follow_each_other_stand_alone() -> None:
    nine, ten, eleven = (_BEGIN + timedelta(hours=hour) for hour in (9, 10, 11))
    assert [place.lanes for place in lay_out([(nine, ten), (ten, eleven)])] == [1, 1]


@pytest.mark.parametrize(
    ("kind", "minutes", "hours"),
    [
        (SessionKind.LECTURE, 90, "2"),
        (SessionKind.LECTURE, 45, "1"),
        (SessionKind.LECTURE, 150, "3.5"),
        (SessionKind.LECTURE, 20, "0.5"),
        (SessionKind.MEAL, 60, "0"),
        (SessionKind.TRANSFER, 60, "0"),
    ],
)
def test_class_hours_follow_from_the_length_to_the_nearest_half(
    kind: SessionKind, minutes: int, hours: str
) -> None:
    assert suggested_hours(kind, minutes, 45) == Decimal(hours)


def test_times_are_those_of_the_clock_in_the_zone() -> None:
    start, end = instants(date(2026, 7, 1), time(9), time(10, 30), "Europe/Berlin")
    assert (start, end) == (
        datetime(2026, 7, 1, 7, tzinfo=UTC),
        datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
    )


def test_a_session_over_the_end_of_summer_time_is_as_long_as_it_really_is() -> None:
    start, end = instants(date(2026, 10, 25), time(1), time(4), "Europe/Berlin")
    assert end - start == timedelta(hours=4)


def test_a_time_that_the_clock_skips_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        instants(date(2026, 3, 29), time(2, 30), time(4), "Europe/Berlin")
    assert refused.value.code == "session_time_skipped"
    assert refused.value.values["field"] == "starts"


@pytest.mark.parametrize(("day", "zone"), [(date.min, "Asia/Shanghai"), (date.max, "America/New_York")])
def test_a_day_at_the_ends_of_the_calendar_that_has_no_instant_is_refused(day: date, zone: str) -> None:
    with pytest.raises(Refusal) as refused:
        instants(day, time(), time(23, 59), zone)
    assert (refused.value.code, refused.value.values["day"]) == ("session_day_out_of_reach", day.isoformat())


@pytest.mark.parametrize("end", [time(9), time(8, 59)])
def test_an_end_that_is_not_later_than_the_start_is_refused(end: time) -> None:
    with pytest.raises(Refusal) as refused:
        instants(date(2026, 5, 11), time(9), end, "Asia/Shanghai")
    assert refused.value.code == "session_ends_before_start"


def test_days_are_counted_with_both_ends() -> None:
    assert days_between(date(2019, 10, 30), date(2019, 11, 2)) == [
        date(2019, 10, 30),
        date(2019, 10, 31),
        date(2019, 11, 1),
        date(2019, 11, 2),
    ]


@pytest.mark.parametrize(
    ("type_", "name", "unit", "title", "line"),
    [
        (ContributorType.PERSON, "陈越良", "民政部某司", "司长", "陈越良（民政部某司司长）"),
        (ContributorType.PERSON, "陈越良", "", "", "陈越良"),
        (ContributorType.UNIT, "", "山西省太原市", "", "山西省太原市"),
        (ContributorType.UNNAMED, "", "中央组织部组织二局", "", "中央组织部组织二局有关负责同志"),
        (ContributorType.UNNAMED, "", "专家委员会", "有关专家", "专家委员会有关专家"),
    ],
)
def test_a_contributor_is_written_as_offices_write(
    type_: ContributorType, name: str, unit: str, title: str, line: str
) -> None:
    assert words_zh(type_, name, unit, title).line("zh") == line


def test_the_unnamed_in_english_come_before_their_unit() -> None:
    assert words_en(ContributorType.UNNAMED, "", "Bureau", "").line("en") == "Responsible official, Bureau"
    assert words_en(ContributorType.PERSON, "Chen", "Bureau", "Head").line("en") == "Chen, Head, Bureau"


@given(st.lists(st.integers(480, 1200), max_size=6), st.integers(30, 60))
def test_the_grid_of_class_hours_begins_with_the_first_lesson_of_each_half_day(
    starts: list[int], length: int
) -> None:
    lines = hour_grid(starts, length, 480, 1200)
    assert lines == sorted(set(lines))
    assert all(480 <= line <= 1200 for line in lines)
    morning = [one for one in starts if one < 720]
    assert min(morning, default=540) in lines
    assert min((one for one in starts if one >= 720), default=840) in lines
    assert {line + length for line in lines if line + length < 720} <= set(lines)
