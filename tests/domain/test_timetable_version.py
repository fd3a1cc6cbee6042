"""What changed between two timetables, and the words for it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.timetable_version import (
    ContributorState,
    Field,
    SessionState,
    Snapshot,
    Sort,
    StopState,
    changes,
    concerning,
    fingerprint,
    read_snapshot,
    told,
    write_snapshot,
)

SHANGHAI = "Asia/Shanghai"
NINE = datetime(2026, 5, 12, 1, tzinfo=UTC)
KINDS = {kind: kind.value for kind in SessionKind}


def _session(uid: str, **values: Any) -> SessionState:
    facts: dict[str, Any] = {
        "id": 1,
        "uid": uid,
        "sequence": 0,
        "kind": SessionKind.LECTURE,
        "title_zh": "专题授课",
        "starts_at": NINE,
        "ends_at": NINE + timedelta(minutes=90),
        "class_hours": Decimal(2),
    }
    return SessionState(**(facts | values))


def _part(name: str) -> ContributorState:
    return ContributorState(7, ContributorType.PERSON, ContributorRole.LECTURE, name_zh=name, name_en=name)


STATES = st.builds(
    _session,
    st.sampled_from("abcd"),
    id=st.integers(1, 9),
    sequence=st.integers(0, 3),
    title_zh=st.sampled_from(["甲", "乙"]),
    starts_at=st.sampled_from([NINE, NINE + timedelta(hours=1)]),
    ends_at=st.just(NINE + timedelta(hours=3)),
    class_hours=st.decimals(0, 4, places=2),
    groups=st.sampled_from([(), ("一组",), ("一组", "二组")]),
    contributors=st.sampled_from([(), (_part("陈"),), (_part("李"),)]),
)
SNAPSHOTS = st.builds(
    lambda rows: Snapshot(SHANGHAI, tuple(rows)), st.lists(STATES, unique_by=lambda one: one.uid, max_size=4)
)


@settings(max_examples=30)
@given(SNAPSHOTS, SNAPSHOTS)
def test_the_changes_lead_from_one_timetable_to_the_other(before: Snapshot, after: Snapshot) -> None:
    found = changes(before, after)
    made = {one.uid: one for one in before.sessions}
    for change in found:
        made.pop(change.known.uid, None)
        if change.after:
            made[change.after.uid] = change.after
    bare = {uid: msgspec.structs.replace(one, id=0, sequence=0) for uid, one in made.items()}
    assert bare == {one.uid: msgspec.structs.replace(one, id=0, sequence=0) for one in after.sessions}
    assert (not found) == ({one.uid: one for one in before.sessions}.keys() == bare.keys() and not found)
    assert read_snapshot(write_snapshot(after)) == after
    # Whoever is in no group is told of what concerns everybody, and of nothing else.
    assert all(not one.known.groups for one in concerning(found, ""))
    for change in found:
        assert all(told(change, language, SHANGHAI, KINDS).line for language in ("zh", "en"))


def test_a_fingerprint_is_of_what_a_timetable_says() -> None:
    one = Snapshot(SHANGHAI, (_session("a"),))
    again = Snapshot(SHANGHAI, (_session("a", id=8, sequence=3),))
    assert fingerprint(one) == fingerprint(again)
    assert fingerprint(one) != fingerprint(Snapshot(SHANGHAI, (_session("a", title_zh="别的"),)))


def test_what_moved_is_told_point_by_point_in_both_languages() -> None:
    before = Snapshot(SHANGHAI, (_session("a", place_zh="报告厅", contributors=(_part("陈越良"),)),))
    moved = _session(
        "a",
        starts_at=NINE + timedelta(hours=5),
        ends_at=NINE + timedelta(hours=7),
        place_zh="第二会议室",
        groups=("第一组",),
        class_hours=Decimal("2.5"),
        compulsory=True,
    )
    change = changes(before, Snapshot(SHANGHAI, (moved,)))[0]
    assert change.fields == (
        Field.TIME, Field.PLACE, Field.GROUPS, Field.CONTRIBUTORS, Field.HOURS, Field.COMPULSORY,
    )  # fmt: skip
    assert told(change, "zh", SHANGHAI, KINDS).line == (
        "调整：5月12日（周二） 14:00–16:00 《专题授课》：时间由09:00–10:30改为14:00–16:00；"
        "地点由“报告厅”改为“第二会议室”；参加人员由全体学员改为第一组；不再注明授课人陈越良；"
        "学时由2改为2.5；改为必修。"
    )
    assert told(change, "en", SHANGHAI, KINDS).line.startswith(
        "Changed: Tue 12 May 14:00–16:00 “专题授课”: moved from 09:00–10:30 to 14:00–16:00; place: 第二会议室"
    )


def test_a_session_given_to_another_group_goes_for_one_and_comes_for_the_other() -> None:
    before = Snapshot(SHANGHAI, (_session("a", groups=("一组",)),))
    found = changes(before, Snapshot(SHANGHAI, (_session("a", groups=("二组",)),)))
    assert [one.sort for one in concerning(found, "一组")] == [Sort.TAKEN_OUT]
    assert [one.sort for one in concerning(found, "二组")] == [Sort.ADDED]
    assert concerning(found, "三组") == []


def test_what_is_added_says_where_it_goes_and_who_teaches() -> None:
    visit = _session(
        "a",
        stops=(StopState(1, "清波社区", "Qingbo"), StopState(2, "清源社区", "Qingyuan")),
        contributors=(_part("陈"),),
        groups=("一组",),
    )
    (added,) = changes(Snapshot(SHANGHAI), Snapshot(SHANGHAI, (visit,)))
    assert told(added, "zh", SHANGHAI, KINDS).points == ("教学点为清波社区、清源社区", "授课人为陈", "一组")
    assert told(added, "en", SHANGHAI, KINDS).points == ("stops: Qingbo, Qingyuan", "by 陈", "一组")
