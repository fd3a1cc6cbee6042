"""Making an installation ready: instance folder, schema, the record of its keys."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from trainingmgr import migrations
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, keyring, now, settings, transaction
from trainingmgr.models import Installation
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.installation import Schema, key_fingerprint, schema

_ONE_AT_A_TIME = 7_202_018


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` found and did. `saved` is the copy made before an upgrade, if any."""

    before: Schema
    saved: Path | None
    keys_match: bool

    @property
    def created(self) -> bool:
        return self.before.current is None

    @property
    def upgraded(self) -> bool:
        return not self.created and not self.before.up_to_date


def prepare(actor: Actor) -> Prepared:
    """Bring the database to the newest revision and record the keys; nothing changes the second time.

    Of a SQLite database that has to be upgraded a copy is laid into `instance/backups` first.
    Raises Refusal `database_unreachable`, `database_newer` (it was made by a newer program).
    """
    with _alone():
        before = _schema()
        saved = None
        if not before.up_to_date:
            if before.current is not None:
                saved = _save_sqlite(before.current)
            migrations.upgrade()
        return Prepared(before, saved, _record_keys(actor))


def adopt_keys(actor: Actor) -> bool:
    """Record the present keys as this database's own; False if they already were.

    For an operator whose former keys are lost: what those sealed stays unreadable.
    """
    with transaction() as session:
        row = session.get(Installation, 1)
        if row is None or row.key_fingerprint == keyring.fingerprint():
            return False
        former, row.key_fingerprint = row.key_fingerprint, keyring.fingerprint()
        audit.record(
            session, actor, "keys.adopt", "installation", 1, former=former, present=row.key_fingerprint
        )
    return True


def _connection() -> sa.Connection:
    try:
        return db.engine.connect()
    except sa.exc.OperationalError as error:
        raise Refusal("database_unreachable", reason=str(error.orig).strip()) from error


def _schema() -> Schema:
    with _connection() as connection:
        found = schema(connection)
    if found.current is not None and found.current not in migrations.revisions():
        raise Refusal("database_newer", revision=found.current)
    return found


def _record_keys(actor: Actor) -> bool:
    recorded = key_fingerprint(db.session())
    if recorded is not None:
        return recorded == keyring.fingerprint()
    with transaction() as session:
        if session.get(Installation, 1) is None:
            session.add(Installation(id=1, key_fingerprint=keyring.fingerprint()))
            audit.record(session, actor, "installation.init", "installation", 1)
    return True


def _save_sqlite(revision: str) -> Path | None:
    """Copy a SQLite database while it may be in use; other databases have backups of their own kind."""
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        return None
    folder = settings.instance / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"before-upgrade-from-{revision}-{now():%Y%m%dT%H%M%SZ}.db"
    temporary = target.with_suffix(".part")
    with (
        closing(sqlite3.connect(db.engine.url.database)) as source,
        closing(sqlite3.connect(temporary)) as copy,
    ):
        source.backup(copy)
    temporary.chmod(0o600)
    return temporary.replace(target)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time through, of all that share the database, wherever their instance folders are."""
    database = db.engine.url.database
    shared = db.engine.dialect.name == "sqlite" and database
    path = Path(f"{database}.prepare.lock") if shared else settings.instance / ".prepare.lock"
    with path.open("w") as file, _connection() as connection:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        yield
