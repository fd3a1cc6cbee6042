"""Many rows at once, past the machinery that each row of an ORM or Core insert goes through."""

import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

_log = logging.getLogger(__name__)

# SQLite opens a journal of its own for each statement that fires a trigger; some 30,000 values are the
# most that a statement may hold.
_ROWS_A_STATEMENT = 500


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any],
) -> None:
    """Insert rows into `table` in the running transaction.

    `columns` hold each column's values, row by row, as the driver takes them: text, numbers, bytes,
    None. `same` are columns with one value for all rows, in any type that the column knows. Defaults
    of the model are not applied. Raises IntegrityError where a constraint stands against a row.
    """
    dialect = connection.dialect
    constants = tuple(_as_driver(table.c[name], value, dialect) for name, value in same.items())
    names = ", ".join(dialect.identifier_preparer.quote(name) for name in (*same, *columns))
    rows = zip(*columns.values(), strict=True)
    if dialect.name == "sqlite":
        _insert(connection, f"{table.name} ({names})", rows, constants, len(columns))
    else:
        _copy(connection, f"{table.name} ({names})", rows, constants)


def _insert(
    connection: sa.Connection, place: str, rows: Iterator[Any], constants: tuple[Any, ...], width: int
) -> None:
    first = ", ".join(["?"] * (len(constants) + width))
    # A value that was bound for the first row is known again by its number.
    again = ", ".join([*(f"?{number}" for number in range(1, len(constants) + 1)), *["?"] * width])
    while part := list(islice(rows, _ROWS_A_STATEMENT)):
        marks = "), (".join([first, *[again] * (len(part) - 1)])
        # Names of our own tables and columns; every value is bound.
        statement = f"INSERT INTO {place} VALUES ({marks})"  # noqa: S608  # nosec B608
        connection.exec_driver_sql(statement, (*constants, *chain.from_iterable(part)))


def _copy(connection: sa.Connection, place: str, rows: Iterator[Any], constants: tuple[Any, ...]) -> None:
    driver = connection.dialect.loaded_dbapi
    statement = f"COPY {place} FROM STDIN"
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row((*constants, *row))
    except driver.IntegrityError as error:
        # As the engine says it of statements that go through it.
        raise IntegrityError(statement, None, error) from error
    finally:
        cursor.close()


def as_driver(connection: sa.Connection, column: sa.Column[Any], values: Sequence[Any]) -> list[Any]:
    """The values of a column in the form that `insert_rows` takes them."""
    return [_as_driver(column, value, connection.dialect) for value in values]


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
