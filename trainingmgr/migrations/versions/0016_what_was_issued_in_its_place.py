"""certificates found by the one that they stand for

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_REPLACING = sa.text("replaces_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index('ix_certificate_replaces_id', ['replaces_id'], unique=False, sqlite_where=_REPLACING, postgresql_where=_REPLACING)


def downgrade() -> None:
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('ix_certificate_replaces_id')
