"""Typed facts of a participant."""

import pytest

from trainingmgr.domain.participant import CLEANERS, Facts, phone_to_edit
from trainingmgr.domain.person import clean_phone
from trainingmgr.domain.refusal import Refusal


@pytest.mark.parametrize(
    "phone", ["+8613800138000", "+862886612345;ext=801", "+442079460018", "+8657112345678", ""]
)
def test_a_phone_comes_back_from_a_form_as_the_same_number(phone: str) -> None:
    assert clean_phone(phone_to_edit(phone)) == phone


def test_what_was_not_given_is_left_alone_and_empty_takes_away() -> None:
    facts = Facts(post="", group="第1组")
    assert facts.given() == {"post": "", "group": "第1组"}
    assert facts.without_empty().given() == {"group": "第1组"}


def test_fields_are_put_right_or_refused() -> None:
    assert CLEANERS["name"]("王 小 明") == "王小明"
    assert CLEANERS["sex"]("男") == "male"
    with pytest.raises(Refusal) as refused:
        CLEANERS["group"]("组" * 41)
    assert refused.value.code == "too_long"
