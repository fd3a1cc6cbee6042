"""What a merge or an import does to rows, noted step by step, so that it can be taken back."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.extensions import keyring, metadata
from trainingmgr.queries.kept_rows import given_back, kept
from trainingmgr.queries.schedule.versions import Places, name_again, name_another

_CHUNK = 5_000
# Past this many rows the record would weigh megabytes.
MAX_UNDO = 20_000

Row = dict[str, Any]


class Dropped(msgspec.Struct, tag=True):
    """Rows that were deleted."""

    table: str
    rows: list[Row]


class Moved(msgspec.Struct, tag=True):
    """Rows that referred to `old` and refer to `new`."""

    table: str
    column: str
    ids: list[int]
    old: int
    new: int


class Changed(msgspec.Struct, tag=True):
    """Single values of a row."""

    table: str
    id: int
    before: Row
    after: Row


class Added(msgspec.Struct, tag=True):
    """A row that was inserted."""

    table: str
    row: Row


class Renamed(msgspec.Struct, tag=True):
    """Places in published timetables that named the lecturer `old` and name `new`."""

    places: Places
    old: int
    new: int


Step = Dropped | Moved | Changed | Added | Renamed


class Record:
    """Does each step in the running transaction and notes it; `take_back` does them all backwards.

    A row that was added and is named by another one by then stays.
    """

    def __init__(self, session: Session, steps: Sequence[Step] = ()) -> None:
        self._session = session
        self.steps = list(steps)

    @property
    def rows(self) -> int:
        """How many rows it speaks of."""
        return sum(
            len(step.ids) if isinstance(step, Moved) else len(step.rows) if isinstance(step, Dropped) else 1
            for step in self.steps
        )

    def sealed(self, place: str) -> str:
        """The steps as text for the audit trail; sealed, since deleted rows hold names, phones and mail addresses."""
        return b64encode(keyring.seal(msgspec.json.encode(self.steps), place)).decode()

    @classmethod
    def opened(cls, session: Session, text: str, place: str) -> "Record":
        """The record that `sealed` gave for the same place."""
        plain = keyring.unseal_bytes(b64decode(text), place)
        return cls(session, msgspec.json.decode(plain, type=list[Step]))

    def move(self, column: sa.Column[Any], ids: Sequence[int], old: int, new: int) -> None:
        """Let the rows with these ids refer to `new` in place of `old`."""
        if ids:
            self._set(column, ids, old, new)
            self.steps.append(Moved(str(column.table.name), str(column.name), list(ids), old, new))

    def change(self, table: sa.Table, row_id: int, values: Row) -> None:
        """Set single values of a row."""
        before = self._values(table, row_id, values)
        self._session.execute(sa.update(table).where(table.c.id == row_id).values(values))
        self.steps.append(
            Changed(str(table.name), row_id, before or {}, self._values(table, row_id, values) or {})
        )

    def rename_lecturer(self, organisation_id: int, old: int, new: int) -> None:
        """Let the organisation's published timetables name another lecturer."""
        places = name_another(self._session, organisation_id, old, new)
        if places:
            self.steps.append(Renamed(places, old, new))

    def drop(self, table: sa.Table, ids: Sequence[int]) -> None:
        """Delete rows."""
        if ids:
            rows = self._session.execute(sa.select(table).where(table.c.id.in_(ids))).mappings()
            self.steps.append(Dropped(str(table.name), [kept(row) for row in rows]))
            self._session.execute(sa.delete(table).where(table.c.id.in_(ids)))

    def add(self, table: sa.Table, values: Row) -> int:
        """Insert a row and give its id."""
        made = self._session.execute(sa.insert(table).values(values).returning(*table.c)).mappings().one()
        self.steps.append(Added(str(table.name), kept(made)))
        return cast("int", made["id"])

    @contextmanager
    def watching(self, rows: Mapping[sa.Table, sa.ColumnElement[bool]]) -> Iterator[None]:
        """Note what the block adds to and changes of such rows, by whichever way. Tables that others name go first.

        Versions are not noted; rows that are deleted are not either.
        """
        before = {table: self._all(table, which) for table, which in rows.items()}
        yield
        for table, which in rows.items():
            for row_id, row in self._all(table, which).items():
                former = before[table].get(row_id)
                if former is None:
                    self.steps.append(Added(str(table.name), row))
                    continue
                names = [name for name in row if row[name] != former[name] and name != "version"]
                if names:
                    was, now = ({name: one[name] for name in names} for one in (former, row))
                    self.steps.append(Changed(str(table.name), row_id, was, now))

    def _all(self, table: sa.Table, which: sa.ColumnElement[bool]) -> dict[int, Row]:
        found = self._session.execute(sa.select(table).where(which).order_by(table.c.id)).mappings()
        return {row["id"]: kept(row) for row in found}

    def take_back(self) -> int:
        """Undo every step; how many rows somebody has changed since, which stay as they are.

        Raises IntegrityError where something stands in the way of a row that was deleted.
        """
        return sum(self._back(step) for step in reversed(self.steps))

    def _back(self, step: Step) -> int:
        if isinstance(step, Renamed):
            return name_again(self._session, step.places, step.new, step.old)
        table = metadata.tables[step.table]
        if isinstance(step, Dropped):
            for row in step.rows:
                self._session.execute(sa.insert(table).values(given_back(table, row)))
            return 0
        if isinstance(step, Moved):
            return len(step.ids) - self._set(table.c[step.column], step.ids, step.new, step.old)
        if isinstance(step, Added):
            # Whatever changes a row raises its version, another undo too that left the rest as it was.
            added = {name: value for name, value in step.row.items() if name != "version"}
            if self._values(table, step.row["id"], added) != added or self._named(table, step.row["id"]):
                return 1
            self._session.execute(sa.delete(table).where(table.c.id == step.row["id"]))
            return 0
        if self._values(table, step.id, step.after) != step.after:
            return 1
        values = given_back(table, step.before)
        self._session.execute(sa.update(table).where(table.c.id == step.id).values(values))
        return 0

    def _named(self, table: sa.Table, row_id: int) -> bool:
        """Tell whether a row of any table refers to this one."""
        named = [
            sa.exists().where(column == row_id)
            for other in metadata.tables.values()
            for column in other.columns
            if any(key.column is table.c.id for key in column.foreign_keys)
        ]
        return bool(named) and bool(self._session.scalar(sa.select(sa.or_(*named))))

    def _values(self, table: sa.Table, row_id: int, names: Row) -> Row | None:
        columns = [table.c[name] for name in names]
        row = self._session.execute(sa.select(*columns).where(table.c.id == row_id)).mappings().first()
        return kept(row) if row else None

    def _set(self, column: sa.Column[Any], ids: Sequence[int], old: int, new: int) -> int:
        table = column.table
        changed = 0
        for some in _chunks(ids):
            result = self._session.execute(
                sa.update(table).where(table.c.id.in_(some), column == old).values({column.name: new})
            )
            changed += cast("sa.CursorResult[Any]", result).rowcount
        return changed


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
