"""Single acts on the grid: each does what it says, refuses what was seen otherwise, and can be taken back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training
from tests.timetables import invite, make_lecturers
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorRole
from trainingmgr.models import (
    Attendance,
    Contribution,
    Invitation,
    LectureFile,
    SessionGroup,
    Training,
    TrainingSession,
)
from trainingmgr.services.schedule import (
    Act,
    Spot,
    duplicate_session,
    move_session,
    remove_session,
    split_session,
    swap_sessions,
    take_back,
)
from trainingmgr.services.schedule.restoring import snapshot

FIRST, SECOND = date(2026, 5, 11), date(2026, 5, 12)
NINE = datetime(2026, 5, 11, 1, tzinfo=UTC)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


@pytest.fixture
def lecture(session: Session, cast: Cast, training: Training) -> TrainingSession:
    """From 9:00 to 10:30, two class hours as its length suggests, by somebody, for the first group."""
    row = make_session(session, training, title_zh="甲", place_zh="报告厅")
    lecturer = make_lecturers(session, cast.organisation)[0]
    row.contributions = [Contribution(position=1, lecturer_id=lecturer.id, role=ContributorRole.LECTURE)]
    row.groups = [SessionGroup(group_name="一组")]
    session.commit()
    return row


def _told(session: Session) -> dict[str, str]:
    """Every session with where it is, by its name."""
    look_again(session)
    rows = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.starts_at, TrainingSession.id))
    return {
        row.uid: f"{row.title_zh} {(row.starts_at + timedelta(hours=8)):%d %H:%M}–"
        f"{(row.ends_at + timedelta(hours=8)):%H:%M} {row.class_hours.normalize():f}"
        f" {row.place_zh} {'、'.join(snapshot(row)['groups'])}"
        for row in rows
    }


def test_every_act_can_be_taken_back_and_done_again(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    late = make_session(
        session, training, title_zh="乙", start=NINE + timedelta(hours=2), class_hours=Decimal(3)
    )
    actor, one, two = cast.actor(), lecture.id, late.id

    def version(id_: int) -> int:
        look_again(session)
        row = session.get(TrainingSession, id_)
        assert row is not None
        return row.version

    spot = Spot(SECOND, time(14), time(16, 15), place=("小教室", ""), groups=("二组", "三组"))
    acts: list[tuple[Callable[[], Act | None], list[str]]] = [
        (
            lambda: move_session(actor, training.id, one, spot, version=version(one)),
            ["乙 11 11:00–12:30 3  ", "甲 12 14:00–16:15 3 小教室 二组、三组"],
        ),
        (
            lambda: duplicate_session(
                actor, training.id, one, Spot(FIRST, time(8), groups=()), version=version(one)
            ),
            ["甲 11 08:00–09:30 2 报告厅 ", "甲 11 09:00–10:30 2 报告厅 一组", "乙 11 11:00–12:30 3  "],
        ),
        (
            lambda: split_session(actor, training.id, two, time(11, 30), version=version(two)),
            ["甲 11 09:00–10:30 2 报告厅 一组", "乙 11 11:00–11:30 1  ", "乙 11 11:30–12:30 2  "],
        ),
        (
            lambda: swap_sessions(actor, training.id, one, two, versions=(version(one), version(two))),
            ["乙 11 09:00–10:30 3  ", "甲 11 11:00–12:30 2 报告厅 一组"],
        ),
        (
            lambda: remove_session(actor, training.id, one, version=version(one)),
            ["乙 11 11:00–12:30 3  "],
        ),
    ]
    before = _told(session)
    for act, expected in acts:
        done = act()
        assert done is not None
        after = _told(session)
        assert list(after.values()) == expected
        undone = take_back(actor, training.id, done.entry_id)
        assert undone is not None
        assert _told(session) == before
        again = take_back(actor, training.id, undone.entry_id)
        assert again is not None
        assert _told(session) == after
        with pytest.raises(Refusal, match="undo_gone"):
            take_back(actor, training.id, done.entry_id)
        assert take_back(actor, training.id, again.entry_id)
        assert _told(session) == before
        one = session.scalars(sa.select(TrainingSession.id).where(TrainingSession.title_zh == "甲")).one()


def test_an_act_on_what_was_seen_otherwise_is_refused_and_changes_nothing(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    actor, seen, id_ = cast.actor(), lecture.version, lecture.id
    assert move_session(actor, training.id, id_, Spot(FIRST, time(9)), version=seen) is None
    moved = move_session(actor, training.id, id_, Spot(SECOND, time(9)), version=seen)
    before = _told(session)
    with pytest.raises(Refusal, match="stale"):
        move_session(actor, training.id, id_, Spot(FIRST, time(8)), version=seen)
    lecture.place_zh = "另一处"
    session.commit()
    other = move_session(actor, training.id, id_, Spot(SECOND, time(10)), version=lecture.version)
    assert moved is not None
    with pytest.raises(Refusal, match="act_overtaken") as refused:
        take_back(actor, training.id, moved.entry_id)
    assert refused.value.values == {"title_zh": lecture.title_zh, "title_en": lecture.title_en}
    assert other is not None
    with pytest.raises(Refusal, match="undo_gone"):
        take_back(cast.actor("owner"), training.id, other.entry_id)
    assert _told(session) != before


def test_a_copy_that_others_put_something_into_is_not_taken_back(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    lecturer_id = lecture.contributions[0].lecturer_id
    spot, id_, version = Spot(FIRST, time(14)), lecture.id, lecture.version

    def describe(row: TrainingSession) -> None:
        row.description_zh = "讲义见附件"

    def name_somebody(row: TrainingSession) -> None:
        row.contributions = []

    for alter in (describe, name_somebody, lambda row: invite(session, row, lecturer_id)):
        done = duplicate_session(cast.actor(), training.id, id_, spot, version=version)
        assert done is not None
        look_again(session)
        alter(session.get_one(TrainingSession, done.session_ids[0]))
        session.commit()
        with pytest.raises(Refusal, match="act_overtaken"):
            take_back(cast.actor(), training.id, done.entry_id)
    assert len(_told(session)) == 4


def test_what_a_lecturer_answered_and_sent_outlives_a_removal_that_is_taken_back(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    invite(session, lecture, lecture.contributions[0].lecturer_id)
    done = remove_session(cast.actor(), training.id, lecture.id, version=lecture.version)
    for times in range(2):
        assert done is not None
        look_again(session)
        assert session.scalars(sa.select(LectureFile.session_id)).all() == [None], times
        done = take_back(cast.actor(), training.id, done.entry_id)
        assert done is not None
        look_again(session)
        assert session.scalars(sa.select(LectureFile.session_id)).all() == list(done.session_ids)
        told = session.execute(sa.select(Invitation.session_id, Invitation.answer)).one()
        assert told == (done.session_ids[0], "accepted")
        done = take_back(cast.actor(), training.id, done.entry_id)


def test_what_cannot_be_is_refused(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    actor, version, id_ = cast.actor(), lecture.version, lecture.id
    for spot, code in (
        (Spot(date(2026, 6, 1), time(9)), "session_outside_days"),
        (Spot(FIRST, time(23)), "session_past_midnight"),
        (Spot(FIRST, time(9), time(9)), "session_ends_before_start"),
    ):
        with pytest.raises(Refusal, match=code):
            move_session(actor, training.id, id_, spot, version=version)
    with pytest.raises(Refusal, match="split_outside"):
        split_session(actor, training.id, id_, time(10, 30), version=version)
    with pytest.raises(Refusal, match="session_ends_before_start"):
        split_session(actor, training.id, id_, time(10), version=version, pause=30, end=time(10, 30))
    who = make_registration(session, training)
    mark = Attendance(
        training_id=training.id, session_id=id_, registration_id=who.id, mark=AttendanceMark.PRESENT
    )
    session.add(mark)
    session.commit()
    acts: tuple[Callable[[], Act | None], ...] = (
        lambda: split_session(actor, training.id, id_, time(10), version=version),
        lambda: remove_session(actor, training.id, id_, version=version),
    )
    for act in acts:
        with pytest.raises(Refusal, match="session_has_attendance"):
            act()
    assert list(_told(session).values()) == ["甲 11 09:00–10:30 2 报告厅 一组"]


@pytest.mark.parametrize(("end", "second"), [(None, "10:10–10:40"), (time(10, 30), "10:10–10:30")])
def test_a_break_parts_a_session_which_ends_that_much_later_or_as_it_did(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession, end: time | None, second: str
) -> None:
    actor, id_ = cast.actor(), lecture.id
    done = split_session(actor, training.id, id_, time(10), version=lecture.version, pause=10, end=end)
    look_again(session)
    assert list(_told(session).values()) == [
        "甲 11 09:00–10:00 1.33 报告厅 一组",
        f"甲 11 {second} 0.67 报告厅 一组",
    ]
    assert done
    take_back(actor, training.id, done.entry_id)
    look_again(session)
    assert list(_told(session).values()) == ["甲 11 09:00–10:30 2 报告厅 一组"]
