"""no id given twice on SQLite either

Revision: 0038, after 0037

A table is made anew from its own text, since reflecting it would lose what SQLAlchemy does not reflect.
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

_KEY = r',\s*CONSTRAINT "?pk_\w+"? PRIMARY KEY \(id\)'
_PLAIN = 'id INTEGER NOT NULL'
_COUNTED = 'id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT'
# What the audit trail calls rows otherwise than their tables.
_CALLED = {'mail': 'mail_message', 'session': 'training_session'}


def _counted(_name: str, text: str) -> str:
    return re.sub(_KEY, '', text, count=1).replace(f'\t{_PLAIN},', f'\t{_COUNTED},', 1)


def _plain(name: str, text: str) -> str:
    body, end, rest = text.replace(_COUNTED, _PLAIN, 1).rpartition('\n)')
    return f'{body}, \n\tCONSTRAINT pk_{name} PRIMARY KEY (id){end}{rest}'


def _make_anew(name: str, text: str) -> None:
    connection = op.get_bind()
    indexes = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)
    ).scalars().all()
    anew = re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "_anew_{name}"', text, count=1)
    for statement in (
        anew,
        f'INSERT INTO "_anew_{name}" SELECT * FROM "{name}"',  # nosec B608 - our own table
        f'DROP TABLE "{name}"',
        f'ALTER TABLE "_anew_{name}" RENAME TO "{name}"',
        *indexes,
    ):
        connection.exec_driver_sql(statement)


def _make_all_anew(mark: str, change: Callable[[str, str], str]) -> list[str]:
    connection = op.get_bind()
    # They would be gone with their tables, and those of others stand in the way of giving a table its name.
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _text in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    changed = [(name, text) for name, text in tables if re.search(mark, text)]
    for name, text in changed:
        _make_anew(name, change(name, text))
    for _name, text in triggers:
        connection.exec_driver_sql(text)
    return [name for name, _text in changed]


def _never_below(names: list[str]) -> None:
    """Rows that are gone by now are named by the audit trail."""
    connection = op.get_bind()
    told = "SELECT subject_type, max(subject_id) FROM audit_entry WHERE subject_id IS NOT NULL GROUP BY subject_type"
    for subject, highest in connection.exec_driver_sql(told).all():
        name = _CALLED.get(subject, subject)
        if name not in names:
            continue
        seq = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
        last = max(highest, connection.exec_driver_sql(seq, (name,)).scalar_one())
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        _never_below(_make_all_anew(_KEY, _counted))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        _make_all_anew(_COUNTED, _plain)
