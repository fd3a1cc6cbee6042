"""sample rooms and tables

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

_TABLES = ('lodging_room', 'dining_table')


def upgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.add_column(sa.Column('is_sample', sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in _TABLES:
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.alter_column('is_sample', server_default=None)


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.drop_column('is_sample')
