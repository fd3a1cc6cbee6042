"""large rosters indexed for searching, and pinyin found from every syllable on

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

_CHANGED = "OLD.search_text <> NEW.search_text OR OLD.sort_key <> NEW.sort_key OR OLD.training_id <> NEW.training_id"
_COLUMNS = "search_text, sort_key, training_id"
_FORGET = "DELETE FROM roster_gram WHERE registration_id = OLD.id"
_MARK = "UPDATE registration SET indexed = 0 WHERE id = NEW.id"
_TRIGGER = 'registration_not_indexed'


def _words(text: str, sort_key: str) -> str:
    """The text with what begins at the later syllables, in pinyin and initials, before the last word."""
    syllables = sort_key.casefold().split()
    later = ["".join(syllables[start:]) for start in range(1, len(syllables))]
    later += ["".join(one[0] for one in syllables[start:]) for start in range(1, len(syllables))]
    first, space, last = text.rpartition(" ")
    return " ".join(dict.fromkeys([*first.split(), *later, *([last] if space else [text])]))


def upgrade() -> None:
    op.create_table('roster_gram',
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('gram', sa.String(length=6), nullable=False),
    sa.Column('sort_key', sa.String(length=240), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_roster_gram_registration_id_registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_roster_gram_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('training_id', 'gram', 'sort_key', 'registration_id', name=op.f('pk_roster_gram')),
    sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_roster_gram_registration_id'), 'roster_gram', ['registration_id'])
    op.add_column('registration', sa.Column('indexed', sa.Boolean(), server_default=sa.false(), nullable=False))
    connection = op.get_bind()
    table = sa.table('registration', sa.column('id'), sa.column('search_text'), sa.column('sort_key'))
    rows = connection.execute(sa.select(table.c.id, table.c.search_text, table.c.sort_key)).all()
    changes = [{'row_id': row.id, 'text': _words(row.search_text, row.sort_key)} for row in rows]
    if changes:
        change = sa.update(table).where(table.c.id == sa.bindparam('row_id')).values(search_text=sa.bindparam('text'))
        connection.execute(change, changes)
    op.create_index('ix_registration_not_indexed', 'registration', ['training_id', 'indexed', 'sort_key', 'id'], sqlite_where=sa.text('indexed = 0'), postgresql_where=sa.text('NOT indexed'))
    op.create_index('ix_registration_of_unit', 'registration', ['training_id', 'unit_id'])
    if connection.dialect.name == 'sqlite':
        op.execute(
            f"CREATE TRIGGER {_TRIGGER} AFTER UPDATE OF {_COLUMNS} ON registration FOR EACH ROW "
            f"WHEN OLD.indexed = 1 AND ({_CHANGED}) BEGIN {_FORGET}; {_MARK}; END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {_TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {_FORGET}; NEW.indexed := false; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_TRIGGER} BEFORE UPDATE OF {_COLUMNS} ON registration FOR EACH ROW "
        f"WHEN (OLD.indexed AND ({_CHANGED})) EXECUTE FUNCTION {_TRIGGER}()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f"DROP TRIGGER {_TRIGGER}")
    else:
        op.execute(f"DROP TRIGGER {_TRIGGER} ON registration")
        op.execute(f"DROP FUNCTION {_TRIGGER}()")
    for index in ('ix_registration_of_unit', 'ix_registration_not_indexed'):
        op.drop_index(index, table_name='registration')
    op.drop_column('registration', 'indexed')
    op.drop_table('roster_gram')
