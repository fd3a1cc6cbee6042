"""places offered to units, and whom they name

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('nomination_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_nomination_link_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_nomination_link_unit_id_unit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination_link')),
    sa.UniqueConstraint('key', name=op.f('uq_nomination_link_key'))
    )
    with op.batch_alter_table('nomination_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nomination_link_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_nomination_link_in_force', ['training_id', 'unit_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.create_table('nomination_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('text_zh', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('late_replacement', sa.Boolean(), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('file_key', sa.String(length=120), nullable=True),
    sa.CheckConstraint('(file_key IS NULL) = (sha256 IS NULL)', name=op.f('ck_nomination_notice_file_whole')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_nomination_notice_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination_notice')),
    sa.UniqueConstraint('training_id', name=op.f('uq_nomination_notice_training_id'))
    )
    op.create_table('nomination_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_key', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_nomination_receipt_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_nomination_receipt_unit_id_unit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination_receipt')),
    sa.UniqueConstraint('file_key', name=op.f('uq_nomination_receipt_file_key'))
    )
    with op.batch_alter_table('nomination_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_nomination_receipt_training_id_unit_id', ['training_id', 'unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_receipt_unit_id'), ['unit_id'], unique=False)

    op.create_table('quota_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('post', sa.String(length=120), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('over', sa.Enum('refuse', 'waitlist', name='overquota', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['category_id', 'training_id'], ['category.id', 'category.training_id'], name='category_of_training'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_quota_line_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quota_line')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_quota_line_id_training_id')),
    sa.UniqueConstraint('training_id', 'position', name=op.f('uq_quota_line_training_id_position'))
    )
    op.create_table('nomination',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=True),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('source', sa.String(length=160), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('double_of_id', sa.Integer(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(registration_id IS NULL) = (sent_at IS NULL)', name=op.f('ck_nomination_sent_is_registered')),
    sa.CheckConstraint('registration_id IS NULL OR line_id IS NOT NULL', name=op.f('ck_nomination_sent_has_line')),
    sa.ForeignKeyConstraint(['double_of_id'], ['registration.id'], name=op.f('fk_nomination_double_of_id_registration'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['line_id', 'training_id'], ['quota_line.id', 'quota_line.training_id'], name='line_of_training'),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['replaces_id'], ['nomination.id'], name=op.f('fk_nomination_replaces_id_nomination'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_nomination_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_nomination_unit_id_unit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_nomination_registration_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_nomination_uid'))
    )
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nomination_double_of_id'), ['double_of_id'], unique=False)
        batch_op.create_index('ix_nomination_line_id_unit_id', ['line_id', 'unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_replaces_id'), ['replaces_id'], unique=False)
        batch_op.create_index('ix_nomination_training_id_unit_id', ['training_id', 'unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_unit_id'), ['unit_id'], unique=False)

    op.create_table('quota_place',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.CheckConstraint('places >= 0', name=op.f('ck_quota_place_places_not_negative')),
    sa.ForeignKeyConstraint(['line_id', 'training_id'], ['quota_line.id', 'quota_line.training_id'], name='line_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_quota_place_unit_id_unit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quota_place')),
    sa.UniqueConstraint('line_id', 'unit_id', name=op.f('uq_quota_place_line_id_unit_id'))
    )
    with op.batch_alter_table('quota_place', schema=None) as batch_op:
        batch_op.create_index('ix_quota_place_training_id_unit_id', ['training_id', 'unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_quota_place_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    for table in ('nomination_receipt', 'nomination_link', 'nomination_notice', 'nomination', 'quota_place', 'quota_line'):
        op.drop_table(table)
