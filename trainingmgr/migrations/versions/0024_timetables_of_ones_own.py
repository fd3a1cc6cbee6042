"""timetables of one's own, and what subscribed calendars were told

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

_MAILS_BEFORE = (
    'certificate', 'nomination_invitation', 'nomination_reminder', 'registration_received',
    'registration_confirmed', 'registration_waitlisted', 'registration_promoted', 'registration_declined',
    'registration_cancelled', 'message',
)


def _mail_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ('mail_template', 'mail_message'):
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_mailkind'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_mailkind'), f"kind IN ({listed})")


def upgrade() -> None:
    _mail_kinds((*_MAILS_BEFORE, 'timetable'))
    op.create_table('timetable_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=True),
    sa.Column('bus_id', sa.Integer(), nullable=True),
    sa.Column('training_id', sa.Integer(), nullable=True),
    sa.Column('group_name', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(CASE WHEN lecturer_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN bus_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN training_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_timetable_link_of_one')),
    sa.CheckConstraint("(training_id IS NULL) = (group_name = '')", name=op.f('ck_timetable_link_group_named')),
    sa.ForeignKeyConstraint(['bus_id'], ['bus.id'], name=op.f('fk_timetable_link_bus_id_bus'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_timetable_link_lecturer_id_lecturer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_timetable_link_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetable_link')),
    sa.UniqueConstraint('bus_id', name=op.f('uq_timetable_link_bus_id')),
    sa.UniqueConstraint('key', name=op.f('uq_timetable_link_key')),
    sa.UniqueConstraint('lecturer_id', name=op.f('uq_timetable_link_lecturer_id')),
    sa.UniqueConstraint('training_id', 'group_name', name=op.f('uq_timetable_link_training_id_group_name'))
    )
    op.create_table('calendar_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=32), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled', sa.Boolean(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('title_zh', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=300), nullable=False),
    sa.CheckConstraint('(person_id IS NULL) = (link_id IS NOT NULL)', name=op.f('ck_calendar_entry_of_one')),
    sa.ForeignKeyConstraint(['link_id'], ['timetable_link.id'], name=op.f('fk_calendar_entry_link_id_timetable_link'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_entry_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_entry')),
    sa.UniqueConstraint('link_id', 'uid', name=op.f('uq_calendar_entry_link_id_uid')),
    sa.UniqueConstraint('person_id', 'uid', name=op.f('uq_calendar_entry_person_id_uid'))
    )


def downgrade() -> None:
    op.drop_table('calendar_entry')
    op.drop_table('timetable_link')
    op.execute("DELETE FROM mail_message WHERE kind = 'timetable'")
    op.execute("DELETE FROM mail_template WHERE kind = 'timetable'")
    _mail_kinds(_MAILS_BEFORE)
