"""why somebody left is told once, on the registration

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('nomination', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_column('reason')


def downgrade() -> None:
    with op.batch_alter_table('nomination', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('reason', sa.String(length=200), nullable=False, server_default=''))
    with op.batch_alter_table('nomination', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.alter_column('reason', server_default=None)
