"""Runs the migrations against the application's own database, one transaction for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

import trainingmgr.models  # noqa: F401 - registers every table
from trainingmgr.extensions import ExactDecimal, UtcDateTime, db, metadata


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types as plain ones, so that a migration outlives the code."""
    del autogen_context
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ExactDecimal):
        return "sa.Numeric(8, 2).with_variant(sa.Integer(), 'sqlite')"
    return False


@contextmanager
def _tables_may_be_made_anew(connection: sa.Connection) -> Iterator[None]:
    """On SQLite a changed table is a new one in place of the old, which must not take its children along.

    Whoever is served by this process next must not get a connection on which references do not hold, and inside
    a transaction they cannot be turned on again: the connection is closed in the end instead of being kept.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.invalidate()


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows without what they belong to: {broken[:5]}")


def run() -> None:
    """Bring the database to the revision asked for."""
    # DDL is a write: on SQLite it has to hold the write lock from the start.
    with (
        db.engine.connect().execution_options(trainingmgr_begin="IMMEDIATE") as connection,
        _tables_may_be_made_anew(connection),
    ):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            _check_references(connection)


run()
