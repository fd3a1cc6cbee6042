"""Phone numbers in one normal form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.person import clean_phone, mask_phone, phone_tail, show_phone
from trainingmgr.domain.refusal import Refusal


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13800138000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("(+86) 138 0013 8000", "+8613800138000"),
        ("0086-13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("13800138000.0", "+8613800138000"),
        ("'13800138000", "+8613800138000"),
        ("028-86612345", "+862886612345"),
        ("（028）86612345", "+862886612345"),
        ("028-86612345-801", "+862886612345;ext=801"),
        ("010 6512 3456转12", "+861065123456;ext=12"),
        ("0755-83123456 ext. 7", "+8675583123456;ext=7"),
        ("400-812-3123", "+864008123123"),
        ("+852 9123 4567", "+85291234567"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_typed_number_has_one_normal_form(typed: str, normal: str) -> None:
    assert clean_phone(typed) == normal


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.38E+10", "number_rounded"),
        ("1.3800138E+10", "number_rounded"),
        ("13800138000/13900139000", "phone_several"),
        ("13800138000、13900139000", "phone_several"),
        ("86612345", "phone_no_area_code"),
        ("1380013800", "phone_invalid"),
        ("138001380000", "phone_invalid"),
        ("12800138000", "phone_invalid"),
        ("abc", "phone_invalid"),
        ("=1+1", "phone_invalid"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_phone(typed)
    assert refused.value.code == code


@settings(deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "+86 ", "86-"]))
def test_every_mobile_is_read_in_every_dress(number: str, prefix: str) -> None:
    dressed = f"{prefix}{number[:3]}-{number[3:7]} {number[7:]}"
    assert clean_phone(dressed) == "+86" + number
    assert phone_tail("+86" + number) == number[-4:]


@settings(deadline=None)
@given(st.text(max_size=25))
def test_a_normal_form_is_its_own_normal_form(typed: str) -> None:
    try:
        normal = clean_phone(typed)
    except Refusal:
        return
    assert clean_phone(normal) == normal
    assert clean_phone(show_phone(normal)) == normal


def test_the_tail_leaves_the_extension_out() -> None:
    assert phone_tail("+862886612345;ext=801") == "2345"


@pytest.mark.parametrize(
    ("normal", "shown", "masked"),
    [
        ("+8613800138000", "138 0013 8000", "138****8000"),
        ("+862886612345;ext=801", "028 8661 2345-801", "+86****2345"),
        ("+442079460018", "+44 20 7946 0018", "+44****0018"),
        ("", "", ""),
    ],
)
def test_numbers_are_shown_and_masked(normal: str, shown: str, masked: str) -> None:
    assert show_phone(normal) == shown
    assert mask_phone(normal) == masked
