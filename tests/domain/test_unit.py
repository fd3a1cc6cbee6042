"""Rules about units: how they are found, checked and kept from standing above themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import clean_uscc, clean_when, key_of, makes_a_circle, unit_keys


def test_a_unit_is_searched_by_every_name_as_written_read_aloud_and_by_initials() -> None:
    keys = unit_keys("重庆市民政局", "Chongqing Civil Affairs Bureau", ["渝民政"])
    assert keys["pinyin"] == "chong qing shi min zheng ju"
    for part in ("重庆市", "chongqingshi", "cqsmzj", "chongqingcivil", "渝民政", "yuminzheng"):
        assert part in keys["search_text"], part


def test_spellings_of_one_name_share_its_key() -> None:
    assert key_of("民政部 （筹）") == key_of("民政部(筹)") == key_of("民政部(筹）　")
    assert key_of("民政部") != key_of("民政局")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", ""),
        (" 91110000600037341l ", "91110000600037341L"),
        ("9111 0000 6000 37341L", "91110000600037341L"),
    ],
)
def test_a_credit_code_is_taken_in_its_normal_form(typed: str, code: str) -> None:
    assert clean_uscc(typed) == code


@pytest.mark.parametrize("typed", ["A1110000600037341L", "91110000600037342L", "1234", "民政部"])
def test_a_credit_code_that_fails_its_check_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        clean_uscc(typed)
    assert caught.value.code == "unit.bad_uscc"


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("2018", "2018"), ("2018-3", "2018-03"), ("2018/3/7", "2018-03-07")]
)
def test_a_time_may_be_a_year_a_month_or_a_day(typed: str, kept: str) -> None:
    assert clean_when(typed) == kept


@pytest.mark.parametrize("typed", ["18", "2018-13", "2018-02-30", "0000", "until 2018"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        clean_when(typed)
    assert caught.value.code == "unit.bad_when"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
@settings(max_examples=150)
def test_no_row_of_allowed_moves_ever_makes_a_circle(moves: list[tuple[int, int]]) -> None:
    parents: dict[int, int | None] = dict.fromkeys(range(10))
    for unit, parent in moves:
        if not makes_a_circle(parents, unit, parent):
            parents[unit] = parent
    for unit in parents:
        way, at = [unit], parents[unit]
        while at is not None:
            assert at not in way
            way.append(at)
            at = parents[at]
