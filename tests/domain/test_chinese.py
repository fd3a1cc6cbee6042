from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.chinese import (
    CLOSING,
    OPENING,
    book_title,
    class_hours_en,
    class_hours_zh,
    date_in_numerals,
    date_range_en,
    date_range_zh,
    exact_number,
    join_en,
    join_zh,
    number_in,
    numeral,
    unbreakable_pieces,
)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 11, 2), "二〇一九年十一月二日"),
        (date(2020, 10, 10), "二〇二〇年十月十日"),
        (date(2026, 1, 20), "二〇二六年一月二十日"),
        (date(2000, 12, 31), "二〇〇〇年十二月三十一日"),
    ],
)
def test_a_date_in_chinese_numerals(day: date, text: str) -> None:
    assert date_in_numerals(day) == text


def test_a_numeral_is_read_as_it_was_written() -> None:
    assert [number_in(numeral(number)) for number in (1, 10, 11, 20, 99)] == [1, 10, 11, 20, 99]
    assert [number_in(text) for text in ("", "十十", "百", "三亚")] == [None] * 4


def test_every_day_of_a_month_has_a_numeral_of_its_own() -> None:
    assert len({numeral(day) for day in range(1, 32)}) == 31
    with pytest.raises(ValueError):
        numeral(0)


@pytest.mark.parametrize(
    ("start", "end", "chinese", "english"),
    [
        (date(2019, 11, 8), date(2019, 11, 8), "2019年11月8日", "8 November 2019"),
        (date(2019, 11, 4), date(2019, 11, 8), "2019年11月4日至8日", "4 to 8 November 2019"),
        (
            date(2019, 10, 30),
            date(2019, 11, 2),
            "2019年10月30日至11月2日",
            "30 October to 2 November 2019",
        ),
        (
            date(2019, 12, 30),
            date(2020, 1, 2),
            "2019年12月30日至2020年1月2日",
            "30 December 2019 to 2 January 2020",
        ),
        (
            date(2019, 1, 5),
            date(2020, 1, 5),
            "2019年1月5日至2020年1月5日",
            "5 January 2019 to 5 January 2020",
        ),
    ],
)
def test_a_range_says_once_what_both_days_share(start: date, end: date, chinese: str, english: str) -> None:
    assert date_range_zh(start, end) == chinese
    assert date_range_en(start, end) == english


@pytest.mark.parametrize(
    ("hours", "text"), [("24.00", "24"), ("3.50", "3.5"), ("0.25", "0.25"), ("1E+2", "100"), ("100", "100")]
)
def test_hours_are_exact_without_idle_zeros(hours: str, text: str) -> None:
    assert exact_number(Decimal(hours)) == text
    assert class_hours_zh(Decimal(hours)) == f"{text}学时"


def test_one_hour_is_singular_in_english() -> None:
    assert class_hours_en(Decimal("1.0")) == "1 class hour"
    assert class_hours_en(Decimal("1.5")) == "1.5 class hours"


def test_names_are_listed_in_each_language_way() -> None:
    assert join_zh(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert join_en(["A", "B", "C"]) == "A, B and C"
    assert join_en(["A"]) == "A"
    assert (join_zh([]), join_en([])) == ("", "")


@given(st.text(st.sampled_from("王小明，。《》“”（）12ab ·年")))
def test_no_piece_begins_with_a_closing_or_ends_with_an_opening_mark(text: str) -> None:
    pieces = unbreakable_pieces(text)
    assert "".join(pieces) == text
    for before, piece in pairwise(pieces):
        broken_at_space = before[-1].isspace()
        assert broken_at_space or piece[0] not in CLOSING
        assert broken_at_space or before[-1] not in OPENING


@pytest.mark.parametrize(
    "whole",
    ["2019年", "11月8日", "Wang", "People’s", "（三", "班）", "”。", "58.5学", "葛\U000e0100", "GB/T"],
)
def test_what_belongs_together_stays_in_one_piece(whole: str) -> None:
    assert any(whole in piece for piece in unbreakable_pieces(f"培训 {whole} 培训"))


def test_a_line_may_break_between_any_two_ideographs() -> None:
    assert unbreakable_pieces("社区治理") == ["社", "区", "治", "理"]


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        ("社区治理", "《社区治理》"),
        ("《地名管理条例》", "《地名管理条例》"),
        ("《地名管理条例》解读", "《〈地名管理条例〉解读》"),
        ("《民法典》与《慈善法》", "《〈民法典〉与〈慈善法〉》"),
    ],
)
def test_title_marks_inside_title_marks_become_the_inner_ones(text: str, titled: str) -> None:
    assert book_title(text) == titled
