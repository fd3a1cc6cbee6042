"""buses, and which of them goes along on which visit

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bus',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('plate', sa.String(length=20), nullable=False),
    sa.Column('driver', sa.String(length=60), nullable=False),
    sa.Column('driver_phone', sa.String(length=40), nullable=False),
    sa.Column('leader', sa.String(length=120), nullable=False),
    sa.Column('leader_phone', sa.String(length=40), nullable=False),
    sa.Column('leader_registration_id', sa.Integer(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint('seats > 0', name=op.f('ck_bus_seats_positive')),
    sa.CheckConstraint("leader = '' OR leader_registration_id IS NULL", name=op.f('ck_bus_one_leader')),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_bus_name_not_blank')),
    sa.ForeignKeyConstraint(['leader_registration_id'], ['registration.id'], name=op.f('fk_bus_leader_registration_id_registration'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_bus_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bus')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_bus_id_training_id')),
    sa.UniqueConstraint('training_id', 'name', name=op.f('uq_bus_training_id_name'))
    )
    op.create_index(op.f('ix_bus_leader_registration_id'), 'bus', ['leader_registration_id'])
    op.create_table('session_bus',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('bus_id', sa.Integer(), nullable=False),
    sa.Column('group_name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['bus_id', 'training_id'], ['bus.id', 'bus.training_id'], name='bus_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id', 'training_id'], ['training_session.id', 'training_session.training_id'], name='session_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_bus')),
    sa.UniqueConstraint('session_id', 'bus_id', 'group_name', name=op.f('uq_session_bus_session_id_bus_id_group_name'))
    )
    op.create_index('ix_session_bus_bus_id', 'session_bus', ['bus_id'])
    op.create_index('ix_session_bus_training_id', 'session_bus', ['training_id'])


def downgrade() -> None:
    for table in ('session_bus', 'bus'):
        op.drop_table(table)
