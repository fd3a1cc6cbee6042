"""The database of the run, a clean one for each test, and the fixed cast of users.

Without settings the suite runs on SQLite. `TEST_DATABASE_URL` (a PostgreSQL server with the right to
make databases) and `TEST_QUEUE_URL` (a Redis) make the same suite run on those: each test process
makes a database and a Redis prefix of its own and drops them afterwards.
"""

import gc
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.factories import Cast, find_cast, make_cast
from trainingmgr.app import create_app
from trainingmgr.config import Settings, load_settings
from trainingmgr.extensions import db, metadata
from trainingmgr.http.words.audit import ACTIONS
from trainingmgr.migrations import upgrade
from trainingmgr.models import AuditEntry

HERE = Path(__file__).parent
DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
QUEUE_URL = os.environ.get("TEST_QUEUE_URL", "")
PUBLIC_URL = "https://classes.example.org"
FAST_HASH = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}


# How long an example takes says more of the machine than of the program; speed is measured by the benches.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


@sa.event.listens_for(AuditEntry, "init")
def _an_act_has_words(_entry: AuditEntry, _args: Any, values: dict[str, Any]) -> None:
    """Whatever act any test makes the program record, the organiser reads it in words."""
    assert values["action"] in ACTIONS, f"no words for {values['action']} in http/words/audit.py"


# Begun first, since each keeps one process busy for long.
FIRST = (
    "e2e/",
    "test_wheel.py",
    "cli/test_installation.py",
    "documents/certificate/test_press.py",
    "http/test_access_matrix.py",
)


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Shares tests out by modules, but all walks to one process: it then has one installation and one browser."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return "walks" if module.startswith("tests/e2e/") else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """For every `-n`, whatever `--dist` says."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    module = item.path.relative_to(HERE).as_posix()
    return next((turn for turn, start in enumerate(FIRST) if module.startswith(start)), len(FIRST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the walks, which take longest one after the other, have the processors before the other tests."""
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith("tests/e2e/") and not os.nice(0):
        os.nice(5)


def pytest_collection_finish() -> None:
    """Look through what the tests make alone: what stands once all is imported stays till the end."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@contextmanager
def installation(instance: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation of its own: folder, database and queue, dropped afterwards."""
    name = f"trainingmgr_test_{os.environ.get('TEST_RUN', '')}{os.getpid()}_{secrets.token_hex(4)}"
    environ = {
        "TRAININGMGR_INSTANCE": str(instance),
        "TRAININGMGR_PUBLIC_URL": PUBLIC_URL,
        # The post offices of the tests are of this machine.
        "TRAININGMGR_MAIL_INTERNAL": "1",
    }
    if DATABASE_URL:
        _on_server(f'CREATE DATABASE "{name}"')
        # No test cuts the power: what a killed process had committed is there without waiting for the disk.
        _on_server(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')
        url = sa.make_url(DATABASE_URL).set(database=name).render_as_string(hide_password=False)
        environ["TRAININGMGR_DATABASE_URL"] = url
    if QUEUE_URL:
        environ |= {"TRAININGMGR_QUEUE_URL": QUEUE_URL, "TRAININGMGR_QUEUE_PREFIX": name}
    try:
        yield environ
    finally:
        if DATABASE_URL:
            _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if QUEUE_URL:
            with closing(redis.Redis.from_url(QUEUE_URL)) as server:
                for key in server.scan_iter(f"*{name}*"):
                    server.delete(key)


@pytest.fixture(scope="session")
def run_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings with an instance folder, a migrated database and a queue made for this test process."""
    with installation(tmp_path_factory.mktemp("instance")) as environ:
        yield load_settings(environ)


class BrowserClient(FlaskClient):
    """A client whose requests share nothing with the test's own context: no user, language or session.

    The test's session keeps what it has read: `look_again(session)` before looking at a request's work.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def session_app(run_settings: Settings) -> Iterator[Flask]:
    """One application for the whole test process, on a migrated database."""
    app = create_app(
        run_settings,
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
            "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": FAST_HASH,
            "SERVER_NAME": None,
        },
    )
    app.test_client_class = BrowserClient
    with app.app_context():
        upgrade()
        db.engine.dispose()
    if not DATABASE_URL:
        path = _sqlite_path(run_settings)
        _keep(path, ".template")
        with app.app_context():
            make_cast(db.session())
            db.session.remove()
            db.engine.dispose()
            _keep(path, ".cast")
            sa.event.listen(db.engine, "connect", _forgetful)
    yield app
    with app.app_context():
        db.engine.dispose()


def _keep(path: Path, suffix: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, path.with_suffix(suffix))


def _forgetful(connection: sqlite3.Connection, _record: object) -> None:
    # As on PostgreSQL above.
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def app(session_app: Flask, run_settings: Settings, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application inside its context, with a database that is empty but for the cast where a test has one."""
    _empty_database(session_app, run_settings, ".cast" if "cast" in request.fixturenames else ".template")
    shutil.rmtree(run_settings.instance / "files", ignore_errors=True)
    with session_app.app_context():
        yield session_app
        db.session.remove()
    if DATABASE_URL:
        # A connection that knows the tables already answers sooner than a new one.
        return
    with session_app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> sa.orm.Session:
    """The database session of the test's application context."""
    return db.session()


@pytest.fixture
def cast(session: sa.orm.Session) -> Cast:
    """Two organisations and everybody who may or may not do things."""
    return find_cast(session) or make_cast(session)


@pytest.fixture
def client_as(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """Give a test client signed in as one of the cast, or as `nobody`."""

    def sign_in(who: str) -> FlaskClient:
        client = app.test_client()
        client.set_cookie("trainingmgr_language", "en")
        if who != "nobody":
            user = cast.users[who]
            with client.session_transaction() as cookie:
                cookie["_user_id"] = user.fs_uniquifier
                cookie["_fresh"] = True
        return client

    return sign_in


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A client of somebody who reads English and is not signed in."""
    client = app.test_client()
    client.set_cookie("trainingmgr_language", "en")
    return client


def _sqlite_path(settings: Settings) -> Path:
    return Path(str(sa.make_url(settings.database_url).database))


def _empty_database(app: Flask, settings: Settings, template: str) -> None:
    if DATABASE_URL:
        with app.app_context(), db.engine.begin() as connection:
            _empty_postgresql(connection)
        return
    path = _sqlite_path(settings)
    for leftover in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(path.with_suffix(template), path)


def _empty_postgresql(connection: sa.Connection) -> None:
    tables = [f'"{table.name}"' for table in reversed(metadata.sorted_tables)]
    superuser = connection.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    if not superuser:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        return
    # Truncating makes new files for every table and index, which takes 40 times as long for a few rows.
    # As a replica the database lets certificates be deleted.
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in tables))
    connection.exec_driver_sql(
        "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false) "
        "FROM pg_sequences WHERE last_value IS NOT NULL"
    )


def _on_server(statement: str) -> None:
    engine = sa.create_engine(load_settings({"TRAININGMGR_DATABASE_URL": DATABASE_URL}).database_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
