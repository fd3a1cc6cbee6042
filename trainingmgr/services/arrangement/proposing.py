"""Having people arranged by a worker: nothing is changed before the proposal is accepted."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import Aims, ArrangementKind, Proposal, arrange, basis_of, write
from trainingmgr.domain.job import ItemStatus, JobKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now, transaction, wake_up
from trainingmgr.models import Arrangement, Job
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries import audit
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.services.arrangement.placing import Moved, moved, write_noted

# A little is added at the end where nothing was found.
_SECONDS, _SECONDS_OF_MANY, _MANY = 7.0, 30.0, 200
# Nothing is told while it is solved, so the lease has to outlast that.
_LEASE = timedelta(seconds=90)


def order(actor: Actor, training_id: int, kind: ArrangementKind, aims: Aims, *, stay: bool = True) -> Job:
    """Have a worker arrange people by these wishes; gives the job, the running one where there is one.

    With `stay` nobody is moved for the sake of a wish. Raises Refusal `arrangement.no_holders`,
    `arrangement.no_people`, and those of `Aims.check`.
    """
    aims.check(kind)
    try:
        job = _order(actor, training_id, kind, aims, stay=stay)
    except IntegrityError:
        # Somebody else's order for the same kind was committed at this very moment.
        job = _order(actor, training_id, kind, aims, stay=stay)
    wake_up.put(job.id)
    return job


def running(session: Session, training_id: int, kind: ArrangementKind) -> Job | None:
    """The job that arranges this kind at the moment."""
    return jobs.running(session, training_id, JobKind.ARRANGE, _key(training_id, kind))


def _key(training_id: int, kind: ArrangementKind) -> str:
    return f"arrange:{training_id}:{kind.value}"


def _order(actor: Actor, training_id: int, kind: ArrangementKind, aims: Aims, *, stay: bool) -> Job:
    with transaction() as session:
        training = locked(session, training_id)
        plan = queries.plan(session, training_id, kind)
        if not plan.holders:
            raise Refusal("arrangement.no_holders")
        if not plan.to_place:
            raise Refusal("arrangement.no_people")
        row = _state(session, training_id, kind)
        row.aims, row.proposal, row.proposed_at = write(aims), None, None
        key = _key(training_id, kind)
        job = jobs.active(session, key)
        if job is None:
            job = Job(
                kind=JobKind.ARRANGE,
                organisation_id=training.organisation_id,
                training_id=training_id,
                user_id=actor.user_id,
                actor=actor.name,
                active_key=key,
                payload={"kind": kind.value, "stay": stay},
            )
            session.add(job)
            session.flush()
            jobs.add_items(session, job, [training_id])
            audit.record(
                session,
                actor,
                "arrangement.ordered",
                "training",
                training_id,
                training=training,
                kind=kind.value,
            )
        return job


def _state(session: Session, training_id: int, kind: ArrangementKind) -> Arrangement:
    row = queries.state(session, training_id, kind)
    if row is None:
        row = Arrangement(training_id=training_id, kind=kind, aims={})
        session.add(row)
    return row


def work(job_id: int, worker: str, *, should_stop: Callable[[], bool] = lambda: False) -> None:  # noqa: ARG001
    """Arrange what the job asks for, and leave the proposal for somebody to accept."""
    me = f"{worker[:40]}:{secrets.token_hex(6)}"
    with transaction() as session:
        claimed = jobs.claim(session, job_id, me, 1, _LEASE)
    if not claimed:
        with transaction() as session:
            jobs.close_if_done(session, job_id)
        return
    item = claimed[0]
    if item.attempts > jobs.MAX_ATTEMPTS:
        with transaction() as session:
            jobs.finish(session, [item.id], me, ItemStatus.FAILED, "arrangement.gave_up")
            jobs.close_if_done(session, job_id)
        return
    session = db.session()
    job = session.get_one(Job, job_id)
    kind, stay = ArrangementKind(job.payload["kind"]), bool(job.payload["stay"])
    plan = queries.plan(session, job.training_id, kind)
    problem = plan.problem(stay=stay)
    db.session.rollback()
    answer = arrange(problem, _SECONDS if len(problem.people) <= _MANY else _SECONDS_OF_MANY)
    proposal = Proposal(answer, basis_of(problem), stay, dict(problem.present))
    with transaction() as session:
        if jobs.hold(session, [item.id], me):
            row = _state(session, job.training_id, kind)
            row.proposal, row.proposed_at = write(proposal), now()
            jobs.finish(session, [item.id], me, ItemStatus.DONE)
            jobs.close_if_done(session, job_id)


def accept(actor: Actor, training_id: int, kind: ArrangementKind) -> Moved:
    """Put everybody where the proposal says.

    Raises Refusal `arrangement.no_proposal`, and `arrangement.stale` where people, containers or wishes are
    others by now than those that it was made from.
    """
    with transaction() as session:
        training = locked(session, training_id)
        row = queries.state(session, training_id, kind)
        plan = queries.plan(session, training_id, kind)
        proposal = plan.proposal
        if row is None or proposal is None or not proposal.answer.placed:
            raise Refusal("arrangement.no_proposal")
        if basis_of(plan.problem(stay=proposal.stay)) != proposal.basis:
            raise Refusal("arrangement.stale")
        answer = proposal.answer
        homes = {one: key for one, key in answer.placed.items() if plan.present.get(one) != key}
        row.proposal = row.proposed_at = None
        undo = write_noted(
            session, actor, training, plan, homes, "arrangement.accepted", moved=len(answer.moved)
        )
        return moved(plan, homes, undo)


def discard(actor: Actor, training_id: int, kind: ArrangementKind) -> None:
    """Drop the proposal. One that is gone already is no refusal."""
    with transaction() as session:
        training = locked(session, training_id)
        row = queries.state(session, training_id, kind)
        if row is not None and row.proposal is not None:
            row.proposal = row.proposed_at = None
            audit.record(
                session,
                actor,
                "arrangement.discarded",
                "training",
                training_id,
                training=training,
                kind=kind.value,
            )
