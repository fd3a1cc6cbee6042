"""Sessions that are for some groups alone: whom they concern, and what follows when a group gets another name."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training
from trainingmgr.documents.tabular import write_csv
from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import (
    Attendance,
    CertificateOffer,
    Registration,
    SessionGroup,
    Training,
    TrainingGroup,
    TrainingSession,
)
from trainingmgr.queries import attendance as queries
from trainingmgr.queries.certificate import facts
from trainingmgr.queries.certificate.offers import offer
from trainingmgr.queries.eligibility import eligibility
from trainingmgr.queries.roster.participant import marks as marks_of
from trainingmgr.queries.session_group import of_sessions
from trainingmgr.queries.sheet import Filters, Sheet
from trainingmgr.services import arrangement, attendance, roster, schedule
from trainingmgr.services.arrangement import HolderDraft
from trainingmgr.services.schedule import SessionDraft
from trainingmgr.services.training import copy

PRESENT, ABSENT = AttendanceMark.PRESENT, AttendanceMark.ABSENT


class Class(NamedTuple):
    training: Training
    whole: TrainingSession
    first: TrainingSession
    second: TrainingSession
    people: list[Registration]


@pytest.fixture
def tracks(session: Session, cast: Cast) -> Class:
    """A session for all and one of 4 hours for the first group; the second group's has 2."""
    training = make_training(session, cast.organisation, code="TRACKS")
    whole = make_session(session, training, title_zh="开班", compulsory=True)
    first = make_session(session, training, title_zh="甲", class_hours=Decimal(4))
    second = make_session(session, training, title_zh="乙")
    first.groups = [SessionGroup(group_name="一组")]
    second.groups = [SessionGroup(group_name="二组"), SessionGroup(group_name="三组")]
    people = [
        make_registration(session, training, name, group_name=group, sort_key=str(number))
        for number, (name, group) in enumerate(
            (("甲某", "一组"), ("乙某", "一组"), ("丙某", "二组"), ("丁某", ""))
        )
    ]
    return Class(training, whole, first, second, people)


def _names(found: Sheet) -> list[str]:
    return [one.name for one in found.people]


def test_a_sheet_lists_the_people_of_the_sessions_groups(session: Session, tracks: Class) -> None:
    one = queries.sheet(session, tracks.training, tracks.first.id, ("一组",), Filters())
    assert (_names(one), one.total, one.open) == (["甲某", "乙某"], 2, 2)
    lines = {line.title_zh: line.people for line in queries.lines(session, tracks.training)}
    assert lines == {"开班": 4, "甲": 2, "乙": 1}
    assert [who.name for who in queries.signers(session, tracks.training, "", ("二组",))] == ["丙某"]


def test_marks_go_to_those_alone_for_whom_a_session_is(session: Session, cast: Cast, tracks: Class) -> None:
    training, first, people = tracks.training, tracks.first, tracks.people
    assert attendance.mark_rest(cast.actor(), training, first.id, PRESENT, Filters()).people == 2
    with pytest.raises(Refusal, match="session_of_other_groups"):
        attendance.mark(cast.actor(), training, first.id, {people[2].id: PRESENT})
    rows = [("姓名", "甲"), ("甲某", "缺勤"), ("丁某", "出勤")]
    result = attendance.import_attendance(cast.actor(), training, write_csv(rows[0], rows[1:]))
    assert [(one.code, one.values["row"]) for one in result.problems] == [("attendance_of_other_groups", 3)]
    assert not result.written


def test_of_sessions_that_a_file_cannot_tell_apart_each_is_marked_at_their_own_groups(
    session: Session, cast: Cast, tracks: Class
) -> None:
    training = tracks.training
    for group in ("一组", "二组"):
        make_session(session, training, title_zh="分组讨论", title_en="").groups = [
            SessionGroup(group_name=group)
        ]
    session.commit()
    rows = [("姓名", "分组讨论"), ("甲某", "出勤"), ("丙某", "缺勤")]
    result = attendance.import_attendance(cast.actor(), training, write_csv(rows[0], rows[1:]))
    assert (result.problems, result.new, [one.new for one in result.rows]) == ([], 2, [1, 1])
    again = attendance.import_attendance(cast.actor(), training, write_csv(rows[0], rows[1:]))
    assert (again.new, again.unchanged, [one.unchanged for one in again.rows]) == (0, 2, [1, 1])
    look_again(session)
    marks = session.execute(
        sa.select(SessionGroup.group_name, Attendance.registration_id, Attendance.mark)
        .join(SessionGroup, SessionGroup.session_id == Attendance.session_id)
        .order_by(Attendance.registration_id)
    ).all()
    one, _two, three, _four = tracks.people
    assert marks == [("一组", one.id, PRESENT), ("二组", three.id, ABSENT)]
    rows.append(("丁某", "出勤"))
    result = attendance.import_attendance(cast.actor(), training, write_csv(rows[0], rows[1:]))
    assert [problem.code for problem in result.problems] == ["attendance_of_other_groups"]


