"""The ids that rows get. None is given twice, so that what tells of a row that is gone never means another."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from trainingmgr.extensions import metadata


def new_ids(connection: sa.Connection, table: sa.Table, count: int) -> Sequence[int]:
    """As many ids for rows about to be inserted into `table` by a writing transaction.

    Whatever refers to the rows can then be written without asking for their ids.
    """
    if connection.dialect.name == "sqlite":
        # What the database itself would give; there is no other writer while this one runs.
        last = _given(connection).get(table.name, 0)
        return range(last + 1, last + 1 + count)
    sequence = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
    return connection.scalars(sa.select(sequence).select_from(sa.func.generate_series(1, count))).all()


def last_ids(connection: sa.Connection) -> dict[str, int]:
    """The highest id that each table ever gave, by its name; without those that gave none."""
    if connection.dialect.name == "sqlite":
        return _given(connection)
    asked = [sa.func.pg_sequence_last_value(_sequence(table)).label(table.name) for table in _numbered()]
    found = connection.execute(sa.select(*asked)).mappings().one()
    return {name: last for name, last in found.items() if last}


def go_on_after(connection: sa.Connection, last: Mapping[str, int]) -> None:
    """Let tables whose rows were written with their ids give higher ones than those, and than `last` of `last_ids`."""
    for table in _numbered():
        if connection.dialect.name == "sqlite":
            # The database itself has followed the rows.
            highest = max(_given(connection).get(table.name, 0), last.get(table.name, 0))
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
            connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (table.name, highest))
            continue
        written = connection.scalar(sa.select(sa.func.max(table.c.id))) or 0
        highest = max(written, last.get(table.name, 0))
        connection.execute(sa.select(sa.func.setval(_sequence(table), highest + 1, False)))


def _given(connection: sa.Connection) -> dict[str, int]:
    return dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").tuples().all())


def _numbered() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if "id" in table.c]


def _sequence(table: sa.Table) -> sa.ColumnElement[str]:
    return sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
