"""the people of a unit in the order of the roster

Revision: 0033, after 0032
"""

from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None

_NAME = 'ix_registration_of_unit'


def upgrade() -> None:
    op.drop_index(_NAME, 'registration')
    op.create_index(_NAME, 'registration', ['training_id', 'unit_id', 'sort_key', 'id'])


def downgrade() -> None:
    op.drop_index(_NAME, 'registration')
    op.create_index(_NAME, 'registration', ['training_id', 'unit_id'])
