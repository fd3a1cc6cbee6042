"""Backups: one archive with every table and every file that a row has, that goes back into either database.

The archive is a zip: `manifest.json`, `tables/<name>.jsonl` (a row a line, values in the order of the
manifest's columns), `files/<key>`. The manifest names the rows and the SHA-256 of each table and each
file. Keys are never part of it; the manifest holds their fingerprint, by which a restore tells what
will not open, and the last id that each table gave, so that what tells of rows that are gone never
comes to mean others.

Left out: rosters and photographs between preview and confirmation, which live for a day, and the registration
counts, which the database keeps itself.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa

import trainingmgr.models  # noqa: F401 - registers every table
from trainingmgr import __version__
from trainingmgr.extensions import keyring, metadata

FORMAT = 1
_LEFT_OUT = {"registration_tally", "import_draft", "photo_batch", "batch_photo", "installation"}
CHUNK = 1000
BLOCK = 1 << 20

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What an archive holds, and whether this installation's keys open it."""

    created_at: datetime
    version: str
    key_fingerprint: str
    keys_match: bool
    tables: dict[str, int]
    files: int

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


@dataclass(slots=True)
class Manifest:
    """The archive's table of contents."""

    created_at: str
    revision: str
    key_fingerprint: str
    version: str = __version__
    format: int = FORMAT
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_ids: dict[str, int] = field(default_factory=dict)

    def dump(self) -> str:
        """The manifest as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def report(self) -> Report:
        """What a person wants to know of the archive."""
        return Report(
            created_at=datetime.fromisoformat(self.created_at),
            version=self.version,
            key_fingerprint=self.key_fingerprint,
            keys_match=self.key_fingerprint == keyring.fingerprint(),
            tables={name: entry["rows"] for name, entry in self.tables.items()},
            files=len(self.files),
        )


class Steps:
    """Counts what is done of a known whole, and tells the caller."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def add(self, count: int = 1) -> None:
        """Count `count` more rows or files as done."""
        self._done += count
        self._progress(self._done, self._total)


def all_tables() -> list[sa.Table]:
    """The tables of a backup, those first that others point to."""
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # The databases give one number with different trailing zeros.
        return format(value.normalize(), "f")
    return value


def typed(column: sa.Column[Any], value: Any) -> Any:
    """The value that `plain` was given for `column`."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.types.TypeDecorator):
        implementation = kind.impl_instance
        if isinstance(implementation, sa.DateTime):
            return datetime.fromisoformat(value)
        if isinstance(implementation, sa.Numeric):
            return Decimal(value)
    return value
