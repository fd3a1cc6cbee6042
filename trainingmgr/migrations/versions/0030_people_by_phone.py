"""people found by phone and the sound of their name

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

_INDEX = 'ix_person_organisation_id_phone_pinyin'


def upgrade() -> None:
    known = sa.text("phone <> ''")
    op.create_index(_INDEX, 'person', ['organisation_id', 'phone', 'pinyin'], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    op.drop_index(_INDEX, table_name='person')
