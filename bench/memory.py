"""Memory of the web and of the worker process before and after a thousand certificates, and while importing."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from http.client import HTTPConnection

import psutil
import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from bench._server import session_cookie
from bench.imports import make_file
from bench.row import Row
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.membership import Role
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.training import HostRole
from trainingmgr.extensions import db, now
from trainingmgr.models import (
    Attendance,
    Membership,
    Organisation,
    Person,
    Registration,
    Training,
    TrainingHost,
    TrainingSession,
    Unit,
    User,
)
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import certificate as service
from trainingmgr.services import roster_import

PEOPLE = {"FIRST": 25, "MANY": 1_000}
LIMIT = 200.0
IMPORTED = (2_000, 10_000)
IMPORT_LIMIT = 300.0
FLAT = 1.15
_MEGABYTE = 1024 * 1024
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英志建国华文玉兰红梅"
_WEB = (
    "import sys, waitress; from trainingmgr.app import create_app; "
    "waitress.serve(create_app(), port=int(sys.argv[1]), threads=8, _quiet=True)"
)


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
            user = _fill(db.session())
            cookie = session_cookie(app, user)
            port = _free_port()
            with (
                _process([sys.executable, "-c", _WEB, str(port)], environ) as web,
                _process([sys.executable, "-m", "trainingmgr", "worker"], environ) as worker,
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
            user_id = session.scalars(sa.select(User.id).where(User.fs_uniquifier == _fill(session))).one()
            with _process([sys.executable, "-m", "trainingmgr", "worker"], environ) as worker:
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
        most = max(most, sum(one.memory_info().rss for one in (worker, *worker.children())) / _MEGABYTE)
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
    return web.memory_info().rss / _MEGABYTE, worker.memory_info().rss / _MEGABYTE


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
        while answer.read(_MEGABYTE):
            pass
        connection.close()
        assert answer.status == 200, f"{path}: {answer.status}"
        return


@contextmanager
def _process(command: list[str], environ: dict[str, str]) -> Iterator[psutil.Process]:
    child = subprocess.Popen(command, env=os.environ | environ)
    try:
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _fill(session: Session) -> str:
    """Two classes whose people were all present; gives the identity of an owner's browser session."""
    body = Organisation(name_zh="示例单位")
    user = User(email="bench@example.org", name="bench", password="-", fs_uniquifier=secrets.token_hex(16))
    session.add_all([body, user])
    session.flush()
    session.add(Membership(user_id=user.id, organisation_id=body.id, role=Role.OWNER))
    host = Unit(organisation_id=body.id, name="示例主办单位", name_en="Sample Host")
    session.add(host)
    session.flush()
    for code, people in PEOPLE.items():
        _fill_class(session, body, host, code, people)
    session.commit()
    return user.fs_uniquifier


def _fill_class(session: Session, body: Organisation, host: Unit, code: str, people: int) -> None:
    training = Training(
        organisation_id=body.id,
        code=code,
        title_zh="社区治理和服务创新实验区示范培训班",
        title_en="Training class on community governance",
        place_zh="四川省成都市",
        place_en="Chengdu, Sichuan",
        start_date=date(2026, 5, 11),
        end_date=date(2026, 5, 14),
    )
    training.hosts.append(TrainingHost(unit_id=host.id, role=HostRole.HOST, position=1))
    lecture = TrainingSession(
        kind=SessionKind.LECTURE,
        title_zh="专题授课",
        starts_at=datetime(2026, 5, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 5, 11, 3, tzinfo=UTC),
        class_hours=Decimal(2),
    )
    lecture.training = training
    session.add_all([training, lecture])
    session.flush()
    for number in range(people):
        name = _name(number)
        person = Person(
            organisation_id=body.id, name=name, name_key=f"{name}{number}", pinyin=f"p{number:05d}"
        )
        session.add(person)
        session.flush()
        registration = Registration(
            training_id=training.id, person_id=person.id, sort_key=person.pinyin, search_text=name
        )
        session.add(registration)
        session.flush()
        session.add(
            Attendance(
                training_id=training.id,
                session_id=lecture.id,
                registration_id=registration.id,
                mark=AttendanceMark.PRESENT,
                marked_at=now(),
            )
        )


def _name(number: int) -> str:
    first, second = divmod(number // len(_SURNAMES), len(_GIVEN))
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[first % len(_GIVEN)] + _GIVEN[second]
