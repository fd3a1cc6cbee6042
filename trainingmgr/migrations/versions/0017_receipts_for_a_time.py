"""how long stamped receipts of units are kept

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

_BEFORE = ('id_number', 'contact', 'photo', 'mail', 'not_taking_part')
_SINCE = ('id_number', 'contact', 'photo', 'mail', 'receipt', 'not_taking_part')


def _hold(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table('retention_time', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f('ck_retention_time_kept'), type_="check")
        batch_op.create_check_constraint(op.f('ck_retention_time_kept'), f"kept IN ({listed})")


def upgrade() -> None:
    _hold(_SINCE)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM retention_time WHERE kept = 'receipt'"))
    _hold(_BEFORE)
