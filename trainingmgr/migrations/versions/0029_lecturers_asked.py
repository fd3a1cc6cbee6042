"""lecturers asked, what they send and are paid, and how they and sites were judged

Revision: 0029, after 0028
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

_MAILS_BEFORE = (
    'certificate', 'nomination_invitation', 'nomination_reminder', 'registration_received',
    'registration_confirmed', 'registration_waitlisted', 'registration_promoted', 'registration_declined',
    'registration_cancelled', 'message', 'timetable', 'timetable_changed',
)
_NEW = ('lecturer_invitation', 'lecturer_reminder')


def _amount() -> sa.types.TypeEngine[Any]:
    """What `trainingmgr.extensions.ExactDecimal` stores."""
    return sa.Integer() if op.get_bind().dialect.name == 'sqlite' else sa.Numeric(8, 2)


def _mail_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ('mail_template', 'mail_message'):
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_mailkind'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_mailkind'), f"kind IN ({listed})")


def upgrade() -> None:
    _mail_kinds((*_MAILS_BEFORE, *_NEW))
    with op.batch_alter_table('mail_message', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('lecturer_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_mail_message_lecturer_id_lecturer'), 'lecturer', ['lecturer_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index(op.f('ix_mail_message_lecturer_id'), ['lecturer_id'], unique=False)
    with op.batch_alter_table('lecturer', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('biography', sa.Text(), nullable=False, server_default=''))
    with op.batch_alter_table('lecturer', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.alter_column('biography', server_default=None)
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Enum('accepted', 'declined', name='invitationanswer', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('word', sa.String(length=500), nullable=False),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_invitation_answer_whole')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_invitation_lecturer_id_lecturer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_invitation_session_id_training_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('session_id', 'lecturer_id', name=op.f('uq_invitation_session_id_lecturer_id'))
    )
    op.create_index(op.f('ix_invitation_lecturer_id'), 'invitation', ['lecturer_id'])
    op.create_table('lecturer_fee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=False),
    sa.Column('amount', _amount(), nullable=False),
    sa.Column('tax_note', sa.String(length=300), nullable=False),
    sa.Column('signed_name', sa.String(length=120), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_lecturer_fee_amount_not_negative')),
    sa.CheckConstraint("(signed_at IS NULL) = (signed_name = '')", name=op.f('ck_lecturer_fee_signature_whole')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_lecturer_fee_lecturer_id_lecturer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_lecturer_fee_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecturer_fee')),
    sa.UniqueConstraint('training_id', 'lecturer_id', name=op.f('uq_lecturer_fee_training_id_lecturer_id'))
    )
    op.create_index(op.f('ix_lecturer_fee_lecturer_id'), 'lecturer_fee', ['lecturer_id'])
    op.create_table('lecture_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('slides', 'biography', name='lecturefilekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_key', sa.String(length=120), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind = 'slides' OR session_id IS NULL", name=op.f('ck_lecture_file_session_of_slides')),
    sa.CheckConstraint("released_at IS NULL OR kind = 'slides'", name=op.f('ck_lecture_file_slides_released')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_lecture_file_lecturer_id_lecturer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_lecture_file_session_id_training_session'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecture_file')),
    sa.UniqueConstraint('file_key', name=op.f('uq_lecture_file_file_key'))
    )
    op.create_index(op.f('ix_lecture_file_lecturer_id'), 'lecture_file', ['lecturer_id'])
    op.create_index(op.f('ix_lecture_file_session_id'), 'lecture_file', ['session_id'])
    op.create_table('evaluation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('training_id', sa.Integer(), nullable=True),
    sa.Column('occasion', sa.String(length=160), nullable=False),
    sa.Column('score', _amount(), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(lecturer_id IS NULL) = (site_id IS NOT NULL)', name=op.f('ck_evaluation_of_one')),
    sa.CheckConstraint('score > 0', name=op.f('ck_evaluation_score_positive')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_evaluation_lecturer_id_lecturer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_evaluation_site_id_site'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_evaluation_training_id_training'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation'))
    )
    for column in ('lecturer_id', 'site_id', 'training_id'):
        op.create_index(op.f(f'ix_evaluation_{column}'), 'evaluation', [column])


def downgrade() -> None:
    for table in ('evaluation', 'lecture_file', 'lecturer_fee', 'invitation'):
        op.drop_table(table)
    with op.batch_alter_table('lecturer', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_column('biography')
    with op.batch_alter_table('mail_message', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_index(op.f('ix_mail_message_lecturer_id'))
        batch_op.drop_constraint(op.f('fk_mail_message_lecturer_id_lecturer'), type_='foreignkey')
        batch_op.drop_column('lecturer_id')
    for name in ('mail_message', 'mail_template'):
        mails = sa.table(name, sa.column('kind', sa.String()))
        op.execute(sa.delete(mails).where(mails.c.kind.in_(_NEW)))
    _mail_kinds(_MAILS_BEFORE)
