"""The worker's loop: woken by the queue, ended by a signal."""

import os
import signal
import subprocess
import sys
import time

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import certificates, make_class
from tests.factories import Cast
from trainingmgr import jobs
from trainingmgr.config import Settings
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.job import JobKind
from trainingmgr.services import certificate as service


def test_a_worker_process_does_what_it_is_woken_for_and_ends_on_sigterm(
    session: Session, cast: Cast, run_settings: Settings
) -> None:
    training = make_class(session, cast, 3)
    worker = subprocess.Popen(
        [sys.executable, "-m", "trainingmgr", "worker"],
        env=os.environ
        | {
            "TRAININGMGR_INSTANCE": str(run_settings.instance),
            "TRAININGMGR_DATABASE_URL": run_settings.database_url,
            "TRAININGMGR_QUEUE_URL": run_settings.queue_url,
            "TRAININGMGR_QUEUE_PREFIX": run_settings.queue_prefix,
            "TRAININGMGR_PUBLIC_URL": run_settings.public_url,
        },
    )
    try:
        service.start_issue(cast.actor(), training)
        end = time.monotonic() + 40
        while len(certificates(session, training, CertificateStatus.VALID)) < 3:
            assert time.monotonic() < end
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    finally:
        worker.kill()
        worker.wait()


def test_a_message_wakes_the_worker_at_once(app: Flask, session: Session, cast: Cast) -> None:
    wake_up = app.extensions["trainingmgr.wake_up"]
    wake_up.huey.flush()
    training = make_class(session, cast, 1)
    service.start_issue(cast.actor(), training)
    seen: list[int] = []
    wake_up.bind(seen.append)
    assert wake_up.run_next()
    assert not wake_up.run_next()
    assert len(seen) == 1


def test_a_queue_that_is_away_does_not_lose_the_order(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake_up = app.extensions["trainingmgr.wake_up"]

    def away(*_args: object) -> None:
        raise ConnectionError("the queue is away")

    monkeypatch.setattr(wake_up, "_task", away)
    training = make_class(session, cast, 1)
    assert service.start_issue(cast.actor(), training) is not None
    with app.app_context():
        jobs.Worker(app).sweep()
    assert len(certificates(session, training, CertificateStatus.VALID)) == 1


def test_a_forged_message_does_nothing(app: Flask, session: Session) -> None:
    huey = app.extensions["trainingmgr.wake_up"].huey
    huey.flush()
    huey.storage.enqueue(b"not one of ours")
    assert not app.extensions["trainingmgr.wake_up"].run_next()


def test_a_kind_of_wiping_that_breaks_does_not_stop_the_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr("trainingmgr.jobs.rights.run_daily", broken)
    monkeypatch.setattr("trainingmgr.jobs.registration_form.forget_expired", lambda: done.append("answers"))
    monkeypatch.setattr("trainingmgr.jobs.photo.let_old_go", lambda: done.append("uploads"))
    with app.app_context():
        jobs.Worker(app).wipe()
    assert done == ["answers", "uploads"]


def test_a_job_that_breaks_does_not_stop_the_sweep(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_class(session, cast, 1), make_class(session, cast, 1)
    broken = service.start_issue(cast.actor(), first)
    service.start_issue(cast.actor(), second)
    assert broken is not None
    broken_id = broken.id

    def sometimes(job_id: int, name: str, **values: object) -> None:
        if job_id == broken_id:
            raise RuntimeError("broken")
        service.work(job_id, name)

    monkeypatch.setitem(jobs.HANDLERS, JobKind.ISSUE, sometimes)
    with app.app_context():
        jobs.Worker(app).sweep()
    assert len(certificates(session, second, CertificateStatus.VALID)) == 1
    assert certificates(session, first) == []


def test_a_worker_whose_parent_is_gone_ends(app: Flask) -> None:
    assert jobs.Worker(app, parent=1).stopping() == (os.getppid() != 1)
    assert not jobs.Worker(app, parent=os.getppid()).stopping()
