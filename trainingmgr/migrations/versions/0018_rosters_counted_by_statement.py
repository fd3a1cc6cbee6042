"""rosters counted once a statement on PostgreSQL

Revision: 0018, after 0017

A trigger for each row changed one row of counts ten thousand times in an import, and each time left its former
self behind for the next to pass by.
"""

from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

# Rows of counts are taken in one order, so that two statements never hold what the other waits for.
_COUNT = """
    INSERT INTO registration_tally (training_id, status, people)
    SELECT training_id, status, sum(people) FROM ({rows}) AS moved
    GROUP BY training_id, status HAVING sum(people) <> 0 ORDER BY training_id, status
    ON CONFLICT (training_id, status) DO UPDATE SET people = registration_tally.people + excluded.people
"""
_CAME = "SELECT training_id, status, 1 AS people FROM came"
_WENT = "SELECT training_id, status, -1 AS people FROM went"
_BY_STATEMENT = {
    'insert': (_CAME, "REFERENCING NEW TABLE AS came"),
    'delete': (_WENT, "REFERENCING OLD TABLE AS went"),
    'update': (f"{_CAME} UNION ALL {_WENT}", "REFERENCING NEW TABLE AS came OLD TABLE AS went"),
}
_ADD = (
    "INSERT INTO registration_tally (training_id, status, people) VALUES (NEW.training_id, NEW.status, 1) "
    "ON CONFLICT (training_id, status) DO UPDATE SET people = registration_tally.people + 1;"
)
_TAKE = "UPDATE registration_tally SET people = people - 1 WHERE training_id = OLD.training_id AND status = OLD.status;"
_BY_ROW = {
    'insert': (_ADD, "INSERT", ""),
    'delete': (_TAKE, "DELETE", ""),
    'update': (
        f"{_TAKE} {_ADD}",
        "UPDATE OF status, training_id",
        "WHEN (OLD.status <> NEW.status OR OLD.training_id <> NEW.training_id)",
    ),
}


def _replace(name: str, body: str) -> None:
    op.execute(f"DROP TRIGGER registration_tally_{name} ON registration")
    op.execute(
        f"CREATE OR REPLACE FUNCTION registration_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {body} RETURN NULL; END $$"
    )


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        return
    for name, (rows, tables) in _BY_STATEMENT.items():
        _replace(name, f"{_COUNT.format(rows=rows)};")
        op.execute(
            f"CREATE TRIGGER registration_tally_{name} AFTER {name.upper()} ON registration {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION registration_tally_{name}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        return
    for name, (body, when, condition) in _BY_ROW.items():
        _replace(name, body)
        op.execute(
            f"CREATE TRIGGER registration_tally_{name} AFTER {when} ON registration FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION registration_tally_{name}()"
        )
