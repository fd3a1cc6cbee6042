"""Counts the statements that a piece of code sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from trainingmgr.extensions import db
from trainingmgr.queries.prepared import Prepared


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent inside the block, in order; BEGIN and PRAGMA are left out."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    read = Prepared.undecoded

    def read_and_note(query: Prepared, *args: Any, **values: Any) -> Any:
        # It goes past SQLAlchemy, whose events so tell nothing of it.
        sent.append(str(query.query))
        return read(query, *args, **values)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Prepared, "undecoded", read_and_note)
            yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
