"""units told apart

Revision: 0031, after 0030
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('apart_units',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_apart_units_in_order')),
    sa.ForeignKeyConstraint(['high_id'], ['unit.id'], name=op.f('fk_apart_units_high_id_unit'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['low_id'], ['unit.id'], name=op.f('fk_apart_units_low_id_unit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apart_units')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_apart_units_low_id_high_id'))
    )
    op.create_index(op.f('ix_apart_units_high_id'), 'apart_units', ['high_id'])


def downgrade() -> None:
    op.drop_table('apart_units')
