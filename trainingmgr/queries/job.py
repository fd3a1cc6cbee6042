"""Job rows: items are taken by lease, held by heartbeat, finished or given back; and how far a job is.

The writing functions belong into the caller's transaction. An item is only ever changed by the worker
that holds it, so one that was thought dead and wakes again changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.job import ItemStatus, JobKind, JobStatus
from trainingmgr.extensions import now
from trainingmgr.models import Job, JobItem

LEASE = timedelta(seconds=15)
MAX_ATTEMPTS = 5
# A worker sweeps every few seconds; an order that waits longer has no worker.
TAKEN_UP_WITHIN = timedelta(seconds=20)

_OPEN = (ItemStatus.PENDING, ItemStatus.LEASED)
_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED)
# What was finished within this time tells how fast the rest goes.
_RECENT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that this worker holds now; `attempts` counts this one."""

    id: int
    subject_id: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Fault:
    """An item that came to no good end; `code` and `values` are those of a refusal."""

    subject_id: int
    code: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `remaining` is a guess in seconds, None while there is nothing to guess from."""

    total: int
    done: int
    refused: int
    failed: int
    finished: bool
    remaining: int | None
    cancelled: int = 0
    status: JobStatus = JobStatus.RUNNING

    @property
    def handled(self) -> int:
        return self.done + self.refused + self.failed + self.cancelled

    @property
    def paused(self) -> bool:
        return self.status is JobStatus.PAUSED

    @property
    def complete(self) -> bool:
        """Whether the job is over and every item came to its good end."""
        return self.finished and self.done == self.total


def _free(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        JobItem.status == ItemStatus.PENDING,
        sa.and_(JobItem.status == ItemStatus.LEASED, JobItem.lease_until < moment),
    )


def claim(session: Session, job_id: int, worker: str, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` items that nobody holds; the lease runs from now.

    They come in order, those that a dead worker left last. Of a paused job there is nothing to take.
    """
    moment = now()
    rows = _takeable(session, job_id, limit, JobItem.status == ItemStatus.PENDING)
    if len(rows) < limit:
        left = sa.and_(JobItem.status == ItemStatus.LEASED, JobItem.lease_until < moment)
        rows += _takeable(session, job_id, limit - len(rows), left)
    if not rows:
        return []
    session.execute(
        sa.update(JobItem)
        .where(JobItem.id.in_([row.id for row in rows]))
        .values(
            status=ItemStatus.LEASED,
            worker=worker,
            lease_until=moment + lease,
            attempts=JobItem.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        .values(status=JobStatus.RUNNING, started_at=moment)
        .execution_options(synchronize_session=False)
    )
    return [Claimed(row.id, row.subject_id, row.attempts + 1) for row in rows]


def _takeable(
    session: Session, job_id: int, limit: int, which: sa.ColumnElement[bool]
) -> list[sa.Row[tuple[int, int, int]]]:
    """Items of one status by the index that has them in order, however many are finished."""
    going = sa.exists().where(Job.id == JobItem.job_id, Job.status != JobStatus.PAUSED)
    return list(
        session.execute(
            sa.select(JobItem.id, JobItem.subject_id, JobItem.attempts)
            .where(JobItem.job_id == job_id, which, going)
            .order_by(JobItem.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=JobItem)
        )
    )


def hold(session: Session, items: Collection[int], worker: str) -> set[int]:
    """Renew the lease on `items`; gives those back that `worker` still holds."""
    held = session.scalars(
        sa.update(JobItem)
        .where(JobItem.id.in_(items), JobItem.worker == worker, JobItem.status == ItemStatus.LEASED)
        .values(lease_until=now() + LEASE)
        .returning(JobItem.id)
        .execution_options(synchronize_session=False)
    )
    return set(held)


def finish(
    session: Session,
    items: Collection[int],
    worker: str,
    status: ItemStatus,
    code: str = "",
    values: dict[str, Any] | None = None,
) -> None:
    """Put `items` that `worker` holds into a final status, with the refusal's code and values if there is one."""
    session.execute(
        sa.update(JobItem)
        .where(JobItem.id.in_(items), JobItem.worker == worker, JobItem.status == ItemStatus.LEASED)
        .values(
            status=status,
            lease_until=None,
            finished_at=now(),
            error_code=code,
            error_values=values or {},
        )
        .execution_options(synchronize_session=False)
    )


def release(session: Session, items: Collection[int], worker: str) -> None:
    """Give `items` back, so that anybody may take them at once."""
    session.execute(
        sa.update(JobItem)
        .where(JobItem.id.in_(items), JobItem.worker == worker, JobItem.status == ItemStatus.LEASED)
        .values(status=ItemStatus.PENDING, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def lock(session: Session, job_id: int) -> Job | None:
    """The job, locked until the transaction ends; read again if it was read before."""
    return session.scalar(
        sa.select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    )


def close_if_done(session: Session, job_id: int) -> Job | None:
    """Close the job if no item is open any more. Gives it back only to the one caller who closed it."""
    job = lock(session, job_id)
    if job is None or job.status not in _UNFINISHED:
        return None
    still_open = sa.select(JobItem.id).where(JobItem.job_id == job_id, JobItem.status.in_(_OPEN)).limit(1)
    if session.scalar(still_open) is not None:
        return None
    job.status, job.active_key, job.finished_at = JobStatus.DONE, None, now()
    return job


def add_items(session: Session, job: Job, subjects: Sequence[int]) -> int:
    """Put `subjects` on the job; those on it already that came to an end are opened again. Gives how many are open anew."""
    known: dict[int, ItemStatus] = dict(
        session.execute(sa.select(JobItem.subject_id, JobItem.status).where(JobItem.job_id == job.id)).all()
    )
    again = [subject for subject in subjects if subject in known and known[subject] not in _OPEN]
    if again:
        session.execute(
            sa.update(JobItem)
            .where(JobItem.job_id == job.id, JobItem.subject_id.in_(again))
            .values(status=ItemStatus.PENDING, attempts=0, finished_at=None, error_code="", error_values={})
            .execution_options(synchronize_session=False)
        )
    new = [subject for subject in subjects if subject not in known]
    if new:
        session.execute(sa.insert(JobItem), [{"job_id": job.id, "subject_id": subject} for subject in new])
    job.total = len(known) + len(new)
    return len(again) + len(new)


def active(session: Session, key: str) -> Job | None:
    """The unfinished job that holds `key`, locked until the transaction ends."""
    return session.scalar(
        sa.select(Job)
        .where(Job.active_key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def due(session: Session) -> list[tuple[int, JobKind]]:
    """Jobs that somebody could do something for: take an item, or close the job.

    What a worker left behind in a cancelled job is finished too: its numbers are given out.
    """
    held = sa.exists().where(
        JobItem.job_id == Job.id, JobItem.status == ItemStatus.LEASED, JobItem.lease_until >= now()
    )
    free = sa.exists().where(JobItem.job_id == Job.id, _free(now()))
    rows = session.execute(
        sa.select(Job.id, Job.kind)
        .where(
            sa.or_(
                sa.and_(Job.status.in_([JobStatus.QUEUED, JobStatus.RUNNING]), sa.or_(free, ~held)),
                sa.and_(Job.status == JobStatus.CANCELLED, free),
            )
        )
        .order_by(Job.id)
    )
    return [(row.id, row.kind) for row in rows]


def by_uid(session: Session, training_id: int, uid: str, kind: JobKind) -> Job | None:
    """The job `uid` of a training, if it is of this kind."""
    return session.scalar(
        sa.select(Job).where(Job.uid == uid, Job.training_id == training_id, Job.kind == kind)
    )


def running(session: Session, training_id: int, kind: JobKind, key: str | None = None) -> Job | None:
    """The unfinished job of this kind (and `key`, if one is given), if the training has one."""
    query = sa.select(Job).where(
        Job.training_id == training_id, Job.kind == kind, Job.status.in_(_UNFINISHED)
    )
    if key is not None:
        query = query.where(Job.active_key == key)
    return session.scalar(query.order_by(Job.id.desc()))


def progress(session: Session, job_id: int) -> Progress:
    """How far the job is, from its items. Raises NoResultFound for a job that is not there."""
    job = session.execute(sa.select(Job.status, Job.started_at).where(Job.id == job_id)).one()
    counts: dict[ItemStatus, int] = dict(
        session.execute(
            sa.select(JobItem.status, sa.func.count())
            .where(JobItem.job_id == job_id)
            .group_by(JobItem.status)
        ).all()
    )
    done, refused, failed, cancelled = (
        counts.get(status, 0)
        for status in (ItemStatus.DONE, ItemStatus.REFUSED, ItemStatus.FAILED, ItemStatus.CANCELLED)
    )
    left = counts.get(ItemStatus.PENDING, 0) + counts.get(ItemStatus.LEASED, 0)
    return Progress(
        sum(counts.values()),
        done,
        refused,
        failed,
        job.status not in _UNFINISHED,
        _remaining(session, job_id, left) if job.status is JobStatus.RUNNING else None,
        cancelled,
        job.status,
    )


class Steps(NamedTuple):
    """How far a job is that is one item in steps. `remaining` is a guess in seconds, None while there is nothing to guess from.

    `alone` tells that nobody has taken it up in all the time in which a worker would have.
    """

    total: int
    done: int
    finished: bool
    remaining: int | None
    alone: bool


def steps(job: Job) -> Steps:
    """How far a job is that tells of its steps."""
    moment, remaining = now(), None
    if job.started_at is not None and job.steps_done:
        spent = (moment - job.started_at).total_seconds()
        remaining = round(spent / job.steps_done * (job.steps - job.steps_done))
    alone = job.status is JobStatus.QUEUED and moment - job.created_at > TAKEN_UP_WITHIN
    return Steps(job.steps, job.steps_done, job.status not in _UNFINISHED, remaining, alone)


def _remaining(session: Session, job_id: int, left: int) -> int | None:
    """Seconds that `left` items take at the speed of the last ones; None where none was finished lately."""
    moment = now()
    count, first = session.execute(
        sa.select(sa.func.count(), sa.func.min(JobItem.finished_at, type_=JobItem.finished_at.type)).where(
            JobItem.job_id == job_id, JobItem.finished_at > moment - _RECENT
        )
    ).one()
    return round((moment - first).total_seconds() / count * left) if count and first else None


def pause(job: Job) -> bool:
    """Let nobody take items of the job, which its caller holds locked. False where it is over, or paused."""
    if job.status not in {JobStatus.QUEUED, JobStatus.RUNNING}:
        return False
    job.status = JobStatus.PAUSED
    return True


def resume(job: Job) -> bool:
    """Let a paused job, held locked, go on. False where it is not paused."""
    if job.status is not JobStatus.PAUSED:
        return False
    job.status = JobStatus.RUNNING if job.started_at else JobStatus.QUEUED
    return True


def cancel(session: Session, job: Job) -> list[int] | None:
    """End the job, held locked: items that nobody holds are taken off it, the others are finished.

    Gives the subjects taken off that had been tried before; None where the job was over already.
    """
    if job.status not in _UNFINISHED:
        return None
    pending = JobItem.job_id == job.id, JobItem.status == ItemStatus.PENDING
    tried = session.scalars(sa.select(JobItem.subject_id).where(*pending, JobItem.attempts > 0)).all()
    session.execute(
        sa.update(JobItem)
        .where(*pending)
        .values(status=ItemStatus.CANCELLED, finished_at=now())
        .execution_options(synchronize_session=False)
    )
    job.status, job.active_key, job.finished_at = JobStatus.CANCELLED, None, now()
    return list(tried)


def faults(session: Session, job_id: int, limit: int = 100) -> list[Fault]:
    """The items that were refused or failed, with their reasons, in order."""
    rows = session.execute(
        sa.select(JobItem.subject_id, JobItem.error_code, JobItem.error_values)
        .where(JobItem.job_id == job_id, JobItem.status.in_([ItemStatus.REFUSED, ItemStatus.FAILED]))
        .order_by(JobItem.id)
        .limit(limit)
    )
    return [Fault(*row) for row in rows]
