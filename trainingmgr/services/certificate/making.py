"""Making certificates, batch by batch: a number is reserved, the paper drawn and kept, then it is valid.

Whatever moment a worker dies at, the next one goes on: items whose lease ran out are taken again, and a
reserved number is finished under the same serial and code. Files are kept under their hash, so what a
dead or late worker left behind can neither stand in the way nor replace anything.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps, loads
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.certificate import check_drawable, draw_certificate
from trainingmgr.documents.fonts import font_chain
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateSnapshot,
    CertificateStatus,
    SerialScope,
    new_code,
)
from trainingmgr.domain.job import ItemStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import now, storage, transaction
from trainingmgr.models import Certificate, Job, Registration, Training
from trainingmgr.queries import audit, eligibility
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import facts, numbering

BATCH = 25
_WRITERS = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Order:
    """A certificate that has its number and waits to be drawn."""

    item: jobs.Claimed
    certificate_id: int
    snapshot: CertificateSnapshot


@dataclass(frozen=True, slots=True)
class _Paper:
    """A certificate that lies in the storage."""

    order: _Order
    sha256: str
    file_key: str
    size: int


def work(
    job_id: int,
    worker: str,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_batch: Callable[[], object] = lambda: None,
) -> None:
    """Work on the job until nothing in it is free to take, or `should_stop` says so between two batches.

    Any number of workers may do so at once. One item that fails keeps its reason and stops no other.
    `worker` is a name for the log; `on_batch` is called after each batch.
    """
    me = f"{worker[:40]}:{secrets.token_hex(6)}"
    font_chain()
    while not should_stop():
        orders = _reserve(job_id, me)
        if orders is None:
            break
        papers = _draw(orders, me)
        if papers:
            _make_valid(job_id, papers, me)
        on_batch()
    with transaction() as session:
        _close(session, job_id)


def _reserve(job_id: int, me: str) -> list[_Order] | None:
    """Take the next items and give each its number. None when there is nothing to take."""
    with transaction() as session:
        claimed = jobs.claim(session, job_id, me, BATCH)
        if not claimed:
            return None
        job = session.get_one(Job, job_id)
        training = session.get_one(Training, job.training_id, populate_existing=True)
        return _Batch(session, job, training, claimed, me).reserve()


class _Batch:
    """The items of one batch, inside the transaction that checks them and gives out their numbers."""

    def __init__(
        self, session: Session, job: Job, training: Training, claimed: Sequence[jobs.Claimed], me: str
    ) -> None:
        self.session, self.job, self.training, self.claimed, self.me = session, job, training, claimed, me
        ids = [item.subject_id for item in claimed]
        issue_date = date.fromisoformat(job.payload["issue_date"])
        self.blank = facts.draft(session, training, issue_date)
        self.holders = facts.holders(session, training, ids)
        judged = eligibility.eligibility(session, training, ids)
        self.candidates = {one.registration_id: one for one in judged.people}
        self.standing = {
            row.registration_id: row
            for row in session.scalars(
                sa.select(Certificate).where(
                    Certificate.registration_id.in_(ids),
                    Certificate.status.in_([CertificateStatus.RESERVED, CertificateStatus.VALID]),
                )
            )
        }
        # Numbers are given out by one worker at a time, after all that could be refused was checked.
        key = numbering.counter_key(
            training, CertificateKind.COMPLETION, SerialScope.TRAINING, issue_date.year
        )
        self.counter = numbering.locked(session, training, key)
        self.number = self.counter.next_number
        self.new: list[tuple[jobs.Claimed, CertificateSnapshot, int]] = []
        self.orders: list[_Order] = []

    def reserve(self) -> list[_Order]:
        for item in self.claimed:
            try:
                self._take(item)
            except Refusal as refusal:
                self._void(item, refusal)
                self._finish(item, ItemStatus.REFUSED, refusal.code, refusal.values)
            except Exception:
                _log.exception("a certificate could not be prepared", extra={"job_item": item.id})
                self._finish(item, ItemStatus.FAILED, "certificate.crashed")
        self._write()
        return self.orders

    def _take(self, item: jobs.Claimed) -> None:
        standing = self.standing.get(item.subject_id)
        if standing is not None and standing.status is CertificateStatus.VALID:
            self._finish(item, ItemStatus.DONE)
            return
        if item.attempts > jobs.MAX_ATTEMPTS:
            self._finish(item, ItemStatus.FAILED, "certificate.gave_up", {"times": jobs.MAX_ATTEMPTS})
            return
        self._check_eligible(item.subject_id)
        holder = self.holders[item.subject_id]
        if standing is None:
            snapshot = facts.completed(self.blank, self.training, holder, self.number, new_code())
            if self.session.scalar(sa.select(Certificate.id).where(Certificate.serial == snapshot.serial)):
                raise Refusal("certificate.serial_taken", serial=snapshot.serial)
            check_drawable(snapshot)
            self.new.append((item, snapshot, self.number))
            self.number += 1
            return
        # Nobody has seen this number yet: it keeps its serial, code and date and says what is true today.
        blank = facts.draft(self.session, self.training, standing.issue_date)
        snapshot = facts.completed(
            blank, self.training, holder, standing.number, standing.code, standing.serial
        )
        if snapshot.is_sample != standing.is_sample:
            raise Refusal("certificate.reservation_outdated")
        check_drawable(snapshot)
        standing.snapshot = loads(snapshot.to_json())
        self.orders.append(_Order(item, standing.id, snapshot))

    def _check_eligible(self, registration_id: int) -> None:
        candidate = self.candidates.get(registration_id)
        if candidate is None:
            raise Refusal("certificate.not_on_class")
        if candidate.verdict.shortfalls:
            verdict = candidate.verdict
            raise Refusal(
                f"certificate.{verdict.shortfalls[0].value}",
                earned=str(verdict.earned),
                needed=str(verdict.needed_hours),
                planned=str(verdict.planned),
            )

    def _void(self, item: jobs.Claimed, refusal: Refusal) -> None:
        standing = self.standing.get(item.subject_id)
        if standing is None or standing.status is not CertificateStatus.RESERVED:
            return
        standing.status = CertificateStatus.VOIDED
        standing.ended_at, standing.ended_by = now(), self.job.actor
        # The reason is kept as code and values, to be said in whichever language the register is read in.
        values = {name: str(value)[:40] for name, value in refusal.values.items()}
        standing.end_reason = dumps([refusal.code, values], ensure_ascii=False)
        audit.record(
            self.session,
            _actor(self.job),
            "certificate.void",
            "certificate",
            standing.id,
            training=self.training,
            serial=standing.serial,
            reason=refusal.code,
        )

    def _finish(
        self, item: jobs.Claimed, status: ItemStatus, code: str = "", values: dict[str, object] | None = None
    ) -> None:
        jobs.finish(self.session, [item.id], self.me, status, code, _plain(values or {}))

    def _write(self) -> None:
        """Put the new numbers into the register and count on."""
        if not self.new:
            return
        rows = [
            Certificate(
                training_id=self.training.id,
                registration_id=item.subject_id,
                counter_id=self.counter.id,
                number=number,
                serial=snapshot.serial,
                code=snapshot.code,
                status=CertificateStatus.RESERVED,
                snapshot=loads(snapshot.to_json()),
                issue_date=snapshot.issue_date,
                is_sample=snapshot.is_sample,
                issued_by=self.job.actor,
            )
            for item, snapshot, number in self.new
        ]
        self.session.add_all(rows)
        self.counter.next_number = self.number
        self.session.flush()
        self.orders += [
            _Order(item, row.id, snapshot) for (item, snapshot, _), row in zip(self.new, rows, strict=True)
        ]


def _draw(orders: Sequence[_Order], me: str) -> list[_Paper]:
    """Draw and keep the papers; what fails is given back for another try.

    Files are written beside the drawing of the next ones: most of a write is waiting for the disk.
    """
    papers = []
    held_at = monotonic()
    with ThreadPoolExecutor(_WRITERS) as writers:
        # The storage itself: the stand-in for it belongs to this thread's application context.
        put = storage.put
        kept = []
        for order in orders:
            if monotonic() - held_at > jobs.LEASE.total_seconds() / 3:
                with transaction() as session:
                    jobs.hold(session, [one.item.id for one in orders], me)
                held_at = monotonic()
            try:
                kept.append((order, *_keep(order, writers, put)))
            except Exception:
                _put_back(order, me)
        for order, paper, written in kept:
            try:
                written.result()
            except Exception:
                _put_back(order, me)
            else:
                papers.append(paper)
    return papers


def _keep(
    order: _Order, writers: ThreadPoolExecutor, put: Callable[[str, bytes], None]
) -> tuple[_Paper, Future[None]]:
    data = draw_certificate(order.snapshot)
    digest = sha256(data).hexdigest()
    key = f"certificates/{digest[:2]}/{digest}.pdf"
    return _Paper(order, digest, key, len(data)), writers.submit(put, key, data)


def _put_back(order: _Order, me: str) -> None:
    """After a malfunction: another try for the item, till it had its share of them."""
    _log.exception("a certificate could not be made or kept", extra={"job_item": order.item.id})
    with transaction() as session:
        if order.item.attempts < jobs.MAX_ATTEMPTS:
            jobs.release(session, [order.item.id], me)
        else:
            jobs.finish(session, [order.item.id], me, ItemStatus.FAILED, "certificate.crashed")


def _make_valid(job_id: int, papers: Sequence[_Paper], me: str) -> None:
    """Declare valid whatever this worker still holds; the rest is somebody else's by now."""
    with transaction() as session:
        job = session.get_one(Job, job_id)
        held = jobs.hold(session, [paper.order.item.id for paper in papers], me)
        mine = [paper for paper in papers if paper.order.item.id in held]
        if not mine:
            return
        moment = now()
        rows = session.scalars(
            sa.select(Certificate).where(
                Certificate.id.in_([paper.order.certificate_id for paper in mine]),
                Certificate.status == CertificateStatus.RESERVED,
            )
        )
        reserved = {row.id: row for row in rows}
        for paper in mine:
            row = reserved[paper.order.certificate_id]
            row.status, row.issued_at, row.issued_by = CertificateStatus.VALID, moment, job.actor
            row.sha256, row.file_key, row.size = paper.sha256, paper.file_key, paper.size
        session.execute(
            sa.update(Registration)
            .where(
                Registration.id.in_([paper.order.item.subject_id for paper in mine]),
                Registration.status.in_([RegistrationStatus.CONFIRMED, RegistrationStatus.ARRIVED]),
            )
            .values(status=RegistrationStatus.COMPLETED, version=Registration.version + 1)
            .execution_options(synchronize_session=False)
        )
        jobs.finish(session, [paper.order.item.id for paper in mine], me, ItemStatus.DONE)
        audit.record(
            session,
            _actor(job),
            "certificate.issue",
            "job",
            job.id,
            training=session.get_one(Training, job.training_id),
            people=len(mine),
            serials=[paper.order.snapshot.serial for paper in mine],
        )


def _close(session: Session, job_id: int) -> None:
    job = jobs.close_if_done(session, job_id)
    if job is not None:
        state = jobs.progress(session, job.id)
        audit.record(
            session,
            _actor(job),
            "certificate.order_done",
            "job",
            job.id,
            training=session.get_one(Training, job.training_id),
            done=state.done,
            refused=state.refused,
            failed=state.failed,
        )


def _actor(job: Job) -> Actor:
    return Actor(job.user_id, job.actor)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | bool | list) else str(value)
        for name, value in values.items()
    }
