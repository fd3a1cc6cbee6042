"""Queries that are settled once, for pages that are asked for by the thousand, or with many queries each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

Rows = tuple[tuple[Any, ...], ...]
_Decoder = Callable[[Any], Any] | None


class Prepared:
    """A query whose statement, constants and columns are settled once; what is run then is the driver's own call.

    SQLAlchemy takes some ten times as long to have a statement executed as SQLite takes to find a row among a
    million by its index. Columns are decoded as SQLAlchemy decodes them, of whichever database.
    """

    def __init__(self, query: sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]) -> None:
        self.query = query
        self._settled: dict[str, _Settled] = {}

    def first(self, engine: sa.Engine, **texts: str) -> SimpleNamespace | None:
        """The first row, its columns as attributes, or None; `texts` are the values of the query's parameters.

        It is what was committed last, read on a connection of its own.
        """
        settled = self._for(engine.dialect)
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(settled.statement, settled.values(texts))
            settled.see(cursor.description)
            found = cursor.fetchone()
            cursor.close()
        except engine.dialect.loaded_dbapi.Error as error:
            raise settled.fault(error, engine.dialect) from error
        finally:
            connection.close()
        return settled.row(found) if found is not None else None

    def all(self, connection: sa.Connection, **values: Any) -> Rows:
        """Every row as a tuple, read in the transaction of `connection`; `values` go to the driver as they are."""
        return self.decoded(connection.dialect, self.undecoded(connection, **values))

    def decoded(self, dialect: sa.Dialect, rows: Rows) -> Rows:
        """Rows that `undecoded` gave from a database of this dialect, as `all` gives them."""
        return tuple(map(self._for(dialect).decoded, rows))

    def undecoded(self, connection: sa.Connection, **values: Any) -> Rows:
        """As `all`, in the driver's own values: enough to tell whether anything is other than before."""
        settled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(settled.statement, settled.values(values))
            settled.see(cursor.description)
            return tuple(map(tuple, cursor.fetchall()))
        except connection.dialect.loaded_dbapi.Error as error:
            raise settled.fault(error, connection.dialect) from error
        finally:
            cursor.close()

    def _for(self, dialect: sa.Dialect) -> "_Settled":
        if dialect.name not in self._settled:
            self._settled[dialect.name] = _settle(self.query, dialect)
        return self._settled[dialect.name]


@dataclass(slots=True)
class _Settled:
    """A query in the words of one kind of database; how columns are decoded is settled with the first answer."""

    statement: str
    constants: Mapping[str, Any]
    order: Sequence[str] | None
    types: Sequence[tuple[str, Callable[[Any], _Decoder]]]
    columns: Sequence[tuple[str, _Decoder]] = ()
    decoders: Sequence[tuple[int, Callable[[Any], Any]]] = ()

    def values(self, given: Mapping[str, Any]) -> Any:
        named = {**self.constants, **given}
        return tuple([named[name] for name in self.order]) if self.order is not None else named

    def fault(self, error: Exception, dialect: sa.Dialect) -> BaseException:
        """What SQLAlchemy itself would raise for the driver's error, for whoever handles those."""
        return sa.exc.DBAPIError.instance(
            self.statement, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        )

    def see(self, description: Sequence[Sequence[Any]]) -> None:
        """Settle the decoding by what the driver says of its columns."""
        if not self.columns:
            self.columns = [
                (name, decoder(column[1]))
                for (name, decoder), column in zip(self.types, description, strict=True)
            ]
            self.decoders = [
                (number, decode) for number, (_name, decode) in enumerate(self.columns) if decode
            ]

    def decoded(self, found: Sequence[Any]) -> tuple[Any, ...]:
        values = list(found)
        for number, decode in self.decoders:
            values[number] = decode(values[number])
        return tuple(values)

    def row(self, found: Sequence[Any]) -> SimpleNamespace:
        return SimpleNamespace(
            **{
                name: decode(one) if decode else one
                for (name, decode), one in zip(self.columns, found, strict=True)
            }
        )


def _settle(
    query: sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]], dialect: sa.Dialect
) -> _Settled:
    compiled = query.compile(dialect=dialect)
    constants = {}
    for name, bound in compiled.binds.items():
        if not bound.required:
            encode = bound.type.dialect_impl(dialect).bind_processor(dialect)
            constants[name] = encode(bound.value) if encode else bound.value
    return _Settled(
        str(compiled),
        constants,
        compiled.positiontup if compiled.positional else None,
        [
            (getattr(one, "name", ""), partial(one.type.dialect_impl(dialect).result_processor, dialect))
            for one in query.selected_columns
        ],
    )
