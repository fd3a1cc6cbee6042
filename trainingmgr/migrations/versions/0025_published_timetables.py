"""timetables as they were published

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

_MAILS_BEFORE = (
    'certificate', 'nomination_invitation', 'nomination_reminder', 'registration_received',
    'registration_confirmed', 'registration_waitlisted', 'registration_promoted', 'registration_declined',
    'registration_cancelled', 'message', 'timetable',
)


def _mail_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ('mail_template', 'mail_message'):
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_mailkind'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_mailkind'), f"kind IN ({listed})")


def upgrade() -> None:
    _mail_kinds((*_MAILS_BEFORE, 'timetable_changed'))
    op.create_table('timetable_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('number > 0', name=op.f('ck_timetable_version_number_positive')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user.id'], name=op.f('fk_timetable_version_published_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_timetable_version_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetable_version')),
    sa.UniqueConstraint('training_id', 'number', name=op.f('uq_timetable_version_training_id_number'))
    )


def downgrade() -> None:
    op.drop_table('timetable_version')
    op.execute("DELETE FROM mail_message WHERE kind = 'timetable_changed'")
    op.execute("DELETE FROM mail_template WHERE kind = 'timetable_changed'")
    _mail_kinds(_MAILS_BEFORE)
