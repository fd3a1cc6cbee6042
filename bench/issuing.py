"""A whole order: from the click to the last stored, signed file, with database, storage and audit.

The peer of one worker is the same process drawing and signing the same papers and keeping nothing: what is
over that is the price of a register that never loses or doubles one. Two workers stand beside one, and the
most memory of a worker for 20,000 beside that for 1,000.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import wraps
from secrets import token_hex
from typing import Any, TypeVar

import psutil
import psycopg
import sqlalchemy as sa
from flask import Flask
from psycopg import sql

from bench._classes import fill
from bench._processes import MEGABYTE, process
from bench.row import Row
from scripts.test_scaled import LOCAL_DATABASE, database_answers, own_postgresql
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.documents.signature import Signer
from trainingmgr.domain.certificate import CertificateKind, new_code
from trainingmgr.extensions import db, keyring
from trainingmgr.migrations import upgrade
from trainingmgr.models import Registration, Training
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import facts
from trainingmgr.queries.certificate.offers import offer_named
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import making
from trainingmgr.services.certificate.pressing import press_of

PEOPLE = 1_000
CROWD = 20_000
ROUNDS = 3
FLAT = 1.15
_WARM = 25
_ACTOR = Actor(None, "bench")
_DAY = date(2026, 5, 14)
Answer = TypeVar("Answer")


def rows() -> list[Row]:
    """Orders of 1,000 on both stores with one worker and with two, then one of 20,000."""
    with ExitStack() as stack:
        server = LOCAL_DATABASE if database_answers(LOCAL_DATABASE) else stack.enter_context(own_postgresql())
        found = _store("SQLite", None)
        found += _store("PostgreSQL", server)
        return [*found, _crowd()]


def _store(name: str, server: str | None) -> list[Row]:
    classes = {
        "WARM": _WARM,
        "WARM2": 2 * _WARM,
        "SHARES": PEOPLE,
        **{f"{workers}-{number}": PEOPLE for workers in ("ONE", "TWO") for number in range(ROUNDS)},
    }
    alone, one, two = [], [], []
    with _installation(classes, server) as (app, environ), app.app_context():
        for number in range(ROUNDS):
            alone.append(_drawn_and_signed(f"ONE-{number}"))
        _tell_shares(name)
        with _worker(environ) as first:
            _order("WARM", [first])
            one = [_order(f"ONE-{number}", [first])[0] for number in range(ROUNDS)]
            with _worker(environ) as second:
                _order("WARM2", [first, second])
                two = [_order(f"TWO-{number}", [first, second])[0] for number in range(ROUNDS)]
    return [
        _row(
            f"1,000 ordered to stored, {name}, one worker / drawn and signed alone",
            one,
            alone,
            "reported",
        ),
        _row(f"1,000 ordered to stored, {name}, two workers / one", two, one, "reported"),
    ]


def _row(name: str, ours: list[float], peer: list[float], aim: str) -> Row:
    """Seconds of each round beside the peer's; the ratio says how many times faster ours is."""
    ratios = [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
    middle = statistics.median(ratios)
    return Row(
        name=name,
        ours=f"{statistics.median(ours):.2f} s",
        peer=f"{statistics.median(peer):.2f} s",
        ratio=middle,
        spread=max(abs(ratio - middle) for ratio in ratios) / middle,
        aim=aim,
        ok=True,
    )


def _crowd() -> Row:
    classes = {"WARM": _WARM, "CLASS": PEOPLE, "CROWD": CROWD}
    with _installation(classes) as (app, environ), app.app_context(), _worker(environ) as worker:
        _order("WARM", [worker])
        _seconds, before = _order("CLASS", [worker])
        seconds, after = _order("CROWD", [worker])
    print(f"{CROWD:,} ordered to stored in {seconds:.1f} s")
    return Row(
        name="Most memory of a worker, 20,000 issued / 1,000 issued",
        ours=f"{after:.0f} MB",
        peer=f"{before:.0f} MB",
        ratio=after / before,
        spread=0.0,
        aim=f"at most {FLAT:g}",
        ok=after / before <= FLAT,
    )


@contextmanager
def _installation(
    classes: dict[str, int], server: str | None = None
) -> Iterator[tuple[Flask, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"TRAININGMGR_INSTANCE": folder, "TRAININGMGR_PUBLIC_URL": "https://classes.example.org"}
        name = f"trainingmgr_bench_{token_hex(4)}"
        if server is not None:
            _on_server(server, "CREATE DATABASE {}", name)
            url = sa.make_url(server).set(database=name)
            environ["TRAININGMGR_DATABASE_URL"] = url.render_as_string(hide_password=False)
        app = create_app(load_settings(environ))
        try:
            with app.app_context():
                upgrade()
                fill(db.session(), classes)
                db.session.remove()
            yield app, environ
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
            if server is not None:
                _on_server(server, "DROP DATABASE {} WITH (FORCE)", name)


def _on_server(server: str, statement: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@contextmanager
def _worker(environ: dict[str, str]) -> Iterator[psutil.Process]:
    with process([sys.executable, "-m", "trainingmgr", "worker"], environ) as worker:
        yield worker


def _order(code: str, workers: list[psutil.Process]) -> tuple[float, float]:
    """Issue to everybody on `code`; the seconds until all is stored, and the most MB of any worker meanwhile."""
    session = db.session()
    training = _training(code)
    people = session.scalar(
        sa.select(sa.func.count()).select_from(Registration).where(Registration.training_id == training.id)
    )
    begin, most = time.perf_counter(), 0.0
    job = service.start_issue(_ACTOR, training)
    assert job is not None
    while not (state := jobs.progress(session, job.id)).finished:
        assert time.perf_counter() - begin < 600, "the workers did not finish"
        most = max(most, *(one.memory_info().rss / MEGABYTE for one in workers))
        session.rollback()
        time.sleep(0.05)
    seconds = time.perf_counter() - begin
    assert state.done == people, state
    return seconds, most


def _training(code: str) -> Training:
    return db.session().scalars(sa.select(Training).where(Training.code == code)).one()


def _drawn_and_signed(code: str) -> float:
    """Seconds for drawing and signing everybody's paper on `code` with the set-up, and keeping none."""
    session, training = db.session(), _training(code)
    offer = offer_named(session, training, CertificateKind.COMPLETION)
    ids = session.scalars(sa.select(Registration.id).where(Registration.training_id == training.id)).all()
    holders = facts.holders(session, training, ids)
    blank = facts.draft(session, training, _DAY, offer)
    begin = time.perf_counter()
    press, _design = press_of(session, offer, training.organisation_id)
    signer = Signer(keyring.signing.identity(training.organisation.name_zh), reason="bench", location="bench")
    for number, one in enumerate(ids):
        snapshot = press.explained(facts.completed(blank, holders[one], f"{code}-{number:05d}", new_code()))
        signer.finish(press.bind(snapshot, adding=signer.adding))
    return time.perf_counter() - begin


def _tell_shares(name: str) -> None:
    """Print where the time of one worker goes, by doing an order in this process."""
    spent: dict[str, float] = {}
    names = {"reserve": "numbers", "_draw": "drawing, signing, files", "_make_valid": "register and audit"}
    kept = {one: getattr(making, one) for one in names}
    job = service.start_issue(_ACTOR, _training("SHARES"))
    assert job is not None
    begin = time.perf_counter()
    try:
        for one, words in names.items():
            setattr(making, one, _timed(kept[one], spent, words))
        service.work(job.id, "bench")
    finally:
        for one, function in kept.items():
            setattr(making, one, function)
    whole = time.perf_counter() - begin
    parts = ", ".join(f"{words} {seconds / whole:.0%}" for words, seconds in spent.items())
    print(f"{name}, 1,000 in {whole:.2f} s in one process: {parts}")


def _timed(function: Callable[..., Answer], spent: dict[str, float], words: str) -> Callable[..., Answer]:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Answer:
        begin = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[words] = spent.get(words, 0.0) + time.perf_counter() - begin

    return timed
