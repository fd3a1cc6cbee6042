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
from hashlib import sha256
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.fonts import font_chain
from trainingmgr.documents.signature import Signer
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateStatus,
)
from trainingmgr.domain.job import ItemStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import db, keyring, now, settings, storage, transaction
from trainingmgr.models import Certificate, Job, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries import job as jobs
from trainingmgr.queries.certificate import offers
from trainingmgr.queries.mail import certificates as mail
from trainingmgr.services.certificate.reserving import Order, actor_of, plain, reserve

BATCH = 50
_AT_ONCE = 500
_REASON = "颁发证书 Certificate issued"
_WRITERS = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Paper:
    """A certificate that lies in the storage."""

    order: Order
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
    try:
        signer = _signer(job_id)
    except Refusal as refusal:
        _refuse_all(job_id, me, refusal)
        return
    # Files are written beside the drawing of the next ones: most of a write is waiting for the disk.
    with ThreadPoolExecutor(_WRITERS) as writers:
        while not should_stop():
            orders = reserve(job_id, me, BATCH)
            if orders is None:
                break
            papers = _draw(orders, me, signer, writers) if orders else []
            if papers:
                _make_valid(job_id, papers, me)
            on_batch()
    with transaction() as session:
        _close(session, job_id)


def _signer(job_id: int) -> Signer:
    """Who signs the papers of this job: the organisation, with the key in force. Raises what `Signer` raises."""
    session = db.session()
    training = session.get_one(Training, session.get_one(Job, job_id).training_id)
    organisation = training.organisation
    return Signer(
        keyring.signing.identity(organisation.name_zh),
        reason=_REASON,
        location=training.place_zh or training.place_en,
        tsa_url=settings.tsa_url,
    )


def _refuse_all(job_id: int, me: str, refusal: Refusal) -> None:
    """Nothing can be signed, so nothing is begun: each item says why, and no number is taken."""
    with transaction() as session:
        while claimed := jobs.claim(session, job_id, me, _AT_ONCE):
            ids = [item.id for item in claimed]
            jobs.finish(session, ids, me, ItemStatus.REFUSED, refusal.code, plain(refusal.values))
        _close(session, job_id)


def _draw(orders: Sequence[Order], me: str, signer: Signer, writers: ThreadPoolExecutor) -> list[_Paper]:
    """Draw and keep the papers; what fails is given back for another try."""
    papers = []
    held_at = monotonic()
    # The storage itself: the stand-in for it belongs to this thread's application context.
    put = storage.put
    kept = []
    for order in orders:
        if monotonic() - held_at > jobs.LEASE.total_seconds() / 3:
            with transaction() as session:
                jobs.hold(session, [one.item.id for one in orders], me)
            held_at = monotonic()
        try:
            kept.append((order, *_keep(order, writers, put, signer)))
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
    order: Order, writers: ThreadPoolExecutor, put: Callable[[str, bytes], None], signer: Signer
) -> tuple[_Paper, Future[None]]:
    data = signer.finish(order.press.bind(order.snapshot, adding=signer.adding))
    digest = sha256(data).hexdigest()
    key = f"certificates/{digest[:2]}/{digest}.pdf"
    return _Paper(order, digest, key, len(data)), writers.submit(put, key, data)


def _put_back(order: Order, me: str) -> None:
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
            row.is_signed = True
        completed = [row for row in reserved.values() if row.kind is CertificateKind.COMPLETION]
        session.execute(
            sa.update(Registration)
            .where(
                Registration.id.in_([row.registration_id for row in completed]),
                Registration.status.in_([RegistrationStatus.CONFIRMED, RegistrationStatus.ARRIVED]),
            )
            .values(status=RegistrationStatus.COMPLETED, version=Registration.version + 1)
            .execution_options(synchronize_session=False)
        )
        training = session.get_one(Training, job.training_id)
        kind = CertificateKind(job.payload.get("kind", CertificateKind.COMPLETION))
        offered = offers.offer(session, training, kind)
        if offered is not None and offered.mail:
            mail.write(session, training, offered, list(reserved.values()))
        jobs.finish(session, [paper.order.item.id for paper in mine], me, ItemStatus.DONE)
        audit.record(
            session,
            actor_of(job),
            "certificate.issue",
            "job",
            job.id,
            training=training,
            people=len(mine),
            serials=[paper.order.snapshot.serial for paper in mine],
        )


def _close(session: Session, job_id: int) -> None:
    job = jobs.close_if_done(session, job_id)
    if job is not None:
        state = jobs.progress(session, job.id)
        audit.record(
            session,
            actor_of(job),
            "certificate.order_done",
            "job",
            job.id,
            training=session.get_one(Training, job.training_id),
            done=state.done,
            refused=state.refused,
            failed=state.failed,
        )
