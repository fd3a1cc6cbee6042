"""photographs

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

_SOME = "photo <> ''"


def upgrade() -> None:
    op.create_table('photo_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('former', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_photo_batch_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_photo_batch_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_batch')),
    sa.UniqueConstraint('uid', name=op.f('uq_photo_batch_uid'))
    )
    for column in ('training_id', 'user_id', 'created_at'):
        op.create_index(op.f(f'ix_photo_batch_{column}'), 'photo_batch', [column], unique=False)
    op.create_table('batch_photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('fault', sa.String(length=40), nullable=False),
    sa.Column('fault_values', sa.JSON(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('replaced_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("(content_sealed IS NULL) = (sha256 = '')", name=op.f('ck_batch_photo_content_whole')),
    sa.ForeignKeyConstraint(['batch_id'], ['photo_batch.id'], name=op.f('fk_batch_photo_batch_id_photo_batch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_batch_photo_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_batch_photo_registration_id_registration'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_photo')),
    sa.UniqueConstraint('batch_id', 'position', name=op.f('uq_batch_photo_batch_id_position'))
    )
    for column in ('registration_id', 'person_id'):
        op.create_index(op.f(f'ix_batch_photo_{column}'), 'batch_photo', [column], unique=False)
    op.create_index('ix_person_photo', 'person', ['photo'], unique=False, sqlite_where=sa.text(_SOME), postgresql_where=sa.text(_SOME))


def downgrade() -> None:
    op.drop_index('ix_person_photo', table_name='person')
    op.drop_table('batch_photo')
    op.drop_table('photo_batch')
