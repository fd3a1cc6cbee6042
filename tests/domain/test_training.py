"""What a training may be, where it stands in its life, and how its days are moved."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.certificate import SerialPattern
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.training import (
    CategoryInput,
    Phase,
    StudyTopicInput,
    TrainingInput,
    check,
    clean_code,
    fixed_start,
    move_span,
    pattern_hits,
    phase,
)

PLAIN = TrainingInput(
    code="cd2026", title_zh="培训班", start_date=date(2026, 5, 11), end_date=date(2026, 5, 14)
)


def test_a_plain_training_is_accepted() -> None:
    check(PLAIN)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "川-2026"}, "training.bad_code"),
        ({"title_zh": "  "}, "training.title_missing"),
        ({"title_zh": "长" * 121}, "training.too_long"),
        ({"categories": (CategoryInput("甲", post_en="x" * 201),)}, "training.too_long"),
        ({"study_topics": (StudyTopicInput("题" * 201),)}, "training.too_long"),
        ({"end_date": date(2026, 5, 10)}, "training.dates_reversed"),
        ({"end_date": date(2062, 5, 14)}, "training.span_too_long"),
        ({"time_zone": "Asia/Chengdu"}, "training.unknown_zone"),
        ({"capacity": 0}, "training.bad_capacity"),
        ({"rule_numerator": 8}, "training.bad_rule"),
        ({"rule_numerator": 0, "rule_denominator": 0}, "training.bad_rule"),
        ({"class_hour_minutes": 0}, "training.bad_class_hour"),
        ({"certificate_language": "fr"}, "training.bad_language"),
        ({"issue_date": date(2026, 5, 10)}, "training.issue_date_too_early"),
        ({"hosts": ("民政部",), "co_hosts": (" 民政部",)}, "training.host_twice"),
        ({"categories": (CategoryInput("甲"), CategoryInput(" "))}, "training.category_without_name"),
        ({"categories": (CategoryInput("甲"), CategoryInput("甲"))}, "training.category_twice"),
        ({"study_topics": (StudyTopicInput(""),)}, "training.topic_empty"),
        ({"serial_pattern": "{code}"}, "certificate.pattern_without_seq"),
    ],
)
def test_what_no_training_can_be_is_refused_by_name(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(replace(PLAIN, **changes))
    assert refused.value.code == code


def test_codes_are_put_right_or_refused() -> None:
    assert clean_code(" cd-2019 ") == "CD-2019"
    assert clean_code("A" * 24) == "A" * 24
    for wrong in ("", "-A", "A-", "A B", "A/B", "A" * 25, "Ａ1"):
        assert clean_code(wrong) == ""


def test_the_phase_follows_the_calendar_of_the_training() -> None:
    start, end = date(2026, 5, 11), date(2026, 5, 14)

    def at(day: date, people: int = 0, archived: bool = False) -> Phase:
        return phase(start, end, day, archived=archived, people=people)

    assert at(date(2026, 5, 10)) is Phase.PLANNED
    assert at(date(2026, 5, 10), people=1) is Phase.OPEN
    assert at(start) is Phase.RUNNING
    assert at(end) is Phase.RUNNING
    assert at(date(2026, 5, 15)) is Phase.CLOSING
    assert at(start, archived=True) is Phase.ARCHIVED


def test_a_span_keeps_its_times_of_day_over_a_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 25, 9, tzinfo=berlin).astimezone(UTC)
    end = datetime(2026, 3, 25, 10, 30, tzinfo=berlin).astimezone(UTC)

    moved = move_span(start, end, 7, "Europe/Berlin", "Europe/Berlin")

    assert [one.astimezone(berlin).strftime("%d %H:%M %z") for one in moved] == [
        "01 09:00 +0200",
        "01 10:30 +0200",
    ]


def test_a_time_of_day_that_the_clocks_skip_leaves_the_session_its_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 28, 2, 30, tzinfo=berlin).astimezone(UTC)
    end = datetime(2026, 3, 28, 3, 15, tzinfo=berlin).astimezone(UTC)

    first, last = move_span(start, end, 1, "Europe/Berlin", "Europe/Berlin")

    assert first.astimezone(berlin).strftime("%d %H:%M") == "29 03:30"
    assert last - first == end - start


@given(
    st.integers(946_684_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.timedeltas(min_value=datetime.resolution * 60_000_000, max_value=datetime.resolution * 10**11),
    st.integers(-4000, 4000),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_a_moved_span_never_ends_before_it_begins(start: datetime, length: Any, days: int, zone: str) -> None:
    first, last = move_span(start, start + length, days, zone, zone)
    assert first < last


@given(
    st.sampled_from(["{code}-{seq:04d}", "{code}{seq}", "{code}.{year}-{seq:03d}", "A{seq:02d}{code}"]),
    st.sampled_from(["CD2019", "X", "A-1"]),
    st.integers(1, 99_999),
)
def test_a_pattern_knows_its_own_serials_again(pattern: str, code: str, number: int) -> None:
    serial = SerialPattern(pattern).render(code, 2026, number)
    assert pattern_hits(pattern, code, serial) == number
    assert serial.startswith(fixed_start(pattern, code))


def test_a_pattern_disowns_the_serials_of_others() -> None:
    assert pattern_hits("{code}-{seq:04d}", "CD", "CD-17") is None
    assert pattern_hits("{code}-{seq:04d}", "CD", "BJ-0017") is None
