import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import certificates, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.job import ItemStatus, JobStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now
from trainingmgr.models import Job, JobItem, Training
from trainingmgr.queries import job as jobs
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import making
from trainingmgr.services.certificate.reserving import reserve

PEOPLE = 30


@pytest.fixture
def training(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Training:
    monkeypatch.setattr(making, "BATCH", 20)
    return make_class(session, cast, PEOPLE, code="STEER")


def order(cast: Cast, training: Training) -> Job:
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    return job


def one_batch(job: Job) -> None:
    done = iter([False, True])
    service.work(job.id, "test", should_stop=lambda: next(done))


def test_a_paused_order_makes_nothing_until_it_goes_on(
    session: Session, cast: Cast, training: Training
) -> None:
    job = order(cast, training)
    one_batch(job)
    made = len(certificates(session, training))
    assert 0 < made < PEOPLE
    service.pause(cast.actor(), job)
    service.work(job.id, "test")
    assert len(certificates(session, training)) == made
    assert jobs.due(session) == []
    assert jobs.progress(session, job.id).paused
    service.resume(cast.actor(), job)
    service.work(job.id, "test")
    assert [row.number for row in certificates(session, training)] == list(range(1, PEOPLE + 1))
    assert jobs.progress(session, job.id).complete


def test_a_second_order_while_one_is_paused_joins_it(
    session: Session, cast: Cast, training: Training
) -> None:
    job = order(cast, training)
    service.pause(cast.actor(), job)
    assert order(cast, training).id == job.id


def test_a_cancelled_order_keeps_what_was_made_and_begins_nothing_more(
    session: Session, cast: Cast, training: Training
) -> None:
    job = order(cast, training)
    one_batch(job)
    made = len(certificates(session, training))
    service.cancel(cast.actor(), job)
    service.work(job.id, "test")
    state = jobs.progress(session, job.id)
    assert (state.status, state.done, state.cancelled) == (JobStatus.CANCELLED, made, PEOPLE - made)
    assert len(certificates(session, training, CertificateStatus.VALID)) == made
    again = order(cast, training)
    assert again.id != job.id
    service.work(again.id, "test")
    assert [row.number for row in certificates(session, training)] == list(range(1, PEOPLE + 1))


def test_what_a_dead_worker_had_begun_is_finished_though_the_order_is_cancelled(
    session: Session, cast: Cast, training: Training
) -> None:
    job = order(cast, training)
    taken = reserve(job.id, "dies", 5)
    assert taken is not None
    service.cancel(cast.actor(), job)
    session.execute(sa.update(JobItem).where(JobItem.status == ItemStatus.LEASED).values(lease_until=now()))
    session.commit()
    assert [one for one, _kind in jobs.due(session)] == [job.id]
    service.work(job.id, "test")
    rows = certificates(session, training)
    assert {row.status for row in rows} == {CertificateStatus.VALID}
    assert len(rows) == len(taken)


def test_a_number_whose_paper_was_given_back_is_voided_with_the_order(
    session: Session, cast: Cast, training: Training
) -> None:
    job = order(cast, training)
    taken = reserve(job.id, "me", 5)
    assert taken is not None
    me = session.scalars(sa.select(JobItem.worker).where(JobItem.status == ItemStatus.LEASED)).first()
    jobs.release(session, [one.item.id for one in taken], me or "")
    session.commit()
    service.cancel(cast.actor(), job)
    rows = certificates(session, training)
    assert {row.status for row in rows} == {CertificateStatus.VOIDED}
    assert all("certificate.order_cancelled" in row.end_reason for row in rows)


def test_an_order_that_is_over_cannot_be_steered(session: Session, cast: Cast, training: Training) -> None:
    job = order(cast, training)
    service.work(job.id, "test")
    for steer in (service.pause, service.resume, service.cancel):
        with pytest.raises(Refusal) as refused:
            steer(cast.actor(), job)
        assert refused.value.code == "certificate.order_over"
