from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast, make_counter, make_registration, make_session, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.attendance import AttendanceMark, Shortfall
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import now
from trainingmgr.models import Attendance, Certificate, Registration, Training, TrainingSession
from trainingmgr.queries.eligibility import eligibility, eligible_ids, stream

PRESENT, ABSENT = AttendanceMark.PRESENT, AttendanceMark.ABSENT


def mark(
    session: Session, who: Registration, sessions: list[TrainingSession], mark: AttendanceMark = PRESENT
) -> None:
    session.add_all(
        Attendance(training_id=who.training_id, session_id=one.id, registration_id=who.id, mark=mark)
        for one in sessions
    )
    session.commit()


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


@pytest.fixture
def seven(session: Session, training: Training) -> list[TrainingSession]:
    make_session(session, training, kind=SessionKind.MEAL, class_hours=Decimal(9))
    return [make_session(session, training) for _ in range(7)]


def test_each_person_is_judged_by_the_marks_of_their_own(
    session: Session, cast: Cast, training: Training, seven: list[TrainingSession]
) -> None:
    unit = make_unit(session, cast.organisation, "金牛区民政局")
    good = make_registration(session, training, "甲", sort_key="1", unit_id=unit.id, group_name="一组")
    short = make_registration(session, training, "乙", sort_key="2")
    gone = make_registration(session, training, "丙", sort_key="3", status=RegistrationStatus.WITHDRAWN)
    mark(session, good, seven[:6])
    mark(session, good, seven[6:], ABSENT)
    mark(session, short, seven[:5])
    mark(session, gone, seven)
    found = eligibility(session, training)
    assert [(one.name, one.unit, one.group, one.earned, one.planned) for one in found.people] == [
        ("甲", "金牛区民政局", "一组", Decimal(12), Decimal(14)),
        ("乙", "", "", Decimal(10), Decimal(14)),
        ("丙", "", "", Decimal(14), Decimal(14)),
    ]
    assert [one.verdict.shortfalls for one in found.people] == [
        (),
        (Shortfall.TOO_FEW_HOURS, Shortfall.NOT_MARKED),
        (Shortfall.NOT_ON_CLASS,),
    ]
    assert found.sessions[found.people[1].verdict.unmarked[0]].title == seven[5].title_zh
    assert [one.registration_id for one in found.eligible] == [good.id]


def test_the_training_s_own_fraction_is_used(
    session: Session, cast: Cast, seven: list[TrainingSession], training: Training
) -> None:
    training.rule_numerator, training.rule_denominator = 5, 7
    who = make_registration(session, training)
    mark(session, who, seven[:5])
    assert eligible_ids(session, training) == [who.id]


def test_another_training_s_people_and_marks_stay_out(
    session: Session, cast: Cast, seven: list[TrainingSession], training: Training
) -> None:
    other = make_training(session, cast.organisation)
    theirs = make_registration(session, other)
    mark(session, theirs, [make_session(session, other)])
    assert eligibility(session, training).people == []
    assert eligible_ids(session, other) == [theirs.id]


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        (CertificateStatus.VALID, True),
        (CertificateStatus.RESERVED, True),
        (CertificateStatus.REVOKED, False),
        (CertificateStatus.VOIDED, False),
    ],
)
def test_a_certificate_that_stands_is_told(
    session: Session,
    training: Training,
    seven: list[TrainingSession],
    status: CertificateStatus,
    stands: bool,
) -> None:
    who = make_registration(session, training)
    mark(session, who, seven)
    ended: dict[str, Any] = {} if stands else {"ended_at": now(), "end_reason": "x"}
    session.add(
        Certificate(
            training_id=training.id,
            counter_id=make_counter(session, training.id),
            registration_id=who.id,
            number=1,
            serial="T-0001",
            code="X",
            status=status,
            snapshot={},
            issue_date=date(2026, 5, 14),
            sha256="0" * 64,
            file_key="k",
            ground="other" if status is CertificateStatus.REVOKED else "",
            **ended,
        )
    )
    session.commit()
    found = eligibility(session, training)
    assert (found.people[0].certificate is not None) is stands
    assert eligible_ids(session, training, without_certificate=True) == ([] if stands else [who.id])
    assert len(found.waiting) == (0 if stands else 1)


def test_only_those_named_are_judged(
    session: Session, training: Training, seven: list[TrainingSession]
) -> None:
    people = [make_registration(session, training, f"人{number}") for number in range(3)]
    mark(session, people[1], seven)
    found = eligibility(session, training, [people[1].id])
    assert [(one.registration_id, one.eligible) for one in found.people] == [(people[1].id, True)]
    assert eligibility(session, training, []).people == []


def test_a_stream_in_small_batches_sees_everybody_once_in_order(
    session: Session, training: Training, seven: list[TrainingSession]
) -> None:
    people = [make_registration(session, training, sort_key="same") for _ in range(7)]
    mark(session, people[3], seven)
    walked = list(stream(session, training, batch=3))
    assert [one.registration_id for one in walked] == sorted(one.id for one in people)
    assert walked == eligibility(session, training).people


def test_five_times_the_people_and_sessions_cost_the_same_number_of_statements(
    session: Session, training: Training
) -> None:
    def cost() -> int:
        with statements() as sent:
            eligibility(session, training)
        return len(sent)

    mark(session, make_registration(session, training), [make_session(session, training)])
    session.refresh(training)
    few = cost()
    sessions = [make_session(session, training) for _ in range(4)]
    for _ in range(4):
        mark(session, make_registration(session, training), sessions)
    session.refresh(training)
    assert cost() == few == 4
