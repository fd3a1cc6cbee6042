"""what timetables are laid from, and what came of it

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

_KIND = 'ck_job_jobkind'
_KINDS_BEFORE = "kind IN ('issue', 'mail', 'import', 'arrange')"
_KINDS = "kind IN ('issue', 'mail', 'import', 'arrange', 'plan')"
_SESSION_KINDS = (
    'opening', 'lecture', 'exchange', 'briefing', 'discussion', 'site_visit', 'meal', 'transfer', 'closing',
)


def upgrade() -> None:
    with op.batch_alter_table('job', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f(_KIND), type_='check')
        batch_op.create_check_constraint(op.f(_KIND), _KINDS)
    op.create_table('unplaced_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum(*_SESSION_KINDS, name='sessionkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('title_zh', sa.String(length=200), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('place_zh', sa.String(length=120), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('minutes BETWEEN 5 AND 720', name=op.f('ck_unplaced_session_minutes_of_a_day')),
    sa.CheckConstraint('length(trim(title_zh)) > 0', name=op.f('ck_unplaced_session_title_zh_not_blank')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_unplaced_session_lecturer_id_lecturer'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_unplaced_session_site_id_site'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_unplaced_session_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unplaced_session')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_unplaced_session_id_training_id'))
    )
    for column in ('training_id', 'lecturer_id', 'site_id'):
        op.create_index(op.f('ix_unplaced_session_' + column), 'unplaced_session', [column])
    op.create_table('planning_wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('before', 'day', 'half', name='wishkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('unplaced_id', sa.Integer(), nullable=True),
    sa.Column('other_session_id', sa.Integer(), nullable=True),
    sa.Column('other_unplaced_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('half', sa.Enum('morning', 'afternoon', 'evening', name='half', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('must', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(session_id IS NULL) <> (unplaced_id IS NULL)', name=op.f('ck_planning_wish_of_one_session')),
    sa.CheckConstraint("(kind = 'before') = ((other_session_id IS NULL) <> (other_unplaced_id IS NULL)) AND (other_session_id IS NULL OR other_unplaced_id IS NULL)", name=op.f('ck_planning_wish_before_another')),
    sa.CheckConstraint("(kind = 'day') = (day IS NOT NULL)", name=op.f('ck_planning_wish_day_of_day')),
    sa.CheckConstraint("(kind = 'half') = (half IS NOT NULL)", name=op.f('ck_planning_wish_half_of_half')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_planning_wish_training_id_training'), ondelete='CASCADE'),
    *(
        sa.ForeignKeyConstraint([column, 'training_id'], [table + '.id', table + '.training_id'], name=column.removesuffix('_id') + '_of_training', ondelete='CASCADE')
        for column, table in (
            ('session_id', 'training_session'), ('unplaced_id', 'unplaced_session'),
            ('other_session_id', 'training_session'), ('other_unplaced_id', 'unplaced_session'),
        )
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planning_wish'))
    )
    for column in ('training_id', 'session_id', 'unplaced_id', 'other_session_id', 'other_unplaced_id'):
        op.create_index(op.f('ix_planning_wish_' + column), 'planning_wish', [column])
    op.create_table('planning',
    sa.Column('training_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('frame', sa.JSON(), nullable=False),
    sa.Column('stays', sa.JSON(), nullable=False),
    sa.Column('seen', sa.JSON(), nullable=False),
    sa.Column('leads', sa.JSON(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_planning_job_id_job'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_planning_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('training_id', name=op.f('pk_planning'))
    )
    op.create_index(op.f('ix_planning_job_id'), 'planning', ['job_id'])


def downgrade() -> None:
    for table in ('planning', 'planning_wish', 'unplaced_session'):
        op.drop_table(table)
    op.execute("DELETE FROM job WHERE kind = 'plan'")
    with op.batch_alter_table('job', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f(_KIND), type_='check')
        batch_op.create_check_constraint(op.f(_KIND), _KINDS_BEFORE)
