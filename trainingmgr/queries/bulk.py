"""Many rows at once, past the machinery that each row of an ORM or Core insert goes through."""

import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

_log = logging.getLogger(__name__)

# SQLite opens a journal of its own for each statement that fires a trigger, and each statement goes
# through the engine's machinery; some 30,000 values are the most that one may hold.
_ROWS_A_STATEMENT = 500


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    same: Mapping[str, Any],
) -> None:
    """Insert `rows` into `table` in the running transaction.

    `rows` hold the values of `columns` as the driver takes them: text, numbers, bytes, None. `same`
    are columns with one value for all rows, in any type that the column knows. Defaults of the model
    are not applied.
    """
    dialect = connection.dialect
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    constants = tuple(_as_driver(table.c[name], value, dialect) for name, value in same.items())
    names = ", ".join(dialect.identifier_preparer.quote(name) for name in (*columns, *same))
    # Names of our own tables and columns; every value is bound.
    head = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608  # nosec B608
    one = f"({', '.join([mark] * (len(columns) + len(constants)))})"
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        part = rows[start : start + _ROWS_A_STATEMENT]
        values: list[Any] = []
        for row in part:
            values += row
            values += constants
        connection.exec_driver_sql(head + ", ".join([one] * len(part)), tuple(values))


def new_ids(connection: sa.Connection, table: sa.Table, count: int) -> Sequence[int]:
    """As many ids for rows about to be inserted into `table` by a writing transaction.

    Whatever refers to the rows can then be written without asking for their ids.
    """
    if connection.dialect.name == "sqlite":
        # What the database itself would give; there is no other writer while this one runs.
        last = connection.scalar(sa.select(sa.func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    sequence = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
    return connection.scalars(sa.select(sequence).select_from(sa.func.generate_series(1, count))).all()


def refresh_statistics(engine: sa.Engine, tables: Sequence[sa.Table]) -> None:
    """Tell the database's planner how large `tables` have become, in a transaction of its own.

    Call it after the commit of a bulk load. What was loaded stands whether or not this succeeds.
    """
    try:
        with engine.connect().execution_options(trainingmgr_begin="IMMEDIATE") as connection:
            if engine.dialect.name == "sqlite":
                # A sample suffices, so that writers wait no longer for a large table than for a small one.
                connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            for table in tables:
                connection.exec_driver_sql(f"ANALYZE {table.name}")
            connection.commit()
    except OperationalError:
        # PostgreSQL's autovacuum gets round to it later; a slower plan is no reason to fail.
        _log.warning("the planner's statistics could not be refreshed", exc_info=True)


def _as_driver(column: sa.Column[Any], value: Any, dialect: sa.Dialect) -> Any:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process else value


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's cycle collector from walking tens of thousands of fresh, acyclic rows again and again.

    It takes a third of the time of a large import. Everything else is freed as always.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
