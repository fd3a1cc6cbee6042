"""Queries that are settled once, for pages that the public asks for by the thousand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa


class Prepared:
    """A query whose statement, constants and columns are settled once; what is run then is the driver's own call.

    SQLAlchemy takes some ten times as long to have a statement executed as SQLite takes to find a row among a
    million by its index. Columns are decoded as SQLAlchemy decodes them, of whichever database.
    """

    def __init__(self, query: sa.Select[Any]) -> None:
        self.query = query
        self._settled: dict[str, _Settled] = {}

    def first(self, engine: sa.Engine, **texts: str) -> SimpleNamespace | None:
        """The first row, its columns as attributes, or None; `texts` are the values of the query's parameters.

        It is what was committed last, read on a connection of its own.
        """
        dialect = engine.dialect
        if dialect.name not in self._settled:
            self._settled[dialect.name] = _settle(self.query, dialect)
        settled = self._settled[dialect.name]
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(settled.statement, settled.values(texts))
            found = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
        return settled.row(found) if found is not None else None


@dataclass(frozen=True, slots=True)
class _Settled:
    statement: str
    constants: Mapping[str, Any]
    order: Sequence[str] | None
    columns: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, texts: Mapping[str, str]) -> Any:
        named = {**self.constants, **texts}
        return [named[name] for name in self.order] if self.order is not None else named

    def row(self, found: Sequence[Any]) -> SimpleNamespace:
        return SimpleNamespace(
            **{
                name: decode(one) if decode else one
                for (name, decode), one in zip(self.columns, found, strict=True)
            }
        )


def _settle(query: sa.Select[Any], dialect: sa.Dialect) -> _Settled:
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
            (column.name, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in query.selected_columns
        ],
    )
