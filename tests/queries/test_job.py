"""Leases: an item is held by one worker at a time, and only by a living one for long."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from trainingmgr.domain.job import ItemStatus, JobKind, JobStatus
from trainingmgr.extensions import now
from trainingmgr.models import Job, JobItem
from trainingmgr.queries import job as jobs


@pytest.fixture
def job(session: Session, cast: Cast) -> Job:
    training = make_training(session, cast.organisation)
    job = Job(
        kind=JobKind.ISSUE,
        organisation_id=training.organisation_id,
        training_id=training.id,
        active_key="issue:1",
    )
    session.add(job)
    session.flush()
    jobs.add_items(session, job, [11, 12, 13])
    session.commit()
    return job


def subjects(claimed: list[jobs.Claimed]) -> list[int]:
    return [one.subject_id for one in claimed]


def expire(session: Session) -> None:
    session.execute(sa.update(JobItem).values(lease_until=now() - timedelta(seconds=1)))


def test_what_one_worker_holds_no_other_gets(session: Session, job: Job) -> None:
    assert subjects(jobs.claim(session, job.id, "a", 2)) == [11, 12]
    assert subjects(jobs.claim(session, job.id, "b", 9)) == [13]
    assert jobs.claim(session, job.id, "c", 9) == []


def test_an_expired_lease_is_given_out_again_and_counted(session: Session, job: Job) -> None:
    jobs.claim(session, job.id, "a", 9)
    expire(session)
    again = jobs.claim(session, job.id, "b", 9)
    assert [(one.subject_id, one.attempts) for one in again] == [(11, 2), (12, 2), (13, 2)]


def test_a_worker_that_lost_its_lease_changes_nothing(session: Session, job: Job) -> None:
    ids = [one.id for one in jobs.claim(session, job.id, "a", 9)]
    expire(session)
    jobs.claim(session, job.id, "b", 9)
    assert jobs.hold(session, ids, "a") == set()
    jobs.finish(session, ids, "a", ItemStatus.FAILED, "x")
    jobs.release(session, ids, "a")
    assert jobs.hold(session, ids, "b") == set(ids)


def test_what_is_given_back_is_free_at_once(session: Session, job: Job) -> None:
    ids = [one.id for one in jobs.claim(session, job.id, "a", 9)]
    jobs.release(session, ids[:1], "a")
    assert subjects(jobs.claim(session, job.id, "b", 9)) == [11]


def test_a_job_is_closed_once_and_only_when_nothing_is_open(session: Session, job: Job) -> None:
    ids = [one.id for one in jobs.claim(session, job.id, "a", 9)]
    jobs.finish(session, ids[:2], "a", ItemStatus.DONE)
    assert jobs.close_if_done(session, job.id) is None
    jobs.finish(session, ids[2:], "a", ItemStatus.REFUSED, "certificate.not_on_class")
    closed = jobs.close_if_done(session, job.id)
    assert closed is not None
    assert (closed.status, closed.active_key) == (JobStatus.DONE, None)
    session.flush()
    assert jobs.close_if_done(session, job.id) is None
    state = jobs.progress(session, job.id)
    assert (state.total, state.done, state.refused, state.finished, state.complete) == (3, 2, 1, True, False)
    assert [one.subject_id for one in jobs.faults(session, job.id)] == [13]


def test_adding_people_opens_again_those_that_came_to_an_end(session: Session, job: Job) -> None:
    ids = [one.id for one in jobs.claim(session, job.id, "a", 1)]
    jobs.finish(session, ids, "a", ItemStatus.FAILED, "x")
    jobs.add_items(session, job, [11, 12, 14])
    assert job.total == 4
    assert subjects(jobs.claim(session, job.id, "b", 9)) == [11, 12, 13, 14]


def test_only_jobs_with_something_to_do_are_due(session: Session, job: Job) -> None:
    assert jobs.due(session) == [(job.id, JobKind.ISSUE)]
    ids = [one.id for one in jobs.claim(session, job.id, "a", 9)]
    assert jobs.due(session) == []
    expire(session)
    assert jobs.due(session) == [(job.id, JobKind.ISSUE)]
    jobs.finish(session, ids, "a", ItemStatus.DONE)
    assert jobs.due(session) == [(job.id, JobKind.ISSUE)]
    jobs.close_if_done(session, job.id)
    session.flush()
    assert jobs.due(session) == []
