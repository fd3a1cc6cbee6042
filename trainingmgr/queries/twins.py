"""Where two records cannot both be one: rows of a table that a merged one would have twice."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session


class Twin(NamedTuple):
    """A row of the record that goes, and the row of the one that stays which is its equal but for the record."""

    going: int
    staying: int


def twins(session: Session, column: sa.Column[Any], going: int, staying: int) -> list[Twin]:
    """The pairs that a uniqueness of the column's table would not let stand once they name one record."""
    found: dict[int, int] = {}
    for columns, condition in _uniqueness(column):
        others = [one for one in columns if one is not column]
        rows = {
            record: session.execute(
                sa.select(column.table.c.id, *others).where(column == record, condition).order_by("id")
            ).all()
            for record in (going, staying)
        }
        there = {tuple(row[1:]): row[0] for row in rows[staying]}
        for row in rows[going]:
            if tuple(row[1:]) in there:
                found[row[0]] = there[tuple(row[1:])]
    return [Twin(*pair) for pair in found.items()]


def _uniqueness(column: sa.Column[Any]) -> list[tuple[list[sa.Column[Any]], sa.ColumnElement[bool]]]:
    table = column.table
    if not isinstance(table, sa.Table):
        raise TypeError(column)
    found: list[tuple[list[sa.Column[Any]], sa.ColumnElement[bool]]] = [
        (list(one.columns), sa.true())
        for one in table.constraints
        if isinstance(one, sa.UniqueConstraint) and column in list(one.columns)
    ]
    for index in table.indexes:
        if index.unique and column in list(index.columns):
            condition = index.dialect_options["sqlite"]["where"]
            found.append((list(index.columns), sa.true() if condition is None else condition))
    return found
