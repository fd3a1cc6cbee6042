from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.attendance import (
    DEFAULT_FRACTION,
    EARNING,
    AttendanceMark,
    CountedSession,
    Rule,
    Shortfall,
    Slot,
    current_slot,
    judge,
    planned_hours,
)
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind

CONFIRMED = RegistrationStatus.CONFIRMED
PRESENT, LATE, ON_LEAVE, ABSENT = AttendanceMark


def lecture(number: int, hours: str = "2", *, compulsory: bool = False) -> CountedSession:
    return CountedSession(number, f"第{number}讲", SessionKind.LECTURE, Decimal(hours), compulsory)


SEVEN = [lecture(number) for number in range(1, 8)]


def marks(*given: AttendanceMark | None) -> dict[int, AttendanceMark]:
    return {number: mark for number, mark in enumerate(given, 1) if mark is not None}


def test_exactly_six_sevenths_of_the_hours_are_enough() -> None:
    verdict = judge(CONFIRMED, SEVEN, marks(*[PRESENT] * 6, ABSENT))
    assert verdict.eligible
    assert [verdict.earned, verdict.planned, verdict.lacking] == [12, 14, 0]


def test_a_hundredth_of_an_hour_below_the_fraction_is_not_enough() -> None:
    sessions = [*SEVEN[:5], lecture(6, "1.99"), lecture(7, "2.01")]
    verdict = judge(CONFIRMED, sessions, marks(*[PRESENT] * 6, ABSENT))
    assert verdict.shortfalls == (Shortfall.TOO_FEW_HOURS,)
    assert verdict.lacking == Decimal("0.01")


def test_the_hours_needed_are_told_so_that_earning_them_is_enough() -> None:
    verdict = judge(
        CONFIRMED, [lecture(number, "6") for number in range(1, 5)], marks(*[PRESENT] * 3, ABSENT)
    )
    assert [verdict.earned, verdict.needed_hours, verdict.lacking] == [18, Decimal("20.58"), Decimal("2.58")]


def test_a_late_participant_earns_the_hours() -> None:
    assert judge(CONFIRMED, SEVEN, marks(*[LATE] * 7)).earned == 14


@pytest.mark.parametrize("mark", [ON_LEAVE, ABSENT])
def test_leave_and_absence_earn_nothing(mark: AttendanceMark) -> None:
    verdict = judge(CONFIRMED, SEVEN, marks(*[PRESENT] * 5, mark, mark))
    assert verdict.shortfalls == (Shortfall.TOO_FEW_HOURS,)


@pytest.mark.parametrize("kind", sorted(NOT_COUNTED))
def test_meals_and_transfers_neither_earn_nor_are_asked_for(kind: SessionKind) -> None:
    extra = CountedSession(8, "午餐", kind, Decimal(20), compulsory=True)
    verdict = judge(CONFIRMED, [*SEVEN, extra], marks(*[PRESENT] * 7))
    assert verdict.eligible
    assert verdict.planned == 14
    assert judge(CONFIRMED, [*SEVEN, extra], {8: PRESENT}).earned == 0


@pytest.mark.parametrize("mark", [ON_LEAVE, ABSENT])
def test_a_compulsory_session_missed_costs_the_certificate_whatever_the_hours(mark: AttendanceMark) -> None:
    sessions = [lecture(1, "0", compulsory=True), *SEVEN[1:]]
    verdict = judge(CONFIRMED, sessions, marks(mark, *[PRESENT] * 6))
    assert verdict.shortfalls == (Shortfall.COMPULSORY_MISSED,)
    assert verdict.missed == (1,)


def test_a_compulsory_session_without_a_mark_is_a_gap_in_the_sheet_not_an_absence() -> None:
    sessions = [lecture(1, "0", compulsory=True), *SEVEN[1:]]
    verdict = judge(CONFIRMED, sessions, marks(None, *[PRESENT] * 6))
    assert verdict.shortfalls == (Shortfall.NOT_MARKED,)
    assert verdict.unmarked == (1,)


def test_gaps_are_named_where_the_hours_fall_short() -> None:
    verdict = judge(CONFIRMED, SEVEN, marks(*[PRESENT] * 4, None, None, ABSENT))
    assert verdict.shortfalls == (Shortfall.TOO_FEW_HOURS, Shortfall.NOT_MARKED)
    assert verdict.unmarked == (5, 6)


