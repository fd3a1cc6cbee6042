"""what a registration asks, the answers, and what was consented to

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('registration_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_registration_form_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration_form')),
    sa.UniqueConstraint('training_id', name=op.f('uq_registration_form_training_id'))
    )
    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('given_by', sa.Enum('person', 'unit', 'organiser', name='consentby', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(trim(text)) > 0', name=op.f('ck_consent_text_not_blank')),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_registration_id'), ['registration_id'], unique=False)
        batch_op.create_index('ix_consent_training_id_key', ['training_id', 'key'], unique=False)
        batch_op.create_index('uq_consent_in_force', ['registration_id', 'key'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('registration_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('value_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('keep_until', sa.Date(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(value = '') = (value_sealed IS NOT NULL)", name=op.f('ck_registration_answer_either_plain_or_sealed')),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration_answer')),
    sa.UniqueConstraint('registration_id', 'key', name=op.f('uq_registration_answer_registration_id_key'))
    )
    with op.batch_alter_table('registration_answer', schema=None) as batch_op:
        batch_op.create_index('ix_registration_answer_keep_until', ['keep_until'], unique=False, sqlite_where=sa.text('keep_until IS NOT NULL'), postgresql_where=sa.text('keep_until IS NOT NULL'))
        batch_op.create_index('ix_registration_answer_training_id_key', ['training_id', 'key'], unique=False)


def downgrade() -> None:
    for table in ('registration_answer', 'consent', 'registration_form'):
        op.drop_table(table)
