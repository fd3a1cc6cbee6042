"""people told apart, and merges that can be taken back

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('apart_people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_apart_people_in_order')),
    sa.ForeignKeyConstraint(['high_id'], ['person.id'], name=op.f('fk_apart_people_high_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['low_id'], ['person.id'], name=op.f('fk_apart_people_low_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apart_people')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_apart_people_low_id_high_id'))
    )
    op.create_index(op.f('ix_apart_people_high_id'), 'apart_people', ['high_id'])
    op.create_table('person_merge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('kept_id', sa.Integer(), nullable=False),
    sa.Column('gone_id', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('photo', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entry.id'], name=op.f('fk_person_merge_entry_id_audit_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['kept_id'], ['person.id'], name=op.f('fk_person_merge_kept_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_merge')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_person_merge_entry_id'))
    )
    op.create_index(op.f('ix_person_merge_created_at'), 'person_merge', ['created_at'])
    op.create_index(op.f('ix_person_merge_kept_id'), 'person_merge', ['kept_id'])


def downgrade() -> None:
    for table in ('person_merge', 'apart_people'):
        op.drop_table(table)
