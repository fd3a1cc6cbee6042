"""mail

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No version of the program has written a mail before this one.
    op.drop_table('mail_message')
    op.create_table('mail_server',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(length=254), nullable=False),
    sa.Column('port', sa.Integer(), nullable=False),
    sa.Column('security', sa.Enum('tls', 'starttls', 'none', name='mailsecurity', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('username', sa.String(length=254), nullable=False),
    sa.Column('password_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('sender_name', sa.String(length=120), nullable=False),
    sa.Column('sender_address', sa.String(length=254), nullable=False),
    sa.Column('reply_to', sa.String(length=254), nullable=False),
    sa.Column('imap_host', sa.String(length=254), nullable=False),
    sa.Column('imap_port', sa.Integer(), nullable=False),
    sa.Column('imap_security', sa.Enum('tls', 'starttls', 'none', name='imapsecurity', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('imap_username', sa.String(length=254), nullable=False),
    sa.Column('imap_password_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('imap_folder', sa.String(length=120), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('holds', sa.Integer(), nullable=False),
    sa.Column('fault', sa.Enum('', 'unreachable', 'sign_in', 'sender', 'later', 'refused', 'cut_off', 'bounced', 'file', 'not_valid', 'restored', name='mailfault', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.Column('read_validity', sa.BigInteger(), nullable=False),
    sa.Column('read_from', sa.BigInteger(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_error', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(trim(host)) > 0', name=op.f('ck_mail_server_host_not_blank')),
    sa.CheckConstraint('length(trim(sender_address)) > 0', name=op.f('ck_mail_server_sender_address_not_blank')),
    sa.CheckConstraint('port BETWEEN 1 AND 65535 AND imap_port BETWEEN 1 AND 65535', name=op.f('ck_mail_server_ports')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mail_server_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_server')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_mail_server_organisation_id'))
    )
    op.create_table('mail_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('certificate', 'nomination_invitation', 'nomination_reminder', 'registration_received', 'registration_confirmed', 'registration_waitlisted', 'registration_promoted', 'registration_declined', 'registration_cancelled', 'message', name='mailkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_mail_template_language')),
    sa.CheckConstraint('length(trim(body)) > 0', name=op.f('ck_mail_template_body_not_blank')),
    sa.CheckConstraint('length(trim(subject)) > 0', name=op.f('ck_mail_template_subject_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mail_template_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_template')),
    sa.UniqueConstraint('organisation_id', 'kind', 'language', name=op.f('uq_mail_template_organisation_id_kind_language'))
    )
    op.create_table('mail_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=True),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('certificate_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('repeats_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('certificate', 'nomination_invitation', 'nomination_reminder', 'registration_received', 'registration_confirmed', 'registration_waitlisted', 'registration_promoted', 'registration_declined', 'registration_cancelled', 'message', name='mailkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('to_name', sa.String(length=120), nullable=False),
    sa.Column('to_address', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('status', sa.Enum('queued', 'sending', 'sent', 'failed', 'uncertain', 'bounced', 'kept', 'cancelled', name='mailstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('fault', sa.Enum('', 'unreachable', 'sign_in', 'sender', 'later', 'refused', 'cut_off', 'bounced', 'file', 'not_valid', 'restored', name='mailfault', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.Column('worker', sa.String(length=60), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'sending') = (lease_until IS NOT NULL)", name=op.f('ck_mail_message_sending_has_lease')),
    sa.CheckConstraint("NOT is_sample OR status IN ('kept', 'cancelled')", name=op.f('ck_mail_message_sample_is_never_sent')),
    sa.CheckConstraint("erased_at IS NULL OR (subject = '' AND body = '')", name=op.f('ck_mail_message_erased_is_bare')),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_mail_message_language')),
    sa.CheckConstraint('(length(trim(to_address)) > 0) = (erased_at IS NULL)', name=op.f('ck_mail_message_address_unless_erased')),
    sa.CheckConstraint('repeats_id IS NULL OR repeats_id < id', name=op.f('ck_mail_message_repeats_an_earlier_one')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_mail_message_certificate_id_certificate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mail_message_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_mail_message_registration_id_registration'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['repeats_id'], ['mail_message.id'], name=op.f('fk_mail_message_repeats_id_mail_message'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_mail_message_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_mail_message_unit_id_unit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message')),
    sa.UniqueConstraint('repeats_id', name=op.f('uq_mail_message_repeats_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_mail_message_uid'))
    )
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.create_index('ix_mail_message_certificate_id', ['certificate_id', 'id'], unique=False)
        batch_op.create_index('ix_mail_message_organisation_id_id', ['organisation_id', 'id'], unique=False)
        batch_op.create_index('ix_mail_message_organisation_id_status_id', ['organisation_id', 'status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_message_registration_id'), ['registration_id'], unique=False)
        batch_op.create_index('ix_mail_message_status_id', ['status', 'id'], unique=False)
        batch_op.create_index('ix_mail_message_training_id_id', ['training_id', 'id'], unique=False)
        batch_op.create_index('ix_mail_message_training_id_status_id', ['training_id', 'status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_message_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_mail_message_certificate_id', ['certificate_id'], unique=True, sqlite_where=sa.text('repeats_id IS NULL'), postgresql_where=sa.text('repeats_id IS NULL'))


def downgrade() -> None:
    for table in ('mail_message', 'mail_template', 'mail_server'):
        op.drop_table(table)
    op.create_table('mail_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=True),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('certificate_id', sa.Integer(), nullable=True),
    sa.Column('to_name', sa.String(length=120), nullable=False),
    sa.Column('to_address', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('status', sa.Enum('queued', 'sending', 'sent', 'failed', 'uncertain', name='mailstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(trim(to_address)) > 0', name=op.f('ck_mail_message_to_address_not_blank')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_mail_message_certificate_id_certificate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mail_message_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_mail_message_registration_id_registration'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_mail_message_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message')),
    sa.UniqueConstraint('certificate_id', name=op.f('uq_mail_message_certificate_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_mail_message_uid'))
    )
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_message_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_message_registration_id'), ['registration_id'], unique=False)
        batch_op.create_index('ix_mail_message_status_id', ['status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_message_training_id'), ['training_id'], unique=False)
