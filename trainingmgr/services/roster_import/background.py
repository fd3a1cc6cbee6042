"""Large files are taken in by a worker: judged in steps that a page can follow, then written in one go.

Judging takes most of the time and writes nothing but how far it is. The writing is one transaction with the
end of the job in it, so whatever moment a worker dies at, either all is done and the job is over, or nothing
is and the job is taken up again.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.job import ItemStatus, JobKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import OverCapacity
from trainingmgr.extensions import db, now, transaction, wake_up
from trainingmgr.models import Job, Training
from trainingmgr.queries import audit, import_draft
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.bulk import collector_paused
from trainingmgr.queries.unit import known_units
from trainingmgr.services.roster_import.drafts import mapping_of
from trainingmgr.services.roster_import.planning import Plan, Verdict
from trainingmgr.services.roster_import.use_cases import (
    Judgement,
    ReadFile,
    after_import,
    judge_file,
    read_file,
    write_in,
)

BACKGROUND_FROM = 2_000
_TELL_EVERY = 0.25
# Longer than a workbook may take to be read, during which nothing is told.
_LEASE = timedelta(seconds=30)


class _LetGoError(Exception):
    """Another worker holds the item by now, or this one is to end."""


def is_large(expected: Mapping[Verdict, int]) -> bool:
    """Tell whether an import of so many rows is left to a worker."""
    return sum(expected.values()) >= BACKGROUND_FROM


def order_draft(
    training_id: int,
    actor: Actor,
    uid: str,
    *,
    expected: Mapping[Verdict, int],
    over: OverCapacity = OverCapacity.REFUSE,
) -> Job:
    """Have a worker import a kept upload as it was previewed, updates included; gives the job.

    Asked for again while that job runs, it gives the same one. Raises NotFound, and Refusal
    `import_running` where the training takes in another file at the moment.
    """
    try:
        job = _order(training_id, actor, uid, expected, over)
    except IntegrityError:
        # Somebody else's order for the same training was committed at this very moment.
        job = _order(training_id, actor, uid, expected, over)
    wake_up.put(job.id)
    return job


def running(session: Session, training_id: int) -> Job | None:
    """The import that a worker has in hand for the training, or is to take up."""
    return jobs.running(session, training_id, JobKind.IMPORT)


def _order(
    training_id: int, actor: Actor, uid: str, expected: Mapping[Verdict, int], over: OverCapacity
) -> Job:
    with transaction() as session:
        training = session.get_one(Training, training_id)
        draft = import_draft.find(session, training_id, actor, uid)
        key = f"import:{training_id}"
        job = jobs.active(session, key)
        if job is None:
            job = Job(
                kind=JobKind.IMPORT,
                organisation_id=training.organisation_id,
                training_id=training_id,
                user_id=actor.user_id,
                actor=actor.name,
                active_key=key,
                payload={
                    "draft": uid,
                    "file": draft.file_name,
                    "expected": {verdict.value: count for verdict, count in expected.items()},
                    "over": over.value,
                },
            )
            session.add(job)
            session.flush()
            jobs.add_items(session, job, [draft.id])
            audit.record(
                session,
                actor,
                "roster.import_ordered",
                "job",
                job.id,
                training=training,
                file=draft.file_name,
            )
        elif job.payload["draft"] != uid:
            raise Refusal("import_running")
        return job


def work(job_id: int, worker: str, *, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Do the import that the job asks for, if nobody else holds it.

    What is refused is kept with its reason, and nothing is written then; the upload stays for its preview.
    """
    me = f"{worker[:40]}:{secrets.token_hex(6)}"
    with transaction() as session:
        claimed = jobs.claim(session, job_id, me, 1, _LEASE)
    if not claimed:
        with transaction() as session:
            jobs.close_if_done(session, job_id)
        return
    item = claimed[0]
    if item.attempts > jobs.MAX_ATTEMPTS:
        _end(job_id, me, item, ItemStatus.FAILED, Refusal("import_gave_up", times=jobs.MAX_ATTEMPTS))
        return
    try:
        with collector_paused():
            plan = _Import(job_id, me, item, should_stop).run()
    except Refusal as refusal:
        _end(job_id, me, item, ItemStatus.REFUSED, refusal)
    except IntegrityError:
        _end(job_id, me, item, ItemStatus.REFUSED, Refusal("stale"))
    except _LetGoError:
        return
    else:
        after_import(plan)


def _end(job_id: int, me: str, item: jobs.Claimed, status: ItemStatus, refusal: Refusal) -> None:
    values = {name: value for name, value in refusal.values.items() if isinstance(value, int | str)}
    with transaction() as session:
        jobs.finish(session, [item.id], me, status, refusal.code, values)
        jobs.close_if_done(session, job_id)


class _Import:
    """One try at a job: `run` gives what was written."""

    def __init__(self, job_id: int, me: str, item: jobs.Claimed, should_stop: Callable[[], bool]) -> None:
        self._job_id, self._me, self._item, self._should_stop = job_id, me, item, should_stop
        session = db.session()
        job = session.get_one(Job, job_id)
        self._training_id = job.training_id
        self._actor = Actor(job.user_id, job.actor)
        self._uid: str = job.payload["draft"]
        self._expected = {Verdict(name): int(count) for name, count in job.payload["expected"].items()}
        self._over = OverCapacity(job.payload["over"])
        self._told = float("-inf")
        self._cells = 0

    def run(self) -> Plan:
        session = db.session()
        draft = import_draft.find(session, self._training_id, self._actor, self._uid)
        name, mapping, data = draft.file_name, mapping_of(draft), import_draft.content(draft)
        # The reader's process may take long; nobody waits for this transaction meanwhile.
        session.rollback()
        file = read_file(data, mapping)
        judgement = self._judge(file)
        with transaction() as writing:
            if not jobs.hold(writing, [self._item.id], self._me):
                raise _LetGoError
            plan = write_in(
                writing,
                self._training_id,
                file,
                self._actor,
                name,
                update=True,
                expected=self._expected,
                over=self._over,
                before=judgement,
            )
            import_draft.discard(writing, self._training_id, self._actor, self._uid)
            jobs.finish(writing, [self._item.id], self._me, ItemStatus.DONE)
            job = writing.get_one(Job, self._job_id)
            job.payload = job.payload | {
                "done": {verdict.value: count for verdict, count in plan.counts.items()},
                "beyond": plan.over_capacity,
            }
            job.steps_done = job.steps
            jobs.close_if_done(writing, self._job_id)
        return plan

    def _judge(self, file: ReadFile) -> Judgement:
        session = db.session()
        training = session.get_one(Training, self._training_id)
        units = known_units(session, training.organisation_id)
        # Telling begins transactions of its own.
        session.expunge(training)
        judgement = judge_file(training, file, units, self._tell)
        self._tell(self._cells, self._cells)
        return judgement

    def _tell(self, done: int, cells: int) -> None:
        """Keep the item, and let the page know; not at every step, since each is a commit."""
        self._cells = cells
        if self._should_stop():
            with transaction() as session:
                jobs.release(session, [self._item.id], self._me)
            raise _LetGoError
        if 0 < done < cells and monotonic() - self._told < _TELL_EVERY:
            return
        with transaction() as session:
            if not jobs.hold(session, [self._item.id], self._me):
                raise _LetGoError
            job = session.get_one(Job, self._job_id)
            # Writing takes about as long as judging.
            job.steps, job.steps_done = 2 * cells, done
            if done == 0:
                job.started_at = now()
        self._told = monotonic()