def test_gaps_do_not_matter_once_the_hours_suffice() -> None:
    assert judge(CONFIRMED, SEVEN, marks(*[PRESENT] * 6)).eligible


@pytest.mark.parametrize("status", sorted(set(RegistrationStatus) - PRESENT_STATUSES))
def test_whoever_is_not_on_the_class_gets_no_certificate(status: RegistrationStatus) -> None:
    verdict = judge(status, SEVEN, marks(*[PRESENT] * 7))
    assert verdict.shortfalls == (Shortfall.NOT_ON_CLASS,)


@pytest.mark.parametrize("fraction", [Fraction(0), DEFAULT_FRACTION])
def test_a_training_without_counted_hours_certifies_nobody(fraction: Fraction) -> None:
    assert judge(CONFIRMED, [], {}, fraction).shortfalls == (Shortfall.NO_COUNTED_HOURS,)
    assert judge(CONFIRMED, [lecture(1, "0")], {1: PRESENT}, fraction).shortfalls == (
        Shortfall.NO_COUNTED_HOURS,
    )


def test_with_the_fraction_nought_only_compulsory_sessions_matter() -> None:
    assert judge(CONFIRMED, SEVEN, {}, Fraction(0)).eligible
    sessions = [lecture(1, compulsory=True), *SEVEN[1:]]
    assert judge(CONFIRMED, sessions, {1: ABSENT}, Fraction(0)).shortfalls == (Shortfall.COMPULSORY_MISSED,)


def test_with_the_whole_as_fraction_one_absence_is_too_much() -> None:
    assert judge(CONFIRMED, SEVEN, marks(*[PRESENT] * 7), Fraction(1)).eligible
    assert not judge(CONFIRMED, SEVEN, marks(*[PRESENT] * 6, ABSENT), Fraction(1)).eligible


def test_marks_of_sessions_that_are_gone_earn_nothing() -> None:
    assert judge(CONFIRMED, SEVEN, {99: PRESENT}).earned == 0


sessions_lists = st.lists(
    st.tuples(st.sampled_from(SessionKind), st.integers(0, 1200), st.booleans()), min_size=1, max_size=12
).map(
    lambda rows: [
        CountedSession(number, f"{number}", kind, Decimal(hours) / 100, compulsory)
        for number, (kind, hours, compulsory) in enumerate(rows)
    ]
)
fractions = st.integers(1, 12).flatmap(
    lambda below: st.integers(0, below).map(lambda top: Fraction(top, below))
)
marks_or_none = st.one_of(st.none(), st.sampled_from(AttendanceMark))


@given(sessions_lists, fractions, st.lists(marks_or_none, min_size=12, max_size=12), st.integers(0, 11))
def test_turning_an_absence_into_presence_never_loses_the_certificate(
    sessions: list[CountedSession], fraction: Fraction, given: list[AttendanceMark | None], turned: int
) -> None:
    rule = Rule(sessions, fraction)
    before = {one.id: mark for one in sessions if (mark := given[one.id]) is not None}
    after = before | {turned % len(sessions): PRESENT}
    first, second = rule.judge(CONFIRMED, before), rule.judge(CONFIRMED, after)
    assert second.eligible or not first.eligible
    assert second.earned >= first.earned
    assert set(second.shortfalls) <= set(first.shortfalls)


@given(sessions_lists, fractions, st.lists(marks_or_none, min_size=12, max_size=12))
def test_the_hours_are_judged_exactly(
    sessions: list[CountedSession], fraction: Fraction, given: list[AttendanceMark | None]
) -> None:
    found = {one.id: mark for one in sessions if (mark := given[one.id]) is not None}
    verdict = judge(CONFIRMED, sessions, found, fraction)
    hundredths = sum(int(s.class_hours * 100) for s in sessions if s.counts and found.get(s.id) in EARNING)
    whole = sum(int(s.class_hours * 100) for s in sessions if s.counts)
    assert verdict.planned == planned_hours(sessions) == Decimal(whole) / 100
    short = hundredths * fraction.denominator < whole * fraction.numerator
    assert (Shortfall.TOO_FEW_HOURS in verdict.shortfalls) is short
    assert (verdict.lacking > 0) is short
    assert verdict.eligible is (not verdict.shortfalls)


