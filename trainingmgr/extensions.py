"""The framework objects that every layer above shares."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from flask import current_app
from flask_babel import Babel
from flask_security.core import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session
from werkzeug.local import LocalProxy

from trainingmgr.config import Settings
from trainingmgr.crypto import KeyRing
from trainingmgr.queue import WakeUp
from trainingmgr.storage import FileStorage

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, whichever database it is."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(sa.types.TypeDecorator[Any]):
    """An exact number with two places: numeric in PostgreSQL, hundredths as an integer in SQLite."""

    impl = sa.Numeric(8, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Numeric(8, 2))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value)
        if exact != exact.quantize(Decimal("0.01")):
            raise ValueError(f"more than two places: {value}")
        return int(exact * 100) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        return Decimal(value) / 100 if dialect.name == "sqlite" else Decimal(value)


class Model(DeclarativeBase):
    """The base of every table. `type_annotation_map` gives instants and JSON their column types.

    No id is given twice: the audit trail, mails and jobs name rows that are gone by theirs.
    """

    metadata = metadata
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        table = cls.__table__
        if isinstance(table, sa.Table) and "id" in table.c:
            table.dialect_options["sqlite"]["autoincrement"] = True


db = SQLAlchemy(metadata=metadata, session_options={"expire_on_commit": False})
babel = Babel()
csrf = CSRFProtect()
security = Security()

settings = cast(Settings, LocalProxy(lambda: current_app.extensions["trainingmgr.settings"]))
keyring = cast(KeyRing, LocalProxy(lambda: current_app.extensions["trainingmgr.keyring"]))
wake_up = cast(WakeUp, LocalProxy(lambda: current_app.extensions["trainingmgr.wake_up"]))
storage = cast(FileStorage, LocalProxy(lambda: current_app.extensions["trainingmgr.storage"]))


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


@contextmanager
def transaction() -> Iterator[Session]:
    """One use case's write: begin as a writer, commit once, or leave nothing behind.

    On SQLite a writer takes the write lock at once (BEGIN IMMEDIATE): a reader that turns writer
    halfway would fail or overwrite what it has not seen. Whatever was read before is let go of and
    read again inside. A check made here holds until the commit: on SQLite each, on PostgreSQL that of
    rows which it reads with a lock, or which a constraint guards.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a use case was started with unwritten changes in the session")
    session.rollback()
    session.expire_all()
    session.connection(execution_options={"trainingmgr_begin": "IMMEDIATE"})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def tune_sqlite(engine: sa.Engine) -> None:
    """Make SQLite durable, strict about foreign keys and honest about transactions."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=20000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("trainingmgr_begin", "DEFERRED")
        # Past SQLAlchemy, which would take longer to have it executed than SQLite takes to do it.
        connection.connection.driver_connection.execute(f"BEGIN {mode}")


def tune_postgresql(engine: sa.Engine) -> None:
    """Keep PostgreSQL from compiling statements: on tables that it has no statistics of yet it takes a
    page's statement for a long one and spends half a second on that.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute("SET jit TO off")
        connection.autocommit = False
