"""columns and filters that users keep for rosters

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('column_choice',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('use', sa.Enum('table', 'file', name='columnuse', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('columns', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_column_choice_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'use', name=op.f('pk_column_choice'))
    )
    op.create_table('saved_filter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('query', sa.String(length=600), nullable=False),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_saved_filter_name_not_blank')),
    sa.CheckConstraint('length(trim(query)) > 0', name=op.f('ck_saved_filter_query_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_saved_filter_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id', 'organisation_id'], ['training.id', 'training.organisation_id'], name='training_of_organisation', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_saved_filter_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filter'))
    )
    with op.batch_alter_table('saved_filter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_filter_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_filter_training_id'), ['training_id'], unique=False)
        batch_op.create_index('uq_saved_filter_of_organisation', ['user_id', 'organisation_id', 'name'], unique=True, sqlite_where=sa.text('training_id IS NULL'), postgresql_where=sa.text('training_id IS NULL'))
        batch_op.create_index('uq_saved_filter_of_training', ['user_id', 'training_id', 'name'], unique=True, sqlite_where=sa.text('training_id IS NOT NULL'), postgresql_where=sa.text('training_id IS NOT NULL'))


def downgrade() -> None:
    for table in ('saved_filter', 'column_choice'):
        op.drop_table(table)
