"""Having a timetable laid: a worker looks for a proposal, which changes nothing until it is accepted."""

import secrets
from collections.abc import Callable, Collection
from time import monotonic

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain import cp_sat
from trainingmgr.domain.job import ItemStatus, JobKind, JobStatus
from trainingmgr.domain.planning import SECONDS, Answer, Frame, Problem, lay
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, now, transaction, wake_up
from trainingmgr.models import Job, Planning, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.schedule import problem as problem_queries

MOST_SESSIONS = 300
_ENCODE = msgspec.json.encode


class _LetGoError(Exception):
    """Another worker holds the item by now, or this one is to end."""


def order_planning(actor: Actor, training_id: int, frame: Frame, stays: Collection[int]) -> Job:
    """Have a worker look for a layout in this frame of a day, where the sessions `stays` keep their time.

    What was proposed before is let go of. Asked for again while a worker looks, it gives that job. Raises
    NotFound; Refusal `planning_frame_backwards`, `planning_frame_empty`, `planning_nothing`,
    `planning_too_many_sessions` (limit).
    """
    try:
        job = _order(actor, training_id, frame, stays)
    except IntegrityError:
        # Somebody else's order for the same training was committed at this very moment.
        job = _order(actor, training_id, frame, stays)
    wake_up.put(job.id)
    return job


def can_optimise() -> bool:
    """Whether the optimiser seems to be there, which proves what it finds.

    Loading it would cost a page a second, so one that is broken is known once a proposal was looked for with it.
    """
    return cp_sat.seems_usable()


def running(session: Session, training_id: int) -> Job | None:
    """The job that looks for a training's layout at the moment, or is to be taken up."""
    return jobs.running(session, training_id, JobKind.PLAN)


def _order(actor: Actor, training_id: int, frame: Frame, stays: Collection[int]) -> Job:
    with transaction() as session:
        training = session.get(Training, training_id)
        if training is None:
            raise NotFound("not_found")
        key = f"plan:{training_id}"
        job, row = jobs.active(session, key), session.get(Planning, training_id)
        if job is not None:
            if row is not None and row.job_id == job.id:
                return job
            # What it looks for was let go of: its answer would reach nobody.
            jobs.cancel(session, job)
            session.flush()
        own = session.scalars(sa.select(TrainingSession.id).where(TrainingSession.training_id == training_id))
        stays = sorted(set(stays).intersection(own))
        asked = problem_queries.asked_of(session, training, frame, stays)
        if all(task.pinned is not None for task in asked.problem.tasks):
            raise Refusal("planning_nothing")
        if len(asked.problem.tasks) > MOST_SESSIONS:
            raise Refusal("planning_too_many_sessions", limit=MOST_SESSIONS)
        job = Job(
            kind=JobKind.PLAN,
            organisation_id=training.organisation_id,
            training_id=training_id,
            user_id=actor.user_id,
            actor=actor.name,
            active_key=key,
            payload={},
        )
        session.add(job)
        session.flush()
        jobs.add_items(session, job, [training_id])
        row = row or Planning(training_id=training_id)
        row.job_id, row.ordered_at = job.id, now()
        row.frame, row.stays = msgspec.to_builtins(frame), list(stays)
        row.seen, row.leads = asked.seen, asked.leads
        row.problem, row.answer = _ENCODE(asked.problem).decode(), ""
        session.add(row)
        audit.record(
            session,
            actor,
            "planning.ordered",
            "training",
            training_id,
            training=training,
            sessions=len(asked.problem.tasks),
            stay=len(stays),
        )
        return job


def problem_in(row: Planning) -> Problem | None:
    """The problem that a proposal was looked for, None where nothing was asked."""
    return msgspec.json.decode(row.problem, type=Problem) if row.problem else None


def answer_in(row: Planning) -> Answer | None:
    """What came of it, None as long as there is nothing."""
    return msgspec.json.decode(row.answer, type=Answer) if row.answer else None


def frame_in(row: Planning) -> Frame:
    """What was said of a day."""
    return msgspec.convert(row.frame, Frame)


def work(
    job_id: int,
    worker: str,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
    optimise: bool | None = None,
) -> None:
    """Look for the layout that the job asks for, if nobody else holds it, and keep what was found.

    One that breaks down is kept as failed with its reason, and nothing is written then.
    """
    me = f"{worker[:40]}:{secrets.token_hex(6)}"
    with transaction() as session:
        claimed = jobs.claim(session, job_id, me, 1)
        if not claimed:
            jobs.close_if_done(session, job_id)
            return
    item = claimed[0]
    if item.attempts > jobs.MAX_ATTEMPTS:
        _finish(job_id, me, item, ItemStatus.FAILED, "planning_gave_up")
        return
    row = db.session().scalar(sa.select(Planning).where(Planning.job_id == job_id))
    problem = problem_in(row) if row is not None else None
    db.session().rollback()
    if problem is None:
        _finish(job_id, me, item, ItemStatus.DONE)
        return
    beat = _Beat(job_id, me, item, should_stop, seconds)
    try:
        beat.tell()
        answer = lay(problem, seconds, optimise=optimise, beat=beat.tell)
    except _LetGoError:
        return
    except MemoryError:
        _finish(job_id, me, item, ItemStatus.FAILED, "planning_gave_up")
        return
    _finish(job_id, me, item, ItemStatus.DONE, answer=answer)


class _Beat:
    """Keeps the item between two looks of the solver, and tells the page how far it is."""

    def __init__(
        self, job_id: int, me: str, item: jobs.Claimed, should_stop: Callable[[], bool], seconds: float
    ) -> None:
        self._job_id, self._me, self._item, self._should_stop = job_id, me, item, should_stop
        self._began, self._seconds = monotonic(), seconds

    def tell(self) -> bool:
        """Say that the work goes on. Raises _LetGoError where it shall not."""
        with transaction() as session:
            if self._should_stop():
                jobs.release(session, [self._item.id], self._me)
                stop = True
            else:
                job = session.get_one(Job, self._job_id, populate_existing=True)
                stop = not jobs.hold(session, [self._item.id], self._me) or job.status is JobStatus.CANCELLED
                job.steps = max(1, round(self._seconds))
                job.steps_done = min(job.steps, round(monotonic() - self._began))
        if stop:
            raise _LetGoError
        return True


def _finish(
    job_id: int,
    me: str,
    item: jobs.Claimed,
    status: ItemStatus,
    code: str = "",
    answer: Answer | None = None,
) -> None:
    with transaction() as session:
        if not jobs.hold(session, [item.id], me):
            return
        jobs.finish(session, [item.id], me, status, code)
        row = session.scalar(sa.select(Planning).where(Planning.job_id == job_id))
        if row is not None and answer is not None:
            row.answer = _ENCODE(answer).decode()
        jobs.close_if_done(session, job_id)
