"""units in full

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from trainingmgr.domain.unit import key_of, unit_keys

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

_TEXTS = (
    ('name_key', sa.String(240)), ('pinyin', sa.String(240)), ('search_text', sa.Text()), ('division_code', sa.String(6)),
    ('uscc', sa.String(18)), ('contact_name', sa.String(80)), ('contact_phone', sa.String(40)), ('contact_email', sa.String(254)),
)
_ALIAS_TEXTS = (('name_key', sa.String(240)), ('kind', sa.String(24)), ('since', sa.String(10)), ('until', sa.String(10)))
_NO_USCC = "uscc <> ''"


def upgrade() -> None:
    with op.batch_alter_table('unit', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, kind in _TEXTS:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=''))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
    with op.batch_alter_table('unit_alias', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, kind in _ALIAS_TEXTS:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default='alias' if name == 'kind' else ''))
    _fill()
    with op.batch_alter_table('unit', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, _kind in _TEXTS:
            batch_op.alter_column(name, server_default=None)
        batch_op.alter_column('version', server_default=None)
        batch_op.create_check_constraint(op.f('ck_unit_uscc_whole'), 'length(uscc) IN (0, 18)')
        batch_op.create_check_constraint(op.f('ck_unit_division_code_whole'), 'length(division_code) IN (0, 6)')
        batch_op.create_index('ix_unit_organisation_id_name_key', ['organisation_id', 'name_key'], unique=False)
        batch_op.create_index('ix_unit_organisation_id_pinyin', ['organisation_id', 'pinyin', 'id'], unique=False)
        batch_op.create_index('uq_unit_organisation_id_uscc', ['organisation_id', 'uscc'], unique=True, sqlite_where=sa.text(_NO_USCC), postgresql_where=sa.text(_NO_USCC))
    with op.batch_alter_table('unit_alias', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, _kind in _ALIAS_TEXTS:
            batch_op.alter_column(name, server_default=None)
        batch_op.create_check_constraint(op.f('ck_unit_alias_aliaskind'), "kind IN ('alias', 'former', 'short', 'merged')")
        batch_op.create_index(op.f('ix_unit_alias_name_key'), ['name_key'], unique=False)


def _fill() -> None:
    bind = op.get_bind()
    others: dict[int, list[str]] = {}
    for number, unit_id, name in bind.execute(sa.text("SELECT id, unit_id, name FROM unit_alias ORDER BY id")).all():
        others.setdefault(unit_id, []).append(name)
        bind.execute(sa.text("UPDATE unit_alias SET name_key = :key WHERE id = :id"), {"key": key_of(name), "id": number})
    for number, name, name_en in bind.execute(sa.text("SELECT id, name, name_en FROM unit")).all():
        keys = unit_keys(name, name_en, others.get(number, ()))
        bind.execute(
            sa.text("UPDATE unit SET name_key = :name_key, pinyin = :pinyin, search_text = :search_text WHERE id = :id"),
            {**keys, "id": number},
        )


def downgrade() -> None:
    with op.batch_alter_table('unit_alias', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_index(op.f('ix_unit_alias_name_key'))
        batch_op.drop_constraint(op.f('ck_unit_alias_aliaskind'), type_='check')
        for name, _kind in _ALIAS_TEXTS:
            batch_op.drop_column(name)
    with op.batch_alter_table('unit', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name in ('uq_unit_organisation_id_uscc', 'ix_unit_organisation_id_pinyin', 'ix_unit_organisation_id_name_key'):
            batch_op.drop_index(name)
        for name in ('division_code_whole', 'uscc_whole'):
            batch_op.drop_constraint(op.f(f'ck_unit_{name}'), type_='check')
        batch_op.drop_column('version')
        for name, _kind in _TEXTS:
            batch_op.drop_column(name)
