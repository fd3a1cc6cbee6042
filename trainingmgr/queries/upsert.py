"""Insert a row, or change the one that stands in its way: in one statement, on either database."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainingmgr.extensions import Model

# A statement may hold 32,766 values in SQLite.
_VALUES = 30_000


def upsert(
    session: Session,
    model: type[Model],
    keys: Sequence[str],
    rows: Sequence[dict[str, Any]],
    *,
    overwrite: bool = True,
) -> None:
    """Write `rows`, all with the same columns, into the model's table; `keys` name its unique columns.

    Of two writers of one row the later wins, whole; without `overwrite` the first does. Give the rows in the order of their keys, so
    that two writers of many rows cannot wait for each other.
    """
    if not rows:
        return
    table = cast(sa.Table, model.__table__)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    at_once = max(1, _VALUES // len(rows[0]))
    for start in range(0, len(rows), at_once):
        statement = insert(table).values(list(rows[start : start + at_once]))
        if not overwrite:
            session.execute(statement.on_conflict_do_nothing(index_elements=list(keys)))
            continue
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changed))