def test_each_is_judged_by_and_gets_the_hours_of_their_own_track(
    session: Session, cast: Cast, tracks: Class
) -> None:
    training, people = tracks.training, tracks.people
    attendance.mark_rest(cast.actor(), training, tracks.whole.id, PRESENT, Filters())
    attendance.mark_rest(cast.actor(), training, tracks.second.id, PRESENT, Filters())
    attendance.mark(cast.actor(), training, tracks.first.id, {people[0].id: PRESENT, people[1].id: ABSENT})
    look_again(session)
    found = eligibility(session, training)
    assert [(one.name, int(one.earned), int(one.planned), one.eligible) for one in found.people] == [
        ("甲某", 6, 6, True),
        ("乙某", 2, 6, False),
        ("丙某", 4, 4, True),
        ("丁某", 2, 2, True),
    ]
    assert found.planned == 6
    holders = facts.holders(session, training, [one.id for one in people])
    assert [holders[one.id].hours for one in people] == [6, 6, 4, 2]
    assert facts.draft(session, training, training.end_date).class_hours == 6
    marks = marks_of(session, training.id, people[2].id)
    assert [line.title_zh for line in marks] == ["开班", "乙"]
    make_session(session, training, kind=SessionKind.MEAL, title_zh="午餐")
    assert [line.title_zh for line in marks_of(session, training.id, people[2].id)] == ["开班", "乙"]
    assert [row.marks for row in queries.matrix(session, training).rows][3] == [
        "present",
        queries.NOT_THEIRS,
        queries.NOT_THEIRS,
    ]


def test_whoever_changes_groups_keeps_the_hours_and_the_compulsory_session_that_they_attended(
    session: Session, cast: Cast, tracks: Class
) -> None:
    training, (one, two, three, _four) = tracks.training, tracks.people
    tracks.first.compulsory = tracks.second.compulsory = True
    session.commit()
    attendance.mark_rest(cast.actor(), training, tracks.whole.id, PRESENT, Filters())
    attendance.mark(cast.actor(), training, tracks.first.id, {one.id: PRESENT, two.id: ABSENT})
    attendance.mark(cast.actor(), training, tracks.second.id, {three.id: PRESENT})
    roster.set_group(cast.actor(), training.id, [one.id, two.id], "二组")
    look_again(session)
    found = {who.name: who for who in eligibility(session, training).people}
    moved, away = found["甲某"], found["乙某"]
    assert (int(moved.earned), int(moved.planned), moved.eligible) == (6, 4, True)
    assert (int(away.earned), away.verdict.unmarked) == (2, (tracks.second.id,))
    holders = facts.holders(session, training, [one.id, two.id])
    assert [holders[who.id].hours for who in (one, two)] == [6, 4]
    session.add(CertificateOffer(training_id=training.id, kind=CertificateKind.CLASS_HOURS))
    session.flush()
    hours = offer(session, training, CertificateKind.CLASS_HOURS)
    assert [int(who.earned) for who in eligibility(session, training, offer=hours).people][:2] == [6, 2]
    assert queries.matrix(session, training).rows[0].marks == ["present", "present", ""]


def test_a_new_name_of_a_group_goes_to_its_sessions_and_back(
    session: Session, cast: Cast, tracks: Class
) -> None:
    chosen = [one.id for one in tracks.people[:2]]
    done = roster.set_group(cast.actor(), tracks.training.id, chosen, "甲组")
    look_again(session)
    assert of_sessions(session, tracks.training.id)[tracks.first.id] == ("甲组",)
    assert done.undo is not None
    roster.undo_bulk(cast.actor(), tracks.training.id, done.undo)
    look_again(session)
    assert of_sessions(session, tracks.training.id)[tracks.first.id] == ("一组",)


def test_whoever_is_gone_does_not_hold_a_groups_name_fast(
    session: Session, cast: Cast, tracks: Class
) -> None:
    training = tracks.training
    gone = make_registration(session, training, group_name="一组", status=RegistrationStatus.WITHDRAWN)
    session.add(TrainingGroup(training_id=training.id, name="一组", size=9))
    session.commit()
    done = roster.set_group(cast.actor(), training.id, [one.id for one in tracks.people[:2]], "甲组")
    set_up = sa.select(TrainingGroup.name, TrainingGroup.size)
    for name in ("甲组", "一组"):
        look_again(session)
        assert of_sessions(session, training.id)[tracks.first.id] == (name,)
        assert session.get_one(Registration, gone.id).group_name == name
        assert session.execute(set_up).all() == [(name, 9)]
        if name == "甲组" and done.undo is not None:
            roster.undo_bulk(cast.actor(), training.id, done.undo)
    look_again(session)
    roster.set_group(cast.actor(), training.id, [tracks.people[2].id], "四组")
    look_again(session)
    assert of_sessions(session, training.id)[tracks.second.id] == ("三组", "四组")


def test_a_group_that_nobody_is_in_takes_its_sessions_to_its_new_name(
    session: Session, cast: Cast, tracks: Class
) -> None:
    training = tracks.training
    session.add(TrainingGroup(training_id=training.id, name="三组"))
    session.commit()
    new = HolderDraft("丙组", 5)
    arrangement.change_holder(cast.actor(), training.id, ArrangementKind.GROUP, "三组", new)
    look_again(session)
    assert of_sessions(session, training.id)[tracks.second.id] == ("二组", "丙组")


def test_groups_are_laid_changed_copied_and_put_back(session: Session, cast: Cast, tracks: Class) -> None:
    training, actor = tracks.training, cast.actor()
    draft = SessionDraft(
        SessionKind.LECTURE, "分组", date(2026, 5, 12), time(9), time(10), groups=("二组", "一组")
    )
    saved = schedule.save_session(actor, training.id, draft)
    schedule.save_session(actor, training.id, replace(draft, groups=("三组", "一组")), session_id=saved)
    twin = schedule.copy_session(actor, training.id, saved, date(2026, 5, 13), time(9))
    deletion = schedule.delete_session(actor, training.id, saved)
    back = schedule.restore_session(actor, training.id, deletion)
    other = copy(actor, training, "NEXT", date(2026, 6, 1))
    look_again(session)
    groups = of_sessions(session, training.id)
    assert groups[twin] == groups[back] == ("一组", "三组")
    next_ = session.scalar(
        sa.select(TrainingSession).where(
            TrainingSession.training_id == other.id, TrainingSession.title_zh == "甲"
        )
    )
    assert next_ is not None
    assert [one.group_name for one in next_.groups] == ["一组"]
