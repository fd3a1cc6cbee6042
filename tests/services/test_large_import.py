"""Large rosters taken in by a worker: all or nothing, once, whatever becomes of the worker."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training, make_unit
from tests.rosters import id_number, xlsx
from trainingmgr.domain.job import ItemStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now
from trainingmgr.jobs import Worker
from trainingmgr.models import ImportDraft, Job, JobItem, Registration, RegistrationTally, Training
from trainingmgr.queries import audit
from trainingmgr.queries import job as jobs
from trainingmgr.services import roster_import as service
from trainingmgr.services.roster_import import background
from trainingmgr.services.roster_import.planning import Verdict
from trainingmgr.services.roster_import.use_cases import judge_file

PEOPLE = 12


@pytest.fixture(autouse=True)
def _twelve_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "BACKGROUND_FROM", PEOPLE)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="IMP")


def file(first: int = 1) -> bytes:
    people = range(first, first + PEOPLE)
    rows = [(f"王{'一二三四五六七八九十百千万'[n % 13]}", f"第{n}民政局", id_number(n)) for n in people]
    return xlsx([("姓名", "工作单位", "身份证号码"), *rows])


def order(training: Training, cast: Cast, data: bytes, new: int = PEOPLE) -> Job:
    uid = service.keep_upload(training.id, cast.actor(), "名册.xlsx", data)
    return service.order_draft(training.id, cast.actor(), uid, expected={Verdict.NEW: new, Verdict.UPDATE: 0})


def people(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0


def refusals(session: Session, job: Job) -> list[str]:
    return [one.code for one in jobs.faults(session, job.id)]


def test_a_large_file_is_ordered_on_screen_followed_and_found_on_the_roster(
    app: Flask, session: Session, training: Training, cast: Cast, client_as: Callable[[str], FlaskClient]
) -> None:
    uid = service.keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    client = client_as("organiser")
    counts = {"new": PEOPLE, "update": 0}
    answer = client.post(f"/t/IMP/roster/import/{uid}/confirm", data=counts)
    again = client.post(f"/t/IMP/roster/import/{uid}/confirm", data=counts)
    assert answer.status_code == 303
    assert answer.location == again.location
    waiting = client.get(answer.location).get_data(as_text=True)
    assert "The file is being read" in waiting
    assert answer.location in client.get("/t/IMP/roster/import").get_data(as_text=True)
    assert people(session) == 0
    with app.app_context():
        Worker(app).sweep()
    done = client.get(answer.location + "/bar").get_data(as_text=True)
    assert "12 people added." in done
    assert "hx-trigger" not in done
    assert people(session) == PEOPLE
    assert session.scalar(sa.select(RegistrationTally.people)) == PEOPLE
    assert session.scalar(sa.select(ImportDraft.id)) is None
    assert client.get(answer.location.replace("roster/import", "certificates")).status_code == 404


def test_how_far_it_is_can_be_seen_while_it_is_judged(
    session: Session, training: Training, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = order(training, cast, file())
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(background, "_TELL_EVERY", 0)
    tell = background._Import._tell

    def told(self: background._Import, done: int, cells: int) -> None:
        tell(self, done, cells)
        with db.engine.connect() as another:
            seen.append(another.execute(sa.select(Job.steps_done, Job.steps)).one()._tuple())

    monkeypatch.setattr(background._Import, "_tell", told)
    service.work(job.id, "w")
    assert seen == [(0, 72), (12, 72), (24, 72), (36, 72)]
    session.rollback()
    assert (job.steps_done, job.steps) == (72, 72)


def test_a_worker_killed_while_writing_leaves_nothing_and_the_next_one_does_it_once(
    app: Flask, session: Session, training: Training, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = order(training, cast, file())
    job_id = job.id
    session.close()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        # Everybody is written by then, and nothing committed.
        monkeypatch.setattr(audit, "record", lambda *_a, **_v: os.kill(os.getpid(), signal.SIGKILL))
        with app.app_context():
            service.work(job_id, "child")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert people(session) == 0
    service.work(job_id, "too early")
    assert people(session) == 0
    session.execute(sa.update(JobItem).values(lease_until=now() - timedelta(seconds=1)))
    session.commit()
    service.work(job_id, "next")
    service.work(job_id, "late")
    assert people(session) == PEOPLE
    assert jobs.progress(session, job_id).complete


def test_two_workers_at_once_import_once(
    app: Flask, session: Session, training: Training, cast: Cast
) -> None:
    job_id = order(training, cast, file()).id
    together = threading.Barrier(2)

    def run() -> None:
        with app.app_context():
            together.wait()
            service.work(job_id, threading.current_thread().name)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert people(session) == PEOPLE
    assert jobs.progress(session, job_id).complete


def test_a_worker_that_lost_its_item_meanwhile_writes_nothing(
    session: Session, training: Training, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = order(training, cast, file()).id

    def slowly(*values: object) -> object:
        found = judge_file(*values)  # type: ignore[arg-type]
        session.rollback()
        session.execute(sa.update(JobItem).values(worker="another"))
        session.commit()
        return found

    monkeypatch.setattr(background, "judge_file", slowly)
    service.work(job_id, "slow")
    assert people(session) == 0
    assert session.scalars(sa.select(JobItem.status)).all() == [ItemStatus.LEASED]


def test_units_that_come_while_it_is_judged_are_heeded(
    session: Session, training: Training, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = order(training, cast, file()).id

    def slowly(*values: object) -> object:
        found = judge_file(*values)  # type: ignore[arg-type]
        session.rollback()
        make_unit(session, cast.organisation, "第1民政局")
        return found

    monkeypatch.setattr(background, "judge_file", slowly)
    service.work(job_id, "w")
    assert people(session) == PEOPLE


def test_what_is_refused_is_told_and_the_upload_stays_to_be_looked_at(
    session: Session, training: Training, cast: Cast, client_as: Callable[[str], FlaskClient]
) -> None:
    job = order(training, cast, file(), new=PEOPLE + 1)
    service.work(job.id, "w")
    assert refusals(session, job) == ["import_moved"]
    assert people(session) == 0
    page = client_as("organiser").get(f"/t/IMP/roster/import/jobs/{job.uid}").get_data(as_text=True)
    assert "the roster was changed since the preview" in page
    assert f'href="/t/IMP/roster/import/{job.payload["draft"]}"' in page
    assert "Look at the rows" not in client_as("owner").get(f"/t/IMP/roster/import/jobs/{job.uid}").get_data(
        as_text=True
    )


def test_another_file_waits_until_the_first_one_is_in(
    session: Session, training: Training, cast: Cast
) -> None:
    job = order(training, cast, file())
    with pytest.raises(Refusal, match="import_running"):
        order(training, cast, file(20))
    service.work(job.id, "w")
    service.work(order(training, cast, file(20)).id, "w")
    assert people(session) == 2 * PEOPLE


def test_work_that_is_cut_off_again_and_again_is_given_up(
    session: Session, training: Training, cast: Cast
) -> None:
    job = order(training, cast, file())
    session.execute(sa.update(JobItem).values(attempts=jobs.MAX_ATTEMPTS))
    session.commit()
    service.work(job.id, "w")
    assert refusals(session, job) == ["import_gave_up"]
    assert people(session) == 0
