"""What may not be is refused by the database itself, whichever code writes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import (
    Attendance,
    Lecturer,
    Registration,
    RegistrationTally,
    Training,
    TrainingSession,
)


def _refused(session: Session, act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError):  # noqa: PT012 - some acts are refused at once, others at the flush
        act()
        session.flush()
    session.rollback()


def test_a_training_ends_no_earlier_than_it_starts(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    training.end_date = training.start_date - timedelta(days=1)
    _refused(session, lambda: None)


def test_two_trainings_never_share_a_code(session: Session, cast: Cast) -> None:
    make_training(session, cast.organisation, code="SAME")
    _refused(session, lambda: make_training(session, cast.elsewhere, code="SAME"))


def test_a_code_is_written_in_capitals(session: Session, cast: Cast) -> None:
    _refused(session, lambda: make_training(session, cast.organisation, code="lower"))


def test_a_session_ends_after_it_starts(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    at = datetime(2026, 5, 11, 1, tzinfo=UTC)
    _refused(session, lambda: make_session(session, training, starts_at=at, ends_at=at))


def test_nobody_is_registered_twice_for_one_training(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    first = make_registration(session, training)
    session.add(
        Registration(training_id=training.id, person_id=first.person_id, sort_key="x", search_text="x")
    )
    _refused(session, lambda: None)


def test_a_mark_joins_a_session_and_a_person_of_the_same_training_only(session: Session, cast: Cast) -> None:
    one, other = make_training(session, cast.organisation), make_training(session, cast.organisation)
    lecture, person = make_session(session, one), make_registration(session, other)
    session.add(
        Attendance(
            training_id=one.id, session_id=lecture.id, registration_id=person.id, mark=AttendanceMark.PRESENT
        )
    )
    _refused(session, lambda: None)


def test_a_status_outside_the_list_is_refused(session: Session, cast: Cast) -> None:
    row = make_registration(session, make_training(session, cast.organisation))
    _refused(
        session,
        lambda: session.execute(
            sa.text("UPDATE registration SET status = 'elsewhere' WHERE id = :id"), {"id": row.id}
        ),
    )


def test_a_named_lecturer_has_a_name_and_an_unnamed_one_a_unit(session: Session, cast: Cast) -> None:
    _refused(session, lambda: session.add(Lecturer(organisation_id=cast.organisation.id, type="person")))
    _refused(session, lambda: session.add(Lecturer(organisation_id=cast.organisation.id, type="unnamed")))


def test_the_tally_follows_every_change_of_status(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    rows = [make_registration(session, training) for _ in range(3)]
    rows[0].status = RegistrationStatus.ARRIVED
    session.delete(rows[1])
    session.commit()
    tally = dict(
        session.execute(
            sa.select(RegistrationTally.status, RegistrationTally.people).where(
                RegistrationTally.training_id == training.id, RegistrationTally.people > 0
            )
        ).all()
    )
    assert tally == {"arrived": 1, "confirmed": 1}


def test_one_statement_that_moves_or_takes_many_is_counted(session: Session, cast: Cast) -> None:
    one, other = make_training(session, cast.organisation), make_training(session, cast.organisation)
    rows = [make_registration(session, one) for _ in range(4)]
    make_registration(session, other)
    session.execute(
        sa.update(Registration)
        .where(Registration.id.in_([row.id for row in rows[:3]]))
        .values(
            status=sa.case(
                (Registration.id == rows[0].id, RegistrationStatus.NOMINATED.value),
                else_=RegistrationStatus.ARRIVED.value,
            ),
            training_id=other.id,
        )
    )
    session.execute(sa.delete(Registration).where(Registration.id.in_([rows[1].id, rows[3].id])))
    session.execute(sa.update(Registration).values(note="moved"))
    tally = session.execute(
        sa.select(RegistrationTally.training_id, RegistrationTally.status, RegistrationTally.people)
        .where(RegistrationTally.people != 0)
        .order_by(RegistrationTally.status)
    )
    assert [tuple(row) for row in tally] == [
        (other.id, "arrived", 1),
        (other.id, "confirmed", 1),
        (other.id, "nominated", 1),
    ]


def test_class_hours_come_back_exactly_as_they_were_written(session: Session, cast: Cast) -> None:
    row = make_session(session, make_training(session, cast.organisation), class_hours=Decimal("2.67"))
    session.expire_all()
    assert session.get_one(TrainingSession, row.id).class_hours == Decimal("2.67")


def test_an_instant_comes_back_in_utc_and_a_day_as_a_day(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, start_date=date(2026, 5, 11))
    row = make_session(session, training)
    session.expire_all()
    assert session.get_one(TrainingSession, row.id).starts_at == datetime(2026, 5, 11, 1, tzinfo=UTC)
    assert session.get_one(Training, training.id).start_date == date(2026, 5, 11)


def test_the_audit_trail_is_never_rewritten(session: Session, cast: Cast) -> None:
    from trainingmgr.queries import audit

    audit.record(session, cast.actor(), "training.created", "training")
    session.commit()
    _refused(session, lambda: session.execute(sa.text("UPDATE audit_entry SET action = 'other'")))


def test_whoever_waits_waits_since_a_moment_and_nobody_else_does(session: Session, cast: Cast) -> None:
    row = make_registration(session, make_training(session, cast.organisation), status="waitlisted")
    row.status = RegistrationStatus.DECLINED
    row.reason = "名额已满"
    session.commit()
    assert row.waitlisted_at is None
    row.status = RegistrationStatus.CONFIRMED
    session.commit()
    assert row.reason == ""
    change = sa.update(Registration)
    _refused(session, lambda: session.execute(change.values(status=RegistrationStatus.WAITLISTED)))
    _refused(session, lambda: session.execute(change.values(reason="名额已满")))
