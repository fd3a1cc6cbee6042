"""requests about people's data, and how long it is kept

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('data_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('correction', 'deletion', name='requestkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('wanted', sa.JSON(), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.Column('status', sa.Enum('open', 'done', 'declined', name='requeststatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=120), nullable=False),
    sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f('ck_data_request_decided_unless_open')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_data_request_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_data_request_person_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_request'))
    )
    with op.batch_alter_table('data_request', schema=None) as batch_op:
        batch_op.create_index('ix_data_request_organisation_id_status_id', ['organisation_id', 'status', 'id'], unique=False)
        batch_op.create_index('uq_data_request_open', ['person_id', 'kind'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('retention_time',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Enum('id_number', 'contact', 'photo', 'mail', 'not_taking_part', name='kept', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.CheckConstraint('days >= 0', name=op.f('ck_retention_time_days_not_negative')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_retention_time_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_time')),
    sa.UniqueConstraint('organisation_id', 'kept', name=op.f('uq_retention_time_organisation_id_kept'))
    )
    op.create_table('retention_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('wiped', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_retention_run_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run')),
    sa.UniqueConstraint('organisation_id', 'day', name=op.f('uq_retention_run_organisation_id_day'))
    )
    with op.batch_alter_table('retention_run', schema=None) as batch_op:
        batch_op.create_index('ix_retention_run_organisation_id_id', ['organisation_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('retention_run')
    op.drop_table('retention_time')
    op.drop_table('data_request')
