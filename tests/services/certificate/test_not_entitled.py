"""Whoever's certificate was revoked as not entitled gets another only when somebody asks for it by name."""

import pytest
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast
from tests.services.certificate.test_kinds import add_lecturer, give
from trainingmgr.domain.attendance import Shortfall
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus, RevocationGround
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import job as jobs
from trainingmgr.queries.certificate import lecturers
from trainingmgr.queries.eligibility import eligibility, eligible_ids
from trainingmgr.services import certificate as service

VALID = CertificateStatus.VALID


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_class(session, cast, 1, code="ONLY")
    add_person(session, training, "王小明", pinyin="a")
    issue(cast, training)
    return training


def of(session: Session, training: Training, holder: int | None) -> Certificate:
    return next(row for row in certificates(session, training, VALID) if row.registration_id == holder)


def revoked(session: Session, cast: Cast, training: Training, ground: RevocationGround) -> int:
    """Revoke the first one's certificate on this ground; gives the holder."""
    row = certificates(session, training, VALID)[0]
    service.revoke(cast.actor(), row, "理由", ground)
    assert row.registration_id is not None
    return row.registration_id


def test_they_are_shown_as_such_and_an_order_for_all_leaves_them_out(
    session: Session, cast: Cast, training: Training
) -> None:
    holder = revoked(session, cast, training, RevocationGround.NOT_ENTITLED)
    (one,) = (person for person in eligibility(session, training).people if person.registration_id == holder)
    assert one.verdict.shortfalls == (Shortfall.REVOKED,)
    assert not one.verdict.attainable
    assert eligible_ids(session, training, without_certificate=True) == []
    assert issue(cast, training) == 0
    # Nor is the name alone enough: whoever asks has to say that it is meant all the same.
    assert issue(cast, training, holder) == 0


def test_another_ground_bars_nobody(session: Session, cast: Cast, training: Training) -> None:
    holder = revoked(session, cast, training, RevocationGround.ERROR)
    assert eligible_ids(session, training, without_certificate=True) == [holder]


def test_asked_for_by_name_one_takes_its_place_and_others_stay_out(
    session: Session, cast: Cast, training: Training
) -> None:
    holder = revoked(session, cast, training, RevocationGround.NOT_ENTITLED)
    other = revoked(session, cast, training, RevocationGround.NOT_ENTITLED)
    old = next(row for row in certificates(session, training) if row.registration_id == holder)
    assert issue(cast, training, holder, again=[holder])
    new = of(session, training, holder)
    assert new.replaces_id == old.id
    assert eligible_ids(session, training) == [holder]
    assert [row.registration_id for row in certificates(session, training, VALID)] == [holder]
    # What was given on purpose and revoked for an error later is replaced like any other.
    service.revoke(cast.actor(), new, "姓名有误", RevocationGround.ERROR)
    assert issue(cast, training)
    assert of(session, training, holder).number == new.number + 1
    assert other not in {row.registration_id for row in certificates(session, training, VALID)}


def test_replacing_one_is_asking_for_it_by_name_whatever_the_ground(
    session: Session, cast: Cast, training: Training
) -> None:
    row = certificates(session, training, VALID)[0]
    job = service.reissue(cast.actor(), row, "等级有误", RevocationGround.NOT_ENTITLED)
    service.work(job.id, "test")
    assert jobs.progress(session, job.id).done == 1
    assert of(session, training, row.registration_id).replaces_id == row.id


def test_it_holds_for_lecturers_too(session: Session, cast: Cast, training: Training) -> None:
    kind = CertificateKind.THANKS
    lecturer = add_lecturer(session, training, "李教授")
    give(cast, training, kind)
    issue(cast, training, kind=kind)
    (letter,) = (row for row in certificates(session, training) if row.kind is kind)
    service.revoke(cast.actor(), letter, "未授课", RevocationGround.NOT_ENTITLED)
    (one,) = lecturers.candidates(session, training, kind)
    assert (one.revoked, one.waiting) == (True, False)
    assert issue(cast, training, kind=kind) == 0
    assert issue(cast, training, lecturer.id, kind=kind, again=[lecturer.id])
    (one,) = lecturers.candidates(session, training, kind)
    assert (one.revoked, one.certificate is not None) == (False, True)
