"""pictures of sites

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('site_picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('caption_zh', sa.String(length=200), nullable=False),
    sa.Column('caption_en', sa.String(length=300), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_key', sa.String(length=120), nullable=False),
    sa.Column('small_sha256', sa.String(length=64), nullable=False),
    sa.Column('small_file_key', sa.String(length=120), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(position IS NULL) = (removed_at IS NOT NULL)', name=op.f('ck_site_picture_placed_or_removed')),
    sa.CheckConstraint('position > 0', name=op.f('ck_site_picture_position_positive')),
    sa.CheckConstraint('size > 0 AND width > 0 AND height > 0', name=op.f('ck_site_picture_not_empty')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_site_picture_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_picture')),
    sa.UniqueConstraint('file_key', name=op.f('uq_site_picture_file_key')),
    sa.UniqueConstraint('site_id', 'position', name=op.f('uq_site_picture_site_id_position')),
    sa.UniqueConstraint('site_id', 'sha256', name=op.f('uq_site_picture_site_id_sha256')),
    sa.UniqueConstraint('small_file_key', name=op.f('uq_site_picture_small_file_key'))
    )
    op.create_index(op.f('ix_site_picture_removed_at'), 'site_picture', ['removed_at'])
    op.create_index(op.f('ix_site_picture_small_sha256'), 'site_picture', ['small_sha256'])


def downgrade() -> None:
    op.drop_table('site_picture')
