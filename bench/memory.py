"""Memory of the web and of the worker process before and after a thousand certificates, and while importing."""

import socket
import sys
import tempfile
import time
from http.client import HTTPConnection

import psutil
import sqlalchemy as sa

from bench._classes import fill
from bench._processes import MEGABYTE, process
from bench._server import session_cookie
from bench.imports import make_file
from bench.row import Row
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.extensions import db
from trainingmgr.migrations import upgrade
from trainingmgr.models import Training, User
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import certificate as service
from trainingmgr.services import roster_import

PEOPLE = {"FIRST": 25, "MANY": 1_000}
LIMIT = 200.0
IMPORTED = (2_000, 10_000)
IMPORT_LIMIT = 300.0
FLAT = 1.15
_PROGRAM = [sys.executable, "-m", "trainingmgr"]


def rows() -> list[Row]:
    """Resident memory after a warm-up, and after a thousand certificates were issued and downloaded."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "TRAININGMGR_INSTANCE": folder,
            "TRAININGMGR_PUBLIC_URL": "https://classes.example.org",
        }
        app = create_app(load_settings(environ))
        with app.app_context():
            upgrade()
            user = fill(db.session(), PEOPLE)
            cookie = session_cookie(app, user)
            port = _free_port()
            with (
                process([*_PROGRAM, "serve", "--no-worker", "--port", str(port)], environ) as web,
                process([*_PROGRAM, "worker"], environ) as worker,
            ):
                before = _round("FIRST", port, cookie, web, worker)
                after = _round("MANY", port, cookie, web, worker)
            db.session.remove()
            db.engine.dispose()
    names = ("Web process, 1,000 issued and downloaded", "Worker process, 1,000 issued")
    issued = [_row(name, first, last) for name, first, last in zip(names, before, after, strict=True)]
    return [*issued, _importing()]


def _importing() -> Row:
    """The most that a worker and the process that reads its workbooks take, with 10,000 rows beside 2,000."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"TRAININGMGR_INSTANCE": folder}
        with create_app(load_settings(environ)).app_context():
            upgrade()
            session = db.session()
            user_id = session.scalars(
                sa.select(User.id).where(User.fs_uniquifier == fill(session, PEOPLE))
            ).one()
            with process([*_PROGRAM, "worker"], environ) as worker:
                peaks = [_import(number, people, user_id, worker) for number, people in enumerate(IMPORTED)]
            db.session.remove()
            db.engine.dispose()
    return Row(
        name="Worker process with its reader, importing 10,000 rows, at the most",
        ours=f"{peaks[1]:.0f} MB",
        peer=f"{peaks[0]:.0f} MB with 2,000",
        ratio=peaks[1] / peaks[0],
        spread=0.0,
        aim=f"under {IMPORT_LIMIT:.0f} MB",
        ok=peaks[1] < IMPORT_LIMIT,
    )


def _import(number: int, people: int, user_id: int, worker: psutil.Process) -> float:
    """Have the worker import so many people, and weigh it meanwhile, in MB."""
    session = db.session()
    training = session.scalars(sa.select(Training).where(Training.code == "FIRST")).one()
    actor = Actor(user_id, "bench")
    uid = roster_import.keep_upload(training.id, actor, "roster.xlsx", make_file(people, number + 1))
    expected = {roster_import.Verdict.NEW: people}
    job = roster_import.order_draft(training.id, actor, uid, expected=expected)
    deadline, most = time.monotonic() + 300, 0.0
    while not jobs.progress(session, job.id).finished:
        assert time.monotonic() < deadline, "the worker did not finish"
        session.rollback()
        most = max(most, sum(one.memory_info().rss for one in (worker, *worker.children())) / MEGABYTE)
        time.sleep(0.02)
    assert jobs.progress(session, job.id).complete
    return most


def _row(name: str, before: float, after: float) -> Row:
    return Row(
        name=name,
        ours=f"{after:.0f} MB",
        peer=f"{before:.0f} MB before",
        ratio=after / before,
        spread=0.0,
        aim=f"at most {FLAT:g} times, under {LIMIT:.0f} MB",
        ok=after / before <= FLAT and after < LIMIT,
    )


def _round(
    code: str, port: int, cookie: str, web: psutil.Process, worker: psutil.Process
) -> tuple[float, float]:
    """Issue to everybody on `code`, look at and download everything, and weigh both processes in MB."""
    session = db.session()
    training = session.scalars(sa.select(Training).where(Training.code == code)).one()
    job = service.start_issue(Actor(None, "bench"), training)
    assert job is not None
    deadline = time.monotonic() + 300
    while not jobs.progress(session, job.id).finished:
        assert time.monotonic() < deadline, "the worker did not finish"
        session.rollback()
        time.sleep(0.1)
    assert jobs.progress(session, job.id).done == PEOPLE[code]
    for page in ("", "/register", "/preview.pdf", "/all.zip", "/all.pdf"):
        _get(port, f"/t/{code}/certificates{page}", cookie)
    return web.memory_info().rss / MEGABYTE, worker.memory_info().rss / MEGABYTE


def _get(port: int, path: str, cookie: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
        except ConnectionError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
            continue
        while answer.read(MEGABYTE):
            pass
        connection.close()
        assert answer.status == 200, f"{path}: {answer.status}"
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
