"""sessions that are for some groups alone

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('session_group',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('group_name', sa.String(length=40), nullable=False),
    sa.CheckConstraint('length(trim(group_name)) > 0', name=op.f('ck_session_group_group_name_not_blank')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_session_group_session_id_training_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', 'group_name', name=op.f('pk_session_group'))
    )


def downgrade() -> None:
    op.drop_table('session_group')
