from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, mark
from tests.factories import Cast, make_registration, make_session, make_training, make_unit
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateStatus,
    RevocationGround,
    SerialScope,
    check_character,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.models import (
    Attendance,
    CertificateOffer,
    Contribution,
    Lecturer,
    Registration,
    Training,
    TrainingSession,
)
from trainingmgr.queries.certificate import lecturers, offers
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import OfferInput

KIND = CertificateKind


def give(cast: Cast, training: Training, kind: CertificateKind, **values: Any) -> None:
    service.set_offer(cast.actor(), training, kind, OfferInput(**values))


def add_lecturer(session: Session, training: Training, name: str, topic: str = "") -> Lecturer:
    row = Lecturer(organisation_id=training.organisation_id, type=ContributorType.PERSON, name=name)
    session.add(row)
    session.flush()
    lecture = session.scalars(
        sa.select(TrainingSession).where(TrainingSession.training_id == training.id).limit(1)
    ).one()
    position = len(lecture.contributions) + 1
    session.add(
        Contribution(
            session_id=lecture.id,
            lecturer_id=row.id,
            position=position,
            role=ContributorRole.LECTURE,
            topic_zh=topic,
        )
    )
    session.commit()
    session.refresh(lecture)
    return row


def serials(session: Session, training: Training) -> list[tuple[str, str]]:
    return [(row.kind.value, row.serial) for row in certificates(session, training)]


def test_kinds_are_numbered_apart_and_nobody_gets_two_of_one_kind(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 2, code="MANY")
    give(cast, training, KIND.ATTENDANCE)
    issue(cast, training)
    issue(cast, training, kind=KIND.ATTENDANCE)
    assert issue(cast, training, kind=KIND.ATTENDANCE) == 0
    assert sorted(serials(session, training)) == [
        ("attendance", "MANY-A-0001"),
        ("attendance", "MANY-A-0002"),
        ("completion", "MANY-0001"),
        ("completion", "MANY-0002"),
    ]


