"""sessions without a time carry what sessions carry

Revision: 0036, after 0035
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

_SESSION_KINDS = (
    'opening', 'lecture', 'exchange', 'briefing', 'discussion', 'site_visit', 'meal', 'transfer', 'closing',
)
_CHECKS = {
    'placed_has_start': 'placed = (starts_at IS NOT NULL)',
    'placed_has_end': 'placed = (ends_at IS NOT NULL)',
    'unplaced_has_length': 'placed = (minutes IS NULL)',
    'minutes_of_a_day': 'minutes BETWEEN 1 AND 1439',
}
_ROLES = {'opening': 'speech', 'closing': 'speech', 'exchange': 'presentation', 'briefing': 'presentation'}
_BEFORE = "(kind = 'before') = (other_session_id IS NOT NULL)"
_BEFORE_OF_TWO = (
    "(kind = 'before') = ((other_session_id IS NULL) <> (other_unplaced_id IS NULL))"
    " AND (other_session_id IS NULL OR other_unplaced_id IS NULL)"
)
_WISHED = (('session_id', 'unplaced_id'), ('other_session_id', 'other_unplaced_id'))


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))


_SESSION = _table(
    'training_session', 'id', 'uid', 'sequence', 'training_id', 'placed', 'kind', 'title_zh', 'title_en',
    'description_zh', 'description_en', 'place_zh', 'place_en', 'minutes', 'class_hours', 'compulsory',
    'times_are_sample', 'is_sample', 'version',
)
_UNPLACED = _table('unplaced_session', 'id', 'training_id', 'kind', 'title_zh', 'minutes', 'place_zh', 'lecturer_id', 'site_id')
_TRAINING = _table('training', 'id', 'class_hour_minutes')
_PART = _table('contribution', 'session_id', 'position', 'lecturer_id', 'role', 'topic_zh', 'topic_en')
_STOP = _table('visit_stop', 'session_id', 'position', 'site_id')
_WISH = _table('planning_wish', *(column for pair in _WISHED for column in pair))


def _let_go() -> None:
    """Drop what was proposed: it names sessions without a time in another way."""
    op.execute("UPDATE planning SET problem = '', answer = '', seen = '[]', leads = '[]', job_id = NULL WHERE problem <> ''")


def _stored(hundredths: int) -> int | float:
    """Class hours as `trainingmgr.extensions.ExactDecimal` stores them."""
    return hundredths if op.get_bind().dialect.name == 'sqlite' else hundredths / 100


def _move_up() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_UNPLACED, _TRAINING.c.class_hour_minutes)
        .join_from(_UNPLACED, _TRAINING, _TRAINING.c.id == _UNPLACED.c.training_id)
        .order_by(_UNPLACED.c.id)
    ).all()
    for row in rows:
        halves = 0 if row.kind in {'meal', 'transfer'} else int(row.minutes * 2 / row.class_hour_minutes + 0.5)
        uid = secrets.token_hex(12)
        connection.execute(
            sa.insert(_SESSION).values(
                uid=uid, sequence=0, training_id=row.training_id, placed=sa.false(), kind=row.kind,
                title_zh=row.title_zh, title_en='', description_zh='', description_en='', place_zh=row.place_zh,
                place_en='', minutes=row.minutes, class_hours=_stored(halves * 50), compulsory=sa.false(),
                times_are_sample=sa.false(), is_sample=sa.false(), version=1,
            )
        )
        made = connection.execute(sa.select(_SESSION.c.id).where(_SESSION.c.uid == uid)).scalar_one()
        if row.lecturer_id is not None:
            role = _ROLES.get(row.kind, 'lecture')
            connection.execute(
                sa.insert(_PART).values(
                    session_id=made, position=1, lecturer_id=row.lecturer_id, role=role, topic_zh='', topic_en=''
                )
            )
        if row.site_id is not None:
            connection.execute(sa.insert(_STOP).values(session_id=made, position=1, site_id=row.site_id))
        _hand_wishes_over(row.id, made, up=True)


def _hand_wishes_over(unplaced_id: int, session_id: int, *, up: bool) -> None:
    for session, unplaced in _WISHED:
        old, new = (unplaced, session) if up else (session, unplaced)
        given, wanted = (unplaced_id, session_id) if up else (session_id, unplaced_id)
        op.get_bind().execute(sa.update(_WISH).where(_WISH.c[old] == given).values({old: None, new: wanted}))


def upgrade() -> None:
    _let_go()
    with op.batch_alter_table('training_session', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('placed', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('minutes', sa.Integer(), nullable=True))
        batch_op.alter_column('starts_at', nullable=True)
        batch_op.alter_column('ends_at', nullable=True)
    with op.batch_alter_table('training_session', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.alter_column('placed', server_default=None)
        for name, check in _CHECKS.items():
            batch_op.create_check_constraint(op.f(f'ck_training_session_{name}'), check)
    with op.batch_alter_table('planning_wish', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f('ck_planning_wish_of_one_session'), type_='check')
        batch_op.drop_constraint(op.f('ck_planning_wish_before_another'), type_='check')
    _move_up()
    with op.batch_alter_table('planning_wish', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.create_check_constraint(op.f('ck_planning_wish_before_another'), _BEFORE)
        batch_op.alter_column('session_id', nullable=False)
        for _session, unplaced in _WISHED:
            batch_op.drop_constraint(unplaced.removesuffix('_id') + '_of_training', type_='foreignkey')
            batch_op.drop_index(op.f(f'ix_planning_wish_{unplaced}'))
            batch_op.drop_column(unplaced)
    op.drop_table('unplaced_session')


def downgrade() -> None:
    _let_go()
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
    with op.batch_alter_table('planning_wish', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f('ck_planning_wish_before_another'), type_='check')
        batch_op.alter_column('session_id', nullable=True)
        for _session, unplaced in _WISHED:
            batch_op.add_column(sa.Column(unplaced, sa.Integer(), nullable=True))
            batch_op.create_index(op.f(f'ix_planning_wish_{unplaced}'), [unplaced])
            batch_op.create_foreign_key(unplaced.removesuffix('_id') + '_of_training', 'unplaced_session', [unplaced, 'training_id'], ['id', 'training_id'], ondelete='CASCADE')
    _move_down()
    with op.batch_alter_table('planning_wish', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.create_check_constraint(op.f('ck_planning_wish_of_one_session'), '(session_id IS NULL) <> (unplaced_id IS NULL)')
        batch_op.create_check_constraint(op.f('ck_planning_wish_before_another'), _BEFORE_OF_TWO)
    with op.batch_alter_table('training_session', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name in _CHECKS:
            batch_op.drop_constraint(op.f(f'ck_training_session_{name}'), type_='check')
        batch_op.alter_column('starts_at', nullable=False)
        batch_op.alter_column('ends_at', nullable=False)
        batch_op.drop_column('minutes')
        batch_op.drop_column('placed')


def _move_down() -> None:
    """Sessions without a time have one contributor and one site again, the first of each, and no groups."""
    connection = op.get_bind()
    of_session = sa.select(_SESSION).where(_SESSION.c.placed == sa.false()).order_by(_SESSION.c.id)
    for row in connection.execute(of_session).all():
        first = {
            column: connection.execute(
                sa.select(table.c[column]).where(table.c.session_id == row.id).order_by(table.c.position).limit(1)
            ).scalar()
            for table, column in ((_PART, 'lecturer_id'), (_STOP, 'site_id'))
        }
        connection.execute(
            sa.insert(_UNPLACED).values(
                training_id=row.training_id, kind=row.kind, title_zh=row.title_zh,
                minutes=min(720, max(5, row.minutes)), place_zh=row.place_zh, **first,
            )
        )
        made = connection.execute(sa.select(sa.func.max(_UNPLACED.c.id))).scalar_one()
        _hand_wishes_over(made, row.id, up=False)
        for table in ('contribution', 'visit_stop', 'session_group', 'session_bus', 'invitation'):
            connection.execute(sa.delete(_table(table, 'session_id')).where(sa.column('session_id') == row.id))
        connection.execute(sa.update(_table('lecture_file', 'session_id')).where(sa.column('session_id') == row.id).values(session_id=None))
        connection.execute(sa.delete(_SESSION).where(_SESSION.c.id == row.id))
