from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, make_registration, make_session, make_training
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import db, now
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Registration,
    RegistrationTally,
    Training,
    TrainingSession,
    UnplacedSession,
)
from trainingmgr.queries.sheet import Filters
from trainingmgr.services import attendance, schedule

PRESENT, LATE, ON_LEAVE, ABSENT = AttendanceMark


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


@pytest.fixture
def lecture(session: Session, training: Training) -> TrainingSession:
    return make_session(session, training)


def stored(session: Session, lecture: TrainingSession) -> dict[int, AttendanceMark]:
    session.rollback()
    rows = session.execute(
        sa.select(Attendance.registration_id, Attendance.mark).where(Attendance.session_id == lecture.id)
    )
    return {row[0]: row[1] for row in rows}


def last_entry(session: Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_a_mark_is_set_changed_and_taken_away(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training)
    for value in (PRESENT, LATE):
        attendance.mark(cast.actor("front_desk"), training, lecture.id, {who.id: value})
        assert stored(session, lecture) == {who.id: value}
    row = session.scalars(sa.select(Attendance)).one()
    assert row.marked_by_id == cast.users["front_desk"].id
    assert now() - row.marked_at < timedelta(minutes=1)
    attendance.mark(cast.actor("front_desk"), training, lecture.id, {who.id: None})
    assert stored(session, lecture) == {}


def test_every_mark_is_audited_with_what_stood_before(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training)
    attendance.mark(cast.actor(), training, lecture.id, {who.id: PRESENT})
    attendance.mark(cast.actor(), training, lecture.id, {who.id: ABSENT})
    entry = last_entry(session)
    assert (entry.action, entry.subject_id, entry.user_id) == (
        "attendance.marked",
        lecture.id,
        cast.users["organiser"].id,
    )
    assert entry.details["changed"] == {str(who.id): ["present", "absent"]}


@pytest.mark.parametrize("status", [RegistrationStatus.WITHDRAWN, RegistrationStatus.NOMINATED])
def test_whoever_is_not_on_the_class_gets_no_mark_and_nobody_else_of_that_press(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession, status: RegistrationStatus
) -> None:
    good, gone = (
        make_registration(session, training),
        make_registration(session, training, "王芳", status=status),
    )
    with pytest.raises(Refusal) as refused:
        attendance.mark(cast.actor(), training, lecture.id, {good.id: PRESENT, gone.id: PRESENT})
    assert (refused.value.code, refused.value.values) == ("not_on_class", {"name": "王芳"})
    assert stored(session, lecture) == {}


def test_a_mark_of_somebody_who_withdrew_since_can_be_taken_away(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training)
    attendance.mark(cast.actor(), training, lecture.id, {who.id: PRESENT})
    who.status = RegistrationStatus.WITHDRAWN
    session.commit()
    attendance.mark(cast.actor(), training, lecture.id, {who.id: None})
    assert stored(session, lecture) == {}


def test_sessions_and_people_of_another_training_do_not_exist(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    other = make_training(session, cast.organisation)
    who, theirs = make_registration(session, training), make_registration(session, other)
    with pytest.raises(NotFound):
        attendance.mark(cast.actor(), training, lecture.id, {theirs.id: PRESENT})
    with pytest.raises(NotFound):
        attendance.mark(cast.actor(), training, make_session(session, other).id, {who.id: PRESENT})


def test_the_rest_get_one_mark_and_those_marked_keep_theirs(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    late, first, second = (make_registration(session, training) for _ in range(3))
    make_registration(session, training, status=RegistrationStatus.WITHDRAWN)
    attendance.mark(cast.actor(), training, lecture.id, {late.id: LATE})
    press = attendance.mark_rest(cast.actor(), training, lecture.id, PRESENT, Filters())
    assert press.people == 2
    assert stored(session, lecture) == {late.id: LATE, first.id: PRESENT, second.id: PRESENT}


def test_the_rest_are_those_that_the_filters_mean(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    one = make_registration(session, training, "李_雷", group_name="一组", search_text="李_雷 li lei")
    make_registration(session, training, "李雷", group_name="一组", search_text="李雷 li lei")
    make_registration(session, training, "李_雷", group_name="二组", search_text="李_雷 li lei")
    attendance.mark_rest(cast.actor(), training, lecture.id, PRESENT, Filters(text="LEI 李_雷", group="一组"))
    assert stored(session, lecture) == {one.id: PRESENT}


def test_while_only_those_late_are_shown_the_rest_is_nobody(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    make_registration(session, training)
    actor = cast.actor()
    assert attendance.mark_rest(actor, training, lecture.id, PRESENT, Filters(show="late")).people == 0
    assert attendance.mark_rest(actor, training, lecture.id, PRESENT, Filters(show="missing")).people == 1


def test_an_undo_takes_back_one_press_and_spares_what_was_tapped_since(
    session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    before, tapped, other = (make_registration(session, training) for _ in range(3))
    attendance.mark(cast.actor(), training, lecture.id, {before.id: PRESENT})
    press = attendance.mark_rest(cast.actor(), training, lecture.id, PRESENT, Filters())
    attendance.mark(cast.actor("front_desk"), training, lecture.id, {tapped.id: LATE})
    assert attendance.undo_rest(cast.actor("front_desk"), training, lecture.id, press.at) == 0
    assert attendance.undo_rest(cast.actor(), training, lecture.id, press.at) == 1
    assert stored(session, lecture) == {before.id: PRESENT, tapped.id: LATE}
    assert other.id not in stored(session, lecture)


def test_an_arrival_is_ticked_with_its_time_and_taken_back(
    session: Session, cast: Cast, training: Training
) -> None:
    who = make_registration(session, training, status=RegistrationStatus.NOMINATED)
    version = who.version
    attendance.arrive(cast.actor("front_desk"), training, {who.id: True})
    session.refresh(who)
    assert who.status is RegistrationStatus.ARRIVED
    assert who.arrived_at is not None
    assert now() - who.arrived_at < timedelta(minutes=1)
    assert who.version == version + 1
    first = who.arrived_at
    attendance.arrive(cast.actor("front_desk"), training, {who.id: True})
    session.refresh(who)
    assert who.arrived_at == first
    attendance.arrive(cast.actor("front_desk"), training, {who.id: False})
    session.refresh(who)
    session.expire(who)
    assert [who.status, who.arrived_at] == [RegistrationStatus.CONFIRMED, None]
    assert last_entry(session).action == "registration.arrival_undone"
    tally = session.execute(sa.select(RegistrationTally.status, RegistrationTally.people)).all()
    assert {status: people for status, people in tally if people} == {"confirmed": 1}


@pytest.mark.parametrize(
    ("status", "came", "code"),
    [
        (RegistrationStatus.WITHDRAWN, True, "arrival_not_expected"),
        (RegistrationStatus.WAITLISTED, True, "arrival_not_expected"),
        (RegistrationStatus.COMPLETED, False, "arrival_completed"),
    ],
)
def test_arrivals_that_make_no_sense_are_refused(
    session: Session, cast: Cast, training: Training, status: RegistrationStatus, came: bool, code: str
) -> None:
    who = make_registration(session, training, status=status)
    with pytest.raises(Refusal) as refused:
        attendance.arrive(cast.actor(), training, {who.id: came})
    assert refused.value.code == code
    assert session.get_one(Registration, who.id).status is status


def test_two_desks_marking_the_same_people_at_once_lose_nothing(
    app: Flask, session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    ids = [make_registration(session, training).id for _ in range(12)]
    code, lecture_id = training.id, lecture.id
    actors = [cast.actor("front_desk"), cast.actor("organiser")]
    session.rollback()

    def desk(number: int) -> Callable[[], None]:
        def work() -> None:
            mine = db.session.get_one(Training, code)
            for one in ids if number else reversed(ids):
                attendance.mark(actors[number], mine, lecture_id, {one: (PRESENT, LATE)[number]})

        return work

    assert at_once(app, desk(0), desk(1)) == []
    found = stored(session, lecture)
    assert sorted(found) == sorted(ids)
    by = dict(session.execute(sa.select(Attendance.registration_id, Attendance.marked_by_id)).tuples().all())
    assert all((found[one] is LATE) == (by[one] == cast.users["organiser"].id) for one in ids)


def test_one_press_for_all_at_two_desks_marks_everybody_once(
    app: Flask, session: Session, cast: Cast, training: Training, lecture: TrainingSession
) -> None:
    ids = [make_registration(session, training).id for _ in range(8)]
    code, lecture_id, actor = training.id, lecture.id, cast.actor()
    session.rollback()

    def press(value: AttendanceMark) -> Callable[[], object]:
        def work() -> object:
            mine = db.session.get_one(Training, code)
            return attendance.mark_rest(actor, mine, lecture_id, value, Filters())

        return work

    assert at_once(app, press(PRESENT), press(ABSENT)) == []
    found = stored(session, lecture)
    assert sorted(found) == sorted(ids)


def test_no_mark_is_left_at_a_session_that_loses_its_time_meanwhile(
    app: Flask, session: Session, cast: Cast, training: Training
) -> None:
    marks = {make_registration(session, training).id: PRESENT for _each in range(30)}
    sessions = [make_session(session, training).id for _round in range(5)]
    training_id, actor = training.id, cast.actor()
    session.rollback()
    for session_id in sessions:

        def mark(session_id: int = session_id) -> None:
            attendance.mark(actor, db.session.get_one(Training, training_id), session_id, marks)

        def set_aside(session_id: int = session_id) -> None:
            schedule.set_session_aside(actor, training_id, session_id, version=1)

        (late,) = at_once(app, mark, set_aside)
        assert isinstance(late, NotFound | Refusal)
    waiting = sa.select(Attendance.id).join(UnplacedSession, UnplacedSession.id == Attendance.session_id)
    assert session.scalars(waiting).all() == []
