"""When the public page is open, and what becomes of whoever registers then."""

from datetime import UTC, date, datetime

import pytest

from trainingmgr.domain.open_registration import (
    OpenInput,
    OpenPlaces,
    OpenState,
    check,
    closing,
    first_status,
    state,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
EARLIER, LATER = datetime(2026, 5, 1, 11, tzinfo=UTC), datetime(2026, 5, 1, 13, tzinfo=UTC)
FREE, FULL, QUEUED = OpenPlaces(1, 0), OpenPlaces(0, 0), OpenPlaces(3, 1)


@pytest.mark.parametrize(
    ("given", "closes_at", "places", "archived", "expected"),
    [
        (OpenInput(), LATER, FREE, False, OpenState.OFF),
        (OpenInput(is_on=True), LATER, FREE, False, OpenState.OPEN),
        (OpenInput(is_on=True), LATER, OpenPlaces(None, 5), False, OpenState.OPEN),
        (OpenInput(is_on=True, opens_at=NOON), LATER, FREE, False, OpenState.OPEN),
        (OpenInput(is_on=True, opens_at=LATER), LATER, FREE, False, OpenState.NOT_YET),
        (OpenInput(is_on=True), NOON, FREE, False, OpenState.CLOSED),
        (OpenInput(is_on=True), LATER, FREE, True, OpenState.CLOSED),
        (OpenInput(is_on=True), LATER, FULL, False, OpenState.WAITING),
        (OpenInput(is_on=True), LATER, QUEUED, False, OpenState.WAITING),
        (OpenInput(is_on=True, waitlist=False), LATER, FULL, False, OpenState.FULL),
        (OpenInput(is_on=True), EARLIER, FULL, False, OpenState.CLOSED),
    ],
)
def test_the_page_stands_as_set_by_the_clock_and_by_the_places(
    given: OpenInput, closes_at: datetime, places: OpenPlaces, archived: bool, expected: OpenState
) -> None:
    assert state(given, closes_at, places, NOON, archived=archived) is expected


def test_whoever_registers_is_confirmed_looked_at_or_put_on_the_waiting_list() -> None:
    plain, approved = OpenInput(is_on=True), OpenInput(is_on=True, approval=True)
    assert first_status(plain, OpenState.OPEN) is RegistrationStatus.CONFIRMED
    assert first_status(approved, OpenState.OPEN) is RegistrationStatus.NOMINATED
    assert first_status(approved, OpenState.WAITING) is RegistrationStatus.WAITLISTED
    for standing in (OpenState.OFF, OpenState.NOT_YET, OpenState.FULL, OpenState.CLOSED):
        with pytest.raises(Refusal, match=f"open_registration.{standing.value}"):
            first_status(plain, standing)


def test_without_a_time_it_closes_when_the_first_day_begins_there() -> None:
    assert closing(None, date(2026, 5, 11), "Asia/Shanghai") == datetime(2026, 5, 10, 16, tzinfo=UTC)
    assert closing(NOON, date(2026, 5, 11), "Asia/Shanghai") == NOON


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (OpenInput(opens_at=NOON, closes_at=NOON), "open_registration.times_reversed"),
        (OpenInput(capacity=0), "open_registration.capacity"),
        (OpenInput(notice_zh="x" * 4001), "too_long"),
    ],
)
def test_what_no_opening_can_be_is_refused(given: OpenInput, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check(given)
