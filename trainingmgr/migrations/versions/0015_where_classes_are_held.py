"""rooms, and where sites lie and when they are open

Revision: 0015, after 0014
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

_COLUMNS: tuple[tuple[str, Any], ...] = (
    ('latitude', sa.Double()), ('longitude', sa.Double()), ('opens_at', sa.Time()), ('closes_at', sa.Time()),
    ('capacity', sa.Integer()),
)
_CHECKS = (
    ('opening_whole', '(opens_at IS NULL) = (closes_at IS NULL)'),
    ('opening_in_order', 'closes_at > opens_at'),
    ('capacity_positive', 'capacity > 0'),
    ('located_whole', '(latitude IS NULL) = (longitude IS NULL)'),
    ('latitude_on_earth', 'latitude BETWEEN -90 AND 90'),
    ('longitude_on_earth', 'longitude BETWEEN -180 AND 180'),
)


def upgrade() -> None:
    op.create_table('venue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=240), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint('capacity > 0', name=op.f('ck_venue_capacity_positive')),
    sa.CheckConstraint('(latitude IS NULL) = (longitude IS NULL)', name=op.f('ck_venue_located_whole')),
    sa.CheckConstraint('latitude BETWEEN -90 AND 90', name=op.f('ck_venue_latitude_on_earth')),
    sa.CheckConstraint('longitude BETWEEN -180 AND 180', name=op.f('ck_venue_longitude_on_earth')),
    sa.CheckConstraint('length(trim(name_zh)) > 0', name=op.f('ck_venue_name_zh_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_venue_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venue')),
    sa.UniqueConstraint('organisation_id', 'name_zh', name=op.f('uq_venue_organisation_id_name_zh'))
    )
    with op.batch_alter_table('site', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, kind in _COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        for name in ('taught_zh', 'taught_en'):
            batch_op.add_column(sa.Column(name, sa.String(length=500), nullable=False, server_default=''))
    with op.batch_alter_table('site', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name in ('taught_zh', 'taught_en'):
            batch_op.alter_column(name, server_default=None)
        for name, rule in _CHECKS:
            batch_op.create_check_constraint(op.f('ck_site_' + name), rule)


def downgrade() -> None:
    with op.batch_alter_table('site', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, _rule in _CHECKS:
            batch_op.drop_constraint(op.f('ck_site_' + name), type_='check')
    with op.batch_alter_table('site', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name in ('taught_en', 'taught_zh', *(name for name, _kind in reversed(_COLUMNS))):
            batch_op.drop_column(name)
    op.drop_table('venue')
