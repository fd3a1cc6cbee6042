"""Issuing: who gets which number, and what is printed and kept."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, text_of
from tests.factories import Cast, make_registration, make_unit
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.job import ItemStatus, JobStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import now, storage
from trainingmgr.models import AuditEntry, Certificate, Job, JobItem, Registration, SerialCounter
from trainingmgr.queries import job as jobs
from trainingmgr.services import certificate as service


def test_an_order_that_joins_a_running_one_takes_its_date_and_is_noted(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    first = service.start_issue(cast.actor(), training, issue_date=date(2026, 5, 20))
    assert first is not None
    add_person(session, training, "后来的")
    with pytest.raises(Refusal) as refused:
        service.start_issue(cast.actor(), training, issue_date=date(2026, 5, 21))
    assert (refused.value.code, refused.value.values) == (
        "certificate.order_of_other_date",
        {"date": "2026-05-20"},
    )
    joined = service.start_issue(cast.actor(), training)
    assert joined is not None
    assert joined.id == first.id
    session.rollback()
    orders = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "certificate.order")).all()
    assert [one.details["people"] for one in orders] == [1, 1]
    service.start_issue(cast.actor(), training)
    assert (
        len(session.scalars(sa.select(AuditEntry.id).where(AuditEntry.action == "certificate.order")).all())
        == 2
    )


def test_everybody_eligible_gets_a_certificate_with_the_next_number(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 30, code="GOOD", serial_pattern="{code}-{year}-{seq:03d}")
    job_id = issue(cast, training)
    issued = certificates(session, training)
    assert [row.serial for row in issued] == [f"GOOD-2026-{number:03d}" for number in range(1, 31)]
    assert {row.status for row in issued} == {CertificateStatus.VALID}
    assert len({row.code for row in issued}) == 30
    for row in issued:
        data = storage.get(row.file_key or "")
        assert (sha256(data).hexdigest(), len(data)) == (row.sha256, row.size)
    assert jobs.progress(session, job_id).complete
    assert session.scalar(sa.select(SerialCounter.next_number)) == 31


def test_the_paper_says_name_serial_and_hours(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 0, code="PAPER")
    add_person(session, training, "王小明")
    issue(cast, training)
    (row,) = certificates(session, training)
    text = text_of(storage.get(row.file_key or ""), tmp_path)
    for said in ("王小明", "PAPER-0001", "社区治理培训班", "2学时", "二〇二六年五月十四日"):
        assert said in text


def test_whoever_is_issued_to_has_completed(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 2)
    issue(cast, training)
    statuses = session.scalars(sa.select(Registration.status).where(Registration.training_id == training.id))
    assert set(statuses) == {RegistrationStatus.COMPLETED}


def test_issuing_twice_issues_nothing_new(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 3)
    issue(cast, training)
    before = [(row.id, row.sha256) for row in certificates(session, training)]
    assert service.start_issue(cast.actor(), training) is None
    assert [(row.id, row.sha256) for row in certificates(session, training)] == before


def test_whoever_falls_short_gets_none_and_takes_no_number(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 2)
    absent = make_registration(session, training, "缺席者")
    issue(cast, training)
    assert [row.number for row in certificates(session, training)] == [1, 2]
    assert absent.id not in {row.registration_id for row in certificates(session, training)}


def test_who_falls_short_after_the_order_is_refused_with_the_reason(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 3)
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    someone = session.scalars(sa.select(Registration).order_by(Registration.id)).first()
    assert someone is not None
    someone.status = RegistrationStatus.WITHDRAWN
    session.commit()
    service.work(job.id, "test")
    session.rollback()
    item = session.scalars(sa.select(JobItem).where(JobItem.subject_id == someone.id)).one()
    assert (item.status, item.error_code) == (ItemStatus.REFUSED, "certificate.not_on_class")
    assert [row.number for row in certificates(session, training)] == [1, 2]
    assert jobs.progress(session, job.id).finished


def test_a_character_that_no_font_has_stops_that_one_certificate_alone(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 2)
    odd = add_person(session, training, "王\U0003134a", pinyin="xueyuan0")
    job_id = issue(cast, training)
    item = session.scalars(sa.select(JobItem).where(JobItem.subject_id == odd.id)).one()
    assert item.error_code == "certificate.character_missing"
    assert item.error_values["character"] == "\U0003134a"
    assert [row.number for row in certificates(session, training)] == [1, 2]
    assert jobs.progress(session, job_id).refused == 1


def test_the_chosen_issue_date_is_printed_and_the_last_day_is_the_default(
    session: Session, cast: Cast
) -> None:
    chosen = make_class(session, cast, 1)
    issue(cast, chosen, issue_date=date(2026, 6, 1))
    usual = make_class(session, cast, 1)
    issue(cast, usual)
    own = make_class(session, cast, 1, issue_date=date(2026, 5, 20))
    issue(cast, own)
    dates = [certificates(session, one)[0].issue_date for one in (chosen, usual, own)]
    assert dates == [date(2026, 6, 1), usual.end_date, date(2026, 5, 20)]


def test_an_issue_date_before_the_last_day_is_refused(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    with pytest.raises(Refusal) as refused:
        service.start_issue(cast.actor(), training, issue_date=date(2026, 5, 13))
    assert refused.value.code == "certificate.issue_date_early"
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_without_a_public_address_only_samples_are_issued(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(app.extensions["trainingmgr.settings"], public_url="")
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", bare)
    real = make_class(session, cast, 1)
    with pytest.raises(Refusal) as refused:
        service.start_issue(cast.actor(), real)
    assert refused.value.code == "certificate.public_url_missing"
    sample = make_class(session, cast, 1, is_sample=True)
    issue(cast, sample)
    assert [row.is_sample for row in certificates(session, sample)] == [True]


def test_a_sample_says_so_on_the_paper(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 1, is_sample=True)
    issue(cast, training)
    (row,) = certificates(session, training)
    assert "SAMPLE" in text_of(storage.get(row.file_key or ""), tmp_path)


def test_namesakes_bear_their_units_or_where_those_are_equal_their_masked_ids(
    session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 0)
    here, there = (make_unit(session, cast.organisation, name) for name in ("甲市民政局", "乙市民政局"))
    first = add_person(session, training, "王芳", unit_id=here.id, id_masked="110101********001X")
    second = add_person(session, training, "王芳", unit_id=there.id)
    third = add_person(session, training, "王芳", unit_id=here.id, id_masked="110101********0028")
    alone = add_person(session, training, "李雷", unit_id=here.id)
    issue(cast, training)
    details = {row.registration_id: row.snapshot["holder_detail"] for row in certificates(session, training)}
    assert details == {
        first.id: "110101********001X",
        second.id: "乙市民政局",
        third.id: "110101********0028",
        alone.id: None,
    }


def test_only_those_named_get_one(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 3)
    someone = session.scalars(sa.select(Registration.id).order_by(Registration.id.desc())).first()
    assert someone is not None
    issue(cast, training, someone)
    assert [row.registration_id for row in certificates(session, training)] == [someone]


def test_a_second_order_joins_the_running_one_and_adds_its_people(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 3)
    someone = session.scalars(sa.select(Registration.id).order_by(Registration.id)).first()
    assert someone is not None
    first = service.start_issue(cast.actor(), training, [someone])
    second = service.start_issue(cast.actor(), training)
    assert first is not None
    assert second is not None
    assert second.id == first.id
    service.work(first.id, "test")
    assert len(certificates(session, training, CertificateStatus.VALID)) == 3
    session.rollback()
    job = session.get_one(Job, first.id)
    assert (job.status, job.total, job.active_key) == (JobStatus.DONE, 3, None)


def test_a_serial_that_another_training_used_is_refused(session: Session, cast: Cast) -> None:
    issue(cast, make_class(session, cast, 1, serial_pattern="N{seq:04d}"))
    other = make_class(session, cast, 1, serial_pattern="N{seq:04d}")
    issue(cast, other)
    assert certificates(session, other) == []
    codes = session.scalars(sa.select(JobItem.error_code).where(JobItem.status == ItemStatus.REFUSED))
    assert list(codes) == ["certificate.serial_taken"]


def test_a_disk_that_fails_once_costs_one_more_try(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_class(session, cast, 3)
    put = type(storage._get_current_object()).put  # type: ignore[attr-defined]
    calls = []

    def failing(self: object, key: str, data: bytes) -> None:
        calls.append(key)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        put(self, key, data)

    monkeypatch.setattr(type(storage._get_current_object()), "put", failing)  # type: ignore[attr-defined]
    issue(cast, training)
    issued = certificates(session, training)
    assert [(row.number, row.status) for row in issued] == [
        (number, CertificateStatus.VALID) for number in (1, 2, 3)
    ]


def test_a_disk_that_stays_full_leaves_the_number_reserved_and_the_next_run_finishes_it(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_class(session, cast, 1)

    def full(self: object, key: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(type(storage._get_current_object()), "put", full)  # type: ignore[attr-defined]
        job_id = issue(cast, training)
    (reserved,) = certificates(session, training)
    kept = (reserved.serial, reserved.code)
    assert reserved.status is CertificateStatus.RESERVED
    assert jobs.progress(session, job_id).failed == 1
    issue(cast, training)
    (row,) = certificates(session, training)
    assert (row.status, row.serial, row.code) == (CertificateStatus.VALID, *kept)


def test_a_number_that_can_no_longer_be_used_is_voided_with_its_reason(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_class(session, cast, 2)
    with monkeypatch.context() as patched:
        patched.setattr(
            "trainingmgr.services.certificate.making._draw", lambda orders, me, signer, writers: []
        )
        job = service.start_issue(cast.actor(), training)
        assert job is not None
        service.work(job.id, "dies")
    gone = certificates(session, training)[0].registration_id
    session.get_one(Registration, gone).status = RegistrationStatus.WITHDRAWN
    session.commit()
    expire_leases(session)
    service.work(job.id, "restarted")
    first, second = certificates(session, training)
    assert (first.status, second.status) == (CertificateStatus.VOIDED, CertificateStatus.VALID)
    assert first.end_reason.startswith('["certificate.not_on_class"')
    assert first.ended_at is not None


def expire_leases(session: Session) -> None:
    session.execute(
        sa.update(JobItem)
        .where(JobItem.status == ItemStatus.LEASED)
        .values(lease_until=now() - timedelta(seconds=1))
    )
    session.commit()


def test_every_step_is_in_the_audit(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 2)
    issue(cast, training)
    actions = session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.training_id == training.id).order_by(AuditEntry.id)
    )
    assert list(actions) == ["certificate.order", "certificate.issue", "certificate.order_done"]


def test_without_an_english_title_the_paper_is_in_chinese_alone(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1, title_en="", certificate_language="both")
    issue(cast, training)
    assert certificates(session, training)[0].snapshot["language"] == "zh"


def test_a_bad_serial_pattern_is_refused_at_once(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1, serial_pattern="{code}")
    with pytest.raises(Refusal) as refused:
        service.start_issue(cast.actor(), training)
    assert refused.value.code == "certificate.pattern_without_seq"
    assert session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0
