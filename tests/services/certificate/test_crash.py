"""Workers that die, and workers side by side: in the end exactly one certificate a person."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import certificates, make_class
from tests.factories import Cast
from trainingmgr.config import Settings
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.job import ItemStatus
from trainingmgr.extensions import db, now, storage
from trainingmgr.jobs import Worker
from trainingmgr.models import Certificate, Job, JobItem, Training
from trainingmgr.queries import job as jobs
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import making
from trainingmgr.services.certificate.reserving import reserve

PEOPLE = 60


def test_a_worker_killed_again_and_again_leaves_one_certificate_a_person(
    app: Flask, session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, PEOPLE)
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    seen: dict[int | None, tuple[str, str]] = {}
    for delay in (0.02, 0.05, 0.08, 0.12, 0.2):
        child = _work_in_a_child(app, job.id)
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for row in certificates(session, training):
            assert seen.setdefault(row.registration_id, (row.serial, row.code)) == (row.serial, row.code)
        _expire_leases(session)
    _sweep(app)
    _assert_one_each(session, training, PEOPLE, seen)
    assert jobs.progress(session, job.id).complete


def test_a_worker_process_killed_between_number_and_paper_is_made_good_after_a_restart(
    app: Flask, session: Session, cast: Cast, run_settings: Settings
) -> None:
    training = make_class(session, cast, PEOPLE)
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    worker = subprocess.Popen(
        [sys.executable, "-m", "trainingmgr", "worker"], env=os.environ | environ_of(run_settings)
    )
    try:
        _wait_for(lambda: _stopped_halfway(session, training, worker))
    finally:
        worker.kill()
        worker.wait()
    cut_off = certificates(session, training)
    seen = {row.registration_id: (row.serial, row.code) for row in cut_off}
    assert len([row for row in cut_off if row.status is CertificateStatus.RESERVED]) > 0
    _expire_leases(session)
    _sweep(app)
    _assert_one_each(session, training, PEOPLE, seen)


def test_a_late_worker_changes_nothing_that_another_one_finished(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 3)
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    orders = reserve(job.id, "slow", 25)
    assert orders is not None
    _expire_leases(session)
    service.work(job.id, "quick")
    before = [(row.sha256, row.issued_at) for row in certificates(session, training)]
    with ThreadPoolExecutor(1) as writers:
        papers = making._draw(orders, "slow", making._signer(job.id), writers)
    making._make_valid(job.id, papers, "slow")
    assert [(row.sha256, row.issued_at) for row in certificates(session, training)] == before


def test_two_orders_and_two_workers_at_once_make_one_job_and_one_certificate_each(
    app: Flask, session: Session, cast: Cast
) -> None:
    training_id = make_class(session, cast, PEOPLE).id
    actor = cast.actor()
    job_ids: list[int] = []
    together = threading.Barrier(2)

    def order_and_work() -> None:
        with app.app_context():
            training = db.session().get_one(Training, training_id)
            together.wait()
            job = service.start_issue(actor, training)
            if job is not None:
                job_ids.append(job.id)
                service.work(job.id, threading.current_thread().name)

    threads = [threading.Thread(target=order_and_work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert len(set(job_ids)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
    _assert_one_each(session, session.get_one(Training, training_id), PEOPLE, {})


def test_an_order_whose_message_was_lost_is_found_by_the_sweep(
    app: Flask, session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 2)
    assert service.start_issue(cast.actor(), training) is not None
    app.extensions["trainingmgr.wake_up"].huey.flush()
    _sweep(app)
    assert len(certificates(session, training, CertificateStatus.VALID)) == 2


def environ_of(settings: Settings) -> dict[str, str]:
    """What makes another process run on the test's own database and queue."""
    return {
        "TRAININGMGR_INSTANCE": str(settings.instance),
        "TRAININGMGR_DATABASE_URL": settings.database_url,
        "TRAININGMGR_QUEUE_URL": settings.queue_url,
        "TRAININGMGR_QUEUE_PREFIX": settings.queue_prefix,
        "TRAININGMGR_PUBLIC_URL": settings.public_url,
    }


def _work_in_a_child(app: Flask, job_id: int) -> int:
    """Fork a worker that works on the job until it is killed; gives its process id."""
    db.session().close()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                service.work(job_id, "child")
        finally:
            os._exit(0)
    return child


def _sweep(app: Flask) -> None:
    """What a worker does every few seconds, in a context of its own as in its own process."""
    with app.app_context():
        Worker(app).sweep()


def _expire_leases(session: Session) -> None:
    session.rollback()
    session.execute(
        sa.update(JobItem)
        .where(JobItem.status == ItemStatus.LEASED)
        .values(lease_until=now() - timedelta(seconds=1), attempts=1)
    )
    session.commit()


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


def _stopped_halfway(session: Session, training: Training, worker: "subprocess.Popen[bytes]") -> bool:
    """Hold the worker still where a number is taken and its paper not finished; let it go on otherwise."""
    if not certificates(session, training, CertificateStatus.RESERVED):
        return False
    worker.send_signal(signal.SIGSTOP)
    if certificates(session, training, CertificateStatus.RESERVED):
        return True
    worker.send_signal(signal.SIGCONT)
    return False


def _assert_one_each(
    session: Session, training: Training, people: int, seen: dict[int | None, tuple[str, str]]
) -> None:
    rows: list[Certificate] = certificates(session, training)
    assert [row.number for row in rows] == list(range(1, people + 1))
    assert {row.status for row in rows} == {CertificateStatus.VALID}
    assert len({row.registration_id for row in rows}) == people
    for row in rows:
        assert seen.get(row.registration_id, (row.serial, row.code)) == (row.serial, row.code)
        assert sha256(storage.get(row.file_key or "")).hexdigest() == row.sha256
