"""What names a record, found from the tables themselves so that none is forgotten."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from trainingmgr.extensions import Model, metadata


def references_to(model: type[Model]) -> tuple[sa.Column[Any], ...]:
    """Every column that refers to a row of the model, in the order of its table and name.

    Tables whose `info` says that they go along are left out: nothing is lost with them but themselves.
    """
    return pointing_at(model.__tablename__)


@cache
def pointing_at(table_name: str) -> tuple[sa.Column[Any], ...]:
    """As `references_to`, for the table of this name."""
    found = [
        column
        for table in metadata.tables.values()
        if not table.info.get("goes_along")
        for column in table.columns
        if any(key.column.table.name == table_name and key.column.name == "id" for key in column.foreign_keys)
    ]
    return tuple(sorted(found, key=lambda one: (one.table.name, one.name)))
