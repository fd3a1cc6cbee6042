"""Rows of any table as plain JSON and back, for an undo that puts back exactly what was there."""

from base64 import b64decode, b64encode
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa


def kept(row: sa.RowMapping) -> dict[str, Any]:
    """A row as JSON holds it."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def given_back(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """A kept row as the table takes it."""
    return {name: _typed(table.c[name].type, value) for name, value in row.items() if name in table.c}


def _typed(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if issubclass(kind.python_type, bytes):
        return b64decode(value)
    if issubclass(kind.python_type, Decimal):
        return Decimal(value)
    if issubclass(kind.python_type, datetime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if issubclass(kind.python_type, date) else value
