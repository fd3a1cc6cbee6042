"""groups, rooms and tables, who is in which, and what is wished of that

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

_KINDS = ('issue', 'mail', 'import')


def _job_kinds(kinds: tuple[str, ...]) -> None:
    words = ', '.join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table('job', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f('ck_job_jobkind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_job_jobkind'), f'kind IN ({words})')


def upgrade() -> None:
    _job_kinds((*_KINDS, 'arrange'))
    op.create_table('arrangement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('group', 'bus', 'room', 'table', name='arrangementkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('aims', sa.JSON(), nullable=False),
    sa.Column('proposal', sa.JSON(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(proposal IS NULL) = (proposed_at IS NULL)', name=op.f('ck_arrangement_proposal_whole')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_arrangement_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangement')),
    sa.UniqueConstraint('training_id', 'kind', name=op.f('uq_arrangement_training_id_kind'))
    )
    op.create_table('arrangement_rank',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.CheckConstraint('length(trim(words)) > 0', name=op.f('ck_arrangement_rank_words_not_blank')),
    sa.CheckConstraint('position > 0', name=op.f('ck_arrangement_rank_position_positive')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_arrangement_rank_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangement_rank')),
    sa.UniqueConstraint('training_id', 'position', name=op.f('uq_arrangement_rank_training_id_position'))
    )
    op.create_table('arrangement_wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('group', 'bus', 'room', 'table', name='arrangementkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('relation', sa.Enum('keep', 'part', 'alone', name='relation', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_arrangement_wish_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangement_wish')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_arrangement_wish_id_training_id'))
    )
    op.create_index('ix_arrangement_wish_training_id_kind', 'arrangement_wish', ['training_id', 'kind'])
    op.create_table('dining_table',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_dining_table_name_not_blank')),
    sa.CheckConstraint('seats BETWEEN 1 AND 200', name=op.f('ck_dining_table_seats')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_dining_table_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dining_table')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_dining_table_id_training_id')),
    sa.UniqueConstraint('training_id', 'name', name=op.f('uq_dining_table_training_id_name'))
    )
    op.create_table('lodging_room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('beds', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.CheckConstraint('beds BETWEEN 1 AND 20', name=op.f('ck_lodging_room_beds')),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_lodging_room_name_not_blank')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_lodging_room_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lodging_room')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_lodging_room_id_training_id')),
    sa.UniqueConstraint('training_id', 'name', name=op.f('uq_lodging_room_training_id_name'))
    )
    op.create_table('training_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_training_group_name_not_blank')),
    sa.CheckConstraint('size > 0', name=op.f('ck_training_group_size_positive')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_training_group_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_group')),
    sa.UniqueConstraint('training_id', 'name', name=op.f('uq_training_group_training_id_name'))
    )
    op.create_table('arrangement_wish_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['wish_id', 'training_id'], ['arrangement_wish.id', 'arrangement_wish.training_id'], name='arrangement_wish_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangement_wish_person')),
    sa.UniqueConstraint('wish_id', 'registration_id', name=op.f('uq_arrangement_wish_person_wish_id_registration_id'))
    )
    op.create_index('ix_arrangement_wish_person_registration_id', 'arrangement_wish_person', ['registration_id'])
    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('group', 'bus', 'room', 'table', name='arrangementkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('table_id', sa.Integer(), nullable=True),
    sa.Column('bus_id', sa.Integer(), nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(kind = 'bus') = (bus_id IS NOT NULL)", name=op.f('ck_placement_bus_of_kind')),
    sa.CheckConstraint("(kind = 'room') = (room_id IS NOT NULL)", name=op.f('ck_placement_room_of_kind')),
    sa.CheckConstraint("(kind = 'table') = (table_id IS NOT NULL)", name=op.f('ck_placement_table_of_kind')),
    sa.CheckConstraint("kind <> 'group' OR pinned", name=op.f('ck_placement_group_held')),
    sa.ForeignKeyConstraint(['bus_id', 'training_id'], ['bus.id', 'bus.training_id'], name='bus_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['room_id', 'training_id'], ['lodging_room.id', 'lodging_room.training_id'], name='lodging_room_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['table_id', 'training_id'], ['dining_table.id', 'dining_table.training_id'], name='dining_table_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('registration_id', 'kind', name=op.f('uq_placement_registration_id_kind'))
    )
    op.create_index('ix_placement_bus_id', 'placement', ['bus_id'])
    op.create_index('ix_placement_room_id', 'placement', ['room_id'])
    op.create_index('ix_placement_table_id', 'placement', ['table_id'])
    op.create_index('ix_placement_training_id_kind', 'placement', ['training_id', 'kind'])


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'arrange'")
    for table in (
        'placement', 'arrangement_wish_person', 'training_group', 'lodging_room', 'dining_table',
        'arrangement_wish', 'arrangement_rank', 'arrangement',
    ):
        op.drop_table(table)
    _job_kinds(_KINDS)
