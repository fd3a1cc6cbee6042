"""What a feed says from visit to visit, whatever becomes of the sessions meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.calendar_feed import CANCELLED_FOR, Remembered, Shown, follow

_BEGIN = datetime(2026, 5, 1, tzinfo=UTC)


def event(uid: str, title: str = "专题授课", sequence: int = 0, day: int = 40) -> Shown:
    start = _BEGIN + timedelta(days=day)
    return Shown(uid, sequence, start, start + timedelta(hours=2), "Asia/Shanghai", "lecture", title, "")


def says(known: list[Remembered], shown: list[Shown], at: datetime) -> list[Remembered]:
    return list(follow(known, shown, at).says.values())


def test_a_change_raises_the_number_and_no_change_writes_nothing() -> None:
    first = says([], [event("a", sequence=3)], _BEGIN)
    assert first[0].sequence == 3
    later = _BEGIN + timedelta(hours=1)
    again = follow(first, [event("a", sequence=3)], later)
    assert (list(again.says.values()), again.written, again.forgotten) == (first, frozenset(), frozenset())
    moved = replace(event("a", sequence=3), place_zh="二号厅")
    assert says(first, [moved], later)[0].sequence == 4


def test_what_is_gone_is_cancelled_for_a_while_and_comes_back_with_a_later_number() -> None:
    known = says([], [event("a")], _BEGIN)
    gone = says(known, [], _BEGIN + timedelta(hours=1))
    assert (gone[0].cancelled, gone[0].sequence, gone[0].title_zh) == (True, 1, "专题授课")
    assert says(gone, [event("a")], _BEGIN + timedelta(hours=2))[0].sequence == 2
    assert says(gone, [], _BEGIN + timedelta(hours=2)) == gone
    assert says(gone, [], _BEGIN + timedelta(hours=2) + CANCELLED_FOR) == []


def test_what_took_place_is_not_called_off_afterwards() -> None:
    known = says([], [event("a", day=1)], _BEGIN)
    followed = follow(known, [], _BEGIN + timedelta(days=2))
    assert (dict(followed.says), followed.forgotten) == ({}, frozenset({"a"}))


_EVENTS = st.dictionaries(st.sampled_from("abc"), st.tuples(st.sampled_from(["x", "y"]), st.integers(0, 3)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(_EVENTS, st.integers(0, 15)), max_size=8))
def test_numbers_never_fall_and_grow_with_every_change_that_a_calendar_would_show(
    visits: list[tuple[dict[str, tuple[str, int]], int]],
) -> None:
    known: list[Remembered] = []
    highest: dict[str, tuple[int, str, bool]] = {}
    at = _BEGIN
    for shown, days in visits:
        at += timedelta(days=days, minutes=1)
        events = [event(uid, title, sequence, day=400) for uid, (title, sequence) in shown.items()]
        followed = follow(known, events, at)
        known = list(followed.says.values())
        assert {one.uid for one in known if not one.cancelled} == set(shown)
        for one in known:
            sequence, print_, cancelled = highest.get(one.uid, (-1, "", False))
            differs = (one.fingerprint, one.cancelled) != (print_, cancelled)
            assert one.sequence > sequence if differs else one.sequence >= sequence
            highest[one.uid] = (one.sequence, one.fingerprint, one.cancelled)
        for uid in followed.forgotten:
            del highest[uid]
