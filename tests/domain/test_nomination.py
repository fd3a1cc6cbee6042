"""What units type about people, read by the rules of the roster."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.nomination import FIELDS, LinkState, link_state, read_nominee

TODAY = date(2026, 3, 1)
GOOD = {"name": "王芳", "post": "处长", "phone": "138 0013 8000"}


def test_what_is_typed_is_put_right() -> None:
    reading = read_nominee(
        GOOD
        | {
            "name": " 王　芳 ",
            "id_number": "11010519491231002x",
            "sex": "女",
            "email": "A@B.CN",
            "unit": "甲 厅",
        },
        today=TODAY,
    )
    one = reading.nominee
    assert reading.complete
    assert (one.name, one.phone, one.sex, one.email, one.unit) == (
        "王芳", "+8613800138000", "female", "A@b.cn", "甲厅",
    )  # fmt: skip
    assert (one.id_type, one.id_number) == ("resident_id", "11010519491231002X")


def test_every_fault_is_told_beside_its_field_and_what_was_typed_stays() -> None:
    reading = read_nominee(
        {"name": "", "post": "长" * 121, "phone": "12", "email": "a@", "id_number": "110105194912310021"},
        today=TODAY,
    )
    assert {name: refusal.code for name, refusal in reading.wrong.items()} == {
        "name": "nomination.needed",
        "post": "too_long",
        "phone": "phone_invalid",
        "email": "email_invalid",
        "id_number": "id_check_digit",
    }
    assert reading.nominee.phone == "12"
    assert reading.nominee.id_number == "110105194912310021"


def test_a_doubt_stops_nothing() -> None:
    reading = read_nominee(GOOD | {"sex": "male", "id_number": "11010519491231002X"}, today=TODAY)
    assert reading.complete
    assert [(one.field, one.doubt) for one in reading.faults] == [("sex", True)]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30), max_size=len(FIELDS)))
def test_nothing_that_can_be_typed_breaks_the_page(typed: dict[str, str]) -> None:
    reading = read_nominee(typed, today=TODAY)
    again = read_nominee(reading.nominee.typed(), today=TODAY)
    assert again.complete == reading.complete
    if reading.complete:
        assert again.nominee == reading.nominee


@pytest.mark.parametrize(
    ("hours", "revoked", "state"),
    [(1, False, LinkState.IN_FORCE), (0, False, LinkState.EXPIRED), (-1, False, LinkState.EXPIRED),
     (1, True, LinkState.REVOKED), (-1, True, LinkState.REVOKED)],
)  # fmt: skip
def test_an_address_is_in_force_until_its_time_or_the_organisers_word(
    hours: int, revoked: bool, state: LinkState
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert link_state(at + timedelta(hours=hours), at if revoked else None, at) is state
