"""breaks as a kind of session of their own

Revision: 0037, after 0036
"""

from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

_KIND = 'ck_training_session_sessionkind'
_BEFORE = ('opening', 'lecture', 'exchange', 'briefing', 'discussion', 'site_visit', 'meal', 'transfer', 'closing')


def _kinds(kinds: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table('training_session', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f(_KIND), type_='check')
        batch_op.create_check_constraint(op.f(_KIND), f'kind IN ({listed})')


def upgrade() -> None:
    _kinds((*_BEFORE, 'break'))


def downgrade() -> None:
    op.execute("UPDATE training_session SET kind = 'meal' WHERE kind = 'break'")
    _kinds(_BEFORE)
