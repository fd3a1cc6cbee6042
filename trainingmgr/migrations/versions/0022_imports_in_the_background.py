"""imports that a worker does, with how far they are

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_KIND = 'ck_job_jobkind'
_STEPS = 'ck_job_steps_in_range'


def upgrade() -> None:
    with op.batch_alter_table('job', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('steps', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('steps_done', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(op.f(_STEPS), 'steps_done BETWEEN 0 AND steps')
        batch_op.drop_constraint(op.f(_KIND), type_='check')
        batch_op.create_check_constraint(op.f(_KIND), "kind IN ('issue', 'mail', 'import')")


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'import'")
    with op.batch_alter_table('job', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f(_KIND), type_='check')
        batch_op.create_check_constraint(op.f(_KIND), "kind IN ('issue', 'mail')")
        batch_op.drop_constraint(op.f(_STEPS), type_='check')
        batch_op.drop_column('steps_done')
        batch_op.drop_column('steps')
