"""what lecturers teach, and when they can come

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

_TEXTS = (('topics_zh', 300), ('topics_en', 300), ('languages', 120))


def upgrade() -> None:
    with op.batch_alter_table('lecturer', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, length in _TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
    with op.batch_alter_table('lecturer', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, _length in _TEXTS:
            batch_op.alter_column(name, server_default=None)
    op.create_table('lecturer_window',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_lecturer_window_times_in_order')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_lecturer_window_lecturer_id_lecturer'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecturer_window'))
    )
    with op.batch_alter_table('lecturer_window', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.create_index('ix_lecturer_window_lecturer_id_starts_at', ['lecturer_id', 'starts_at'], unique=False)


def downgrade() -> None:
    op.drop_table('lecturer_window')
    with op.batch_alter_table('lecturer', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, _length in reversed(_TEXTS):
            batch_op.drop_column(name)
