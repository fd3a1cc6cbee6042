"""registration open to whoever has the address

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('open_registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('waitlist', sa.Boolean(), nullable=False),
    sa.Column('approval', sa.Boolean(), nullable=False),
    sa.Column('shows_places', sa.Boolean(), nullable=False),
    sa.Column('notice_zh', sa.Text(), nullable=False),
    sa.Column('notice_en', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('capacity IS NULL OR capacity > 0', name=op.f('ck_open_registration_capacity_positive')),
    sa.CheckConstraint('opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at', name=op.f('ck_open_registration_times_in_order')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_open_registration_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_registration')),
    sa.UniqueConstraint('training_id', name=op.f('uq_open_registration_training_id'))
    )
    op.create_table('own_registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=True),
    sa.Column('once', sa.String(length=32), nullable=True),
    sa.Column('by_form', sa.Boolean(), nullable=False),
    sa.Column('new_person', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('link_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_own_registration_language')),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_registration')),
    sa.UniqueConstraint('key', name=op.f('uq_own_registration_key')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_own_registration_registration_id')),
    sa.UniqueConstraint('training_id', 'once', name=op.f('uq_own_registration_training_id_once')),
    sa.UniqueConstraint('uid', name=op.f('uq_own_registration_uid'))
    )
    with op.batch_alter_table('own_registration', schema=None) as batch_op:
        batch_op.create_index('ix_own_registration_training_id_by_form', ['training_id', 'by_form'], unique=False)


def downgrade() -> None:
    for table in ('own_registration', 'open_registration'):
        op.drop_table(table)