def test_a_kind_that_is_not_given_is_not_issued(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    with pytest.raises(Refusal) as refused:
        service.start_issue(cast.actor(), training, kind=KIND.ATTENDANCE)
    assert refused.value.code == "certificate.kind_not_offered"


def test_who_came_for_a_day_gets_a_proof_of_the_hours_earned_and_no_completion(
    session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 0, code="HOURS")
    first = session.scalars(sa.select(TrainingSession)).one()
    second = make_session(session, training, class_hours=6, compulsory=True)
    short = make_registration(session, training, "来一天")
    mark(session, short, first.id)
    mark(session, short, second.id, AttendanceMark.ABSENT)
    absent = make_registration(session, training, "没有来")
    for one in (first, second):
        mark(session, absent, one.id, AttendanceMark.ABSENT)
    give(cast, training, KIND.CLASS_HOURS)
    assert issue(cast, training) == 0
    issue(cast, training, kind=KIND.CLASS_HOURS)
    (paper,) = certificates(session, training)
    assert paper.registration_id == short.id
    assert Decimal(paper.snapshot["class_hours"]) == first.class_hours


def test_a_fraction_of_its_own_takes_the_place_of_the_kinds_rule(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    other = make_session(session, training, class_hours=2)
    row = session.scalars(sa.select(Registration)).one()
    mark(session, row, other.id, AttendanceMark.ON_LEAVE)
    give(cast, training, KIND.ATTENDANCE, fraction=Fraction(1))
    assert issue(cast, training, kind=KIND.ATTENDANCE) == 0
    give(cast, training, KIND.ATTENDANCE, fraction=Fraction(1, 10))
    assert issue(cast, training, kind=KIND.ATTENDANCE)


def test_only_the_named_who_complete_the_course_are_best_trainees(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0, code="BEST")
    good, named, lazy = (add_person(session, training, name) for name in ("甲某", "乙某", "丙某"))
    session.execute(
        sa.update(Attendance).where(Attendance.registration_id == lazy.id).values(mark=AttendanceMark.ABSENT)
    )
    session.commit()
    give(cast, training, KIND.BEST_TRAINEE)
    for one in (named, lazy):
        service.name_best(cast.actor(), training, one.id, named=True)
    service.name_best(cast.actor(), training, named.id, named=True)
    issue(cast, training, kind=KIND.BEST_TRAINEE)
    assert [row.registration_id for row in certificates(session, training)] == [named.id]
    assert good.id != named.id
    with pytest.raises(Refusal) as refused:
        service.name_best(cast.actor(), training, named.id, named=False)
    assert refused.value.code == "certificate.best_has_certificate"


def test_lecturers_by_name_get_letters_that_say_what_they_taught(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1, code="TEACH")
    one = add_lecturer(session, training, "李教授", topic="社区治理")
    unit = make_unit(session, cast.organisation)
    nameless = Lecturer(
        organisation_id=cast.organisation.id, type=ContributorType.UNIT, unit_id=unit.id, name=""
    )
    session.add(nameless)
    session.commit()
    give(cast, training, KIND.THANKS)
    issue(cast, training, kind=KIND.THANKS)
    assert issue(cast, training, kind=KIND.THANKS) == 0
    (letter,) = certificates(session, training)
    assert (letter.lecturer_id, letter.registration_id, letter.serial) == (one.id, None, "TEACH-T-0001")
    assert letter.snapshot["topic_zh"] == "《社区治理》"
    (candidate,) = lecturers.candidates(session, training, KIND.THANKS)
    assert candidate.certificate is not None


def test_a_letter_of_appointment_may_be_dated_before_the_class(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    add_lecturer(session, training, "李教授")
    early = training.start_date - timedelta(days=20)
    for kind in (KIND.APPOINTMENT, KIND.THANKS):
        give(cast, training, kind)
    assert issue(cast, training, kind=KIND.APPOINTMENT, issue_date=early)
    with pytest.raises(Refusal) as refused:
        service.start_issue(cast.actor(), training, kind=KIND.THANKS, issue_date=early)
    assert refused.value.code == "certificate.issue_date_early"


def test_numbers_of_a_year_run_on_over_trainings(session: Session, cast: Cast) -> None:
    first, second = make_class(session, cast, 2, code="ONE"), make_class(session, cast, 1, code="TWO")
    for training in (first, second):
        give(cast, training, KIND.COMPLETION, pattern="R-{year}-{seq:03d}{check}", scope=SerialScope.YEAR)
        issue(cast, training)
    year = first.end_date.year
    numbers = [row.serial for one in (first, second) for row in certificates(session, one)]
    assert [serial[:-1] for serial in numbers] == [f"R-{year}-{number:03d}" for number in (1, 2, 3)]
    assert all(serial[-1] == check_character(serial[:-1]) for serial in numbers)


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        (
            KIND.COMPLETION,
            {"pattern": "R-{seq}", "scope": SerialScope.YEAR},
            "certificate.pattern_needs_year",
        ),
        (KIND.THANKS, {"pattern": "{code}-{seq:04d}"}, "certificate.pattern_shared_kind"),
        (KIND.THANKS, {"pattern": "{check}{seq}"}, "certificate.pattern_check_last"),
        (KIND.THANKS, {"design": "77"}, "certificate.design_unknown"),
        (KIND.THANKS, {"design": "../../x"}, "certificate.design_unknown"),
    ],
)
def test_an_offer_that_cannot_work_is_refused_and_changes_nothing(
    session: Session, cast: Cast, kind: CertificateKind, values: dict[str, Any], code: str
) -> None:
    training = make_training(session, cast.organisation)
    with pytest.raises(Refusal) as refused:
        give(cast, training, kind, **values)
    assert refused.value.code == code
    assert session.scalar(sa.select(sa.func.count()).select_from(CertificateOffer)) == 0


def test_a_kind_taken_away_leaves_what_was_issued(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    give(cast, training, KIND.ATTENDANCE)
    issue(cast, training, kind=KIND.ATTENDANCE)
    service.withdraw_offer(cast.actor(), training, KIND.ATTENDANCE)
    assert [one.kind for one in offers.offers(session, training)] == [KIND.COMPLETION]
    assert [row.status for row in certificates(session, training)] == [CertificateStatus.VALID]


def test_a_reissued_certificate_names_the_one_before_it_and_says_what_is_true_now(
    session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 0, code="AGAIN")
    row = add_person(session, training, "王小名")
    issue(cast, training)
    (old,) = certificates(session, training)
    row.person.name = "王小明"
    session.commit()
    job = service.reissue(cast.actor(), old, "姓名有误", RevocationGround.ERROR)
    service.work(job.id, "test")
    before, after = certificates(session, training)
    assert (before.status, before.ground, before.snapshot["holder_name"]) == (
        CertificateStatus.REVOKED,
        "error",
        "王小名",
    )
    assert (after.status, after.replaces_id, after.serial) == (
        CertificateStatus.VALID,
        before.id,
        "AGAIN-0002",
    )
    assert after.snapshot["holder_name"] == "王小明"


def test_who_may_not_get_another_keeps_the_old_one_valid(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    issue(cast, training)
    session.execute(sa.update(Attendance).values(mark=AttendanceMark.ABSENT))
    session.commit()
    (old,) = certificates(session, training)
    with pytest.raises(Refusal) as refused:
        service.reissue(cast.actor(), old, "更正", RevocationGround.ERROR)
    assert refused.value.code == "certificate.not_entitled_any_more"
    assert [row.status for row in certificates(session, training)] == [CertificateStatus.VALID]


def test_revoked_then_issued_again_is_a_chain_too(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    for _round in range(3):
        issue(cast, training)
        latest = certificates(session, training)[-1]
        service.revoke(cast.actor(), latest, "重来")
    rows = certificates(session, training)
    assert [row.replaces_id for row in rows] == [None, rows[0].id, rows[1].id]