@given(sessions_lists, fractions, st.lists(marks_or_none, min_size=12, max_size=12))
def test_attainable_means_that_presence_at_what_is_unmarked_would_be_enough(
    sessions: list[CountedSession], fraction: Fraction, given: list[AttendanceMark | None]
) -> None:
    rule = Rule(sessions, fraction)
    found = {one.id: mark for one in sessions if (mark := given[one.id]) is not None}
    filled = {one.id: PRESENT for one in sessions} | found
    assert rule.judge(CONFIRMED, found).attainable is rule.judge(CONFIRMED, filled).eligible


@pytest.mark.parametrize("status", sorted(set(RegistrationStatus) - PRESENT_STATUSES))
def test_a_certificate_is_out_of_reach_for_whoever_is_not_on_the_class(status: RegistrationStatus) -> None:
    assert not judge(status, SEVEN, {}).attainable


@given(sessions_lists, fractions)
def test_presence_everywhere_is_always_enough_where_there_are_hours(
    sessions: list[CountedSession], fraction: Fraction
) -> None:
    verdict = judge(CONFIRMED, sessions, {one.id: LATE for one in sessions}, fraction)
    assert verdict.eligible is (verdict.planned > 0)


def test_a_compulsory_session_of_another_group_stands_for_an_unmarked_one_of_the_present_group() -> None:
    everybody, own = lecture(1, compulsory=True), replace(lecture(2, compulsory=True), groups=("二组",))
    other = replace(lecture(3, compulsory=True), groups=("一组",))
    rule = Rule([everybody, own], elsewhere=[other])
    assert rule.judge(CONFIRMED, {1: PRESENT, 3: LATE}).eligible
    assert rule.judge(CONFIRMED, {2: PRESENT, 3: LATE}).unmarked == (1,)
    assert rule.judge(CONFIRMED, {1: PRESENT, 2: ABSENT, 3: LATE}).missed == (2,)
    assert rule.judge(CONFIRMED, {1: PRESENT, 3: ABSENT}).unmarked == (2,)


@settings(max_examples=30)
@given(sessions_lists, fractions, st.lists(marks_or_none, min_size=12, max_size=12))
def test_what_was_attended_with_another_group_never_costs_anything(
    sessions: list[CountedSession], fraction: Fraction, given: list[AttendanceMark | None]
) -> None:
    own, others = sessions[::2], sessions[1::2]
    found = {one.id: mark for one in sessions if (mark := given[one.id]) is not None}
    without = Rule(own, fraction).judge(CONFIRMED, found)
    kept = Rule(own, fraction, elsewhere=others).judge(CONFIRMED, found)
    assert kept.earned == judge(CONFIRMED, sessions, found, fraction).earned
    assert set(kept.shortfalls) <= set(without.shortfalls)


AT = datetime(2026, 5, 11, 9, 30, tzinfo=UTC)


def slot(number: int, start: datetime, *, done: bool = False) -> Slot:
    return Slot(number, start, start + timedelta(minutes=90), done)


def chosen(*slots: Slot) -> int | None:
    found = current_slot(slots, AT)
    return found.id if found else None


def test_the_session_that_runs_is_the_one_to_take() -> None:
    assert (
        chosen(
            slot(1, AT - timedelta(hours=3)),
            slot(2, AT - timedelta(minutes=30)),
            slot(3, AT + timedelta(hours=3)),
        )
        == 2
    )


def test_doors_open_before_a_session_begins() -> None:
    assert chosen(slot(1, AT - timedelta(hours=2)), slot(2, AT + timedelta(minutes=40))) == 2


def test_once_a_running_session_is_done_the_one_with_open_doors_comes_up() -> None:
    running, next_door = slot(1, AT - timedelta(minutes=80), done=True), slot(2, AT + timedelta(minutes=20))
    assert chosen(running, next_door) == 2


def test_in_the_evening_the_next_morning_comes_up_and_later_the_last_gap() -> None:
    past, gap = slot(1, AT - timedelta(days=2), done=True), slot(2, AT - timedelta(days=1))
    assert chosen(past, gap, slot(3, AT + timedelta(hours=11))) == 3
    assert chosen(past, gap, slot(3, AT + timedelta(days=2))) == 2
    assert chosen(past, slot(3, AT + timedelta(days=2))) == 3
    assert chosen(past) == 1
    assert chosen() is None
