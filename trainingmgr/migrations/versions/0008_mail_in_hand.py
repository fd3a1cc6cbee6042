"""mails are taken by lease before they are begun, and sent to many at once

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('mail_message', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('batch', sa.String(length=24), nullable=False, server_default=''))
        batch_op.alter_column('error', new_column_name='answer', existing_type=sa.String(length=300), existing_nullable=False)
        batch_op.drop_constraint(op.f('ck_mail_message_sending_has_lease'), type_='check')
        batch_op.create_check_constraint(op.f('ck_mail_message_sending_has_lease'), "status <> 'sending' OR lease_until IS NOT NULL")
        batch_op.create_check_constraint(op.f('ck_mail_message_lease_under_way'), "lease_until IS NULL OR status IN ('queued', 'sending')")
    with op.batch_alter_table('mail_message', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.alter_column('batch', server_default=None)
        batch_op.create_index('uq_mail_message_batch_registration_id', ['batch', 'registration_id'], unique=True, sqlite_where=sa.text("batch <> ''"), postgresql_where=sa.text("batch <> ''"))


def downgrade() -> None:
    op.execute("UPDATE mail_message SET lease_until = NULL WHERE status = 'queued'")
    with op.batch_alter_table('mail_message', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_index('uq_mail_message_batch_registration_id')
        batch_op.drop_column('batch')
        batch_op.drop_constraint(op.f('ck_mail_message_lease_under_way'), type_='check')
        batch_op.drop_constraint(op.f('ck_mail_message_sending_has_lease'), type_='check')
        batch_op.create_check_constraint(op.f('ck_mail_message_sending_has_lease'), "(status = 'sending') = (lease_until IS NOT NULL)")
        batch_op.alter_column('answer', new_column_name='error', existing_type=sa.String(length=300), existing_nullable=False)
