"""certificates at full strength

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

_KINDS = ('completion', 'attendance', 'class_hours', 'best_trainee', 'appointment', 'thanks')
_STANDING = "status IN ('reserved', 'valid')"
_FROZEN = "a certificate is never changed or deleted"
_VERSION_FROZEN = "a version of a design is never changed"

# What was issued never changes. Where somebody's data is erased by law, the holder, the names and the
# bytes go, once, and nothing else.
_FIXED = (
    "training_id", "kind", "counter_id", "number", "serial", "code", "issue_date", "is_sample", "replaces_id",
)
_GOES_WITH_THE_HOLDER = ("registration_id", "lecturer_id")
_ERASING = "(OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL)"
_ALTERED_SQLITE = (
    " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _FIXED)
    + "".join(
        f" OR (OLD.{column} IS NOT NEW.{column} AND NOT ({_ERASING} AND NEW.{column} IS NULL))"
        for column in _GOES_WITH_THE_HOLDER
    )
    + " OR (OLD.status <> 'reserved' AND (OLD.sha256 IS NOT NEW.sha256 OR OLD.issued_at IS NOT NEW.issued_at"
    " OR OLD.design_version_id IS NOT NEW.design_version_id OR OLD.is_signed IS NOT NEW.is_signed"
    " OR NEW.status = 'reserved'"
    f" OR (OLD.snapshot IS NOT NEW.snapshot AND NOT {_ERASING})"
    f" OR (OLD.file_key IS NOT NEW.file_key AND NOT ({_ERASING} AND NEW.file_key IS NULL))))"
    " OR (OLD.status IN ('revoked', 'voided') AND NEW.status <> OLD.status)"
    " OR (OLD.erased_at IS NOT NULL AND OLD.erased_at IS NOT NEW.erased_at)"
)
# As it was at 0001.
_ALTERED_BEFORE = (
    " OR ".join(
        f"OLD.{column} IS NOT NEW.{column}"
        for column in ("training_id", "registration_id", "number", "serial", "code", "issue_date", "is_sample")
    )
    + " OR (OLD.status <> 'reserved' AND (OLD.snapshot IS NOT NEW.snapshot OR OLD.sha256 IS NOT NEW.sha256"
    " OR OLD.file_key IS NOT NEW.file_key OR OLD.issued_at IS NOT NEW.issued_at OR NEW.status = 'reserved'))"
    " OR (OLD.status IN ('revoked', 'voided') AND NEW.status <> OLD.status)"
)


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _thaw() -> None:
    """Take the triggers of certificates away: the table is about to change."""
    for name in ("certificate_frozen_update", "certificate_frozen_delete"):
        op.execute(f"DROP TRIGGER {name}" + ("" if _sqlite() else " ON certificate"))


def _freeze(altered: str) -> None:
    if _sqlite():
        raise_it = f"BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END"
        op.execute(
            "CREATE TRIGGER certificate_frozen_update BEFORE UPDATE ON certificate FOR EACH ROW "
            f"WHEN {altered} {raise_it}"
        )
        op.execute(
            "CREATE TRIGGER certificate_frozen_delete BEFORE DELETE ON certificate FOR EACH ROW "
            f"WHEN NOT OLD.is_sample {raise_it}"
        )
        return
    altered = altered.replace("OLD.snapshot", "OLD.snapshot::text").replace("NEW.snapshot", "NEW.snapshot::text")
    for column in (*_FIXED, *_GOES_WITH_THE_HOLDER, "snapshot::text", "sha256", "file_key", "issued_at",
                   "design_version_id", "is_signed", "erased_at"):
        altered = altered.replace(f"OLD.{column} IS NOT NEW", f"OLD.{column} IS DISTINCT FROM NEW")
    op.execute(
        "CREATE TRIGGER certificate_frozen_update BEFORE UPDATE ON certificate FOR EACH ROW "
        f"WHEN ({altered}) EXECUTE FUNCTION certificate_frozen()"
    )
    op.execute(
        "CREATE TRIGGER certificate_frozen_delete BEFORE DELETE ON certificate FOR EACH ROW "
        "WHEN (NOT OLD.is_sample) EXECUTE FUNCTION certificate_frozen()"
    )


def _freeze_versions() -> None:
    if _sqlite():
        op.execute(
            "CREATE TRIGGER design_version_frozen_update BEFORE UPDATE ON design_version FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{_VERSION_FROZEN}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION design_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_VERSION_FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER design_version_frozen_update BEFORE UPDATE ON design_version FOR EACH ROW "
        "EXECUTE FUNCTION design_version_frozen()"
    )


def _choice(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    """Hold `column` to other values than before."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({listed})")


_STATUS = ('queued', 'running', 'done', 'cancelled')
_ITEM = ('pending', 'leased', 'done', 'refused', 'failed')


def upgrade() -> None:
    op.create_table('asset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('file_key', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('size > 0 AND width > 0 AND height > 0', name=op.f('ck_asset_not_empty')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_asset_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset')),
    sa.UniqueConstraint('organisation_id', 'sha256', name=op.f('uq_asset_organisation_id_sha256'))
    )
    with op.batch_alter_table('asset', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asset_sha256'), ['sha256'], unique=False)

    op.create_table('design',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name_zh', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('draft', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(trim(name_zh)) > 0', name=op.f('ck_design_name_zh_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_design_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design')),
    sa.UniqueConstraint('organisation_id', 'name_zh', name=op.f('uq_design_organisation_id_name_zh'))
    )
    op.create_table('glyph_substitute',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('character', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('picture', 'text', name='substitutekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('asset_sha256', sa.String(length=64), nullable=False),
    sa.Column('text', sa.String(length=40), nullable=False),
    sa.Column('agreed_with', sa.String(length=120), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'picture' AND asset_sha256 <> '' AND text = '') OR (kind = 'text' AND text <> '' AND asset_sha256 = '' AND agreed_with <> '')", name=op.f('ck_glyph_substitute_picture_or_agreed_text')),
    sa.CheckConstraint('length(trim(character)) > 0', name=op.f('ck_glyph_substitute_character_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_glyph_substitute_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_glyph_substitute')),
    sa.UniqueConstraint('organisation_id', 'character', name=op.f('uq_glyph_substitute_organisation_id_character'))
    )
    op.create_table('serial_counter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('next_number', sa.Integer(), nullable=False),
    sa.CheckConstraint('next_number > 0', name=op.f('ck_serial_counter_next_number_positive')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_serial_counter_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_serial_counter')),
    sa.UniqueConstraint('organisation_id', 'key', name=op.f('uq_serial_counter_organisation_id_key'))
    )
    op.create_table('certificate_offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('completion', 'attendance', 'class_hours', 'best_trainee', 'appointment', 'thanks', name='certificatekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=True),
    sa.Column('built_in_design', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('serial_pattern', sa.String(length=60), nullable=False),
    sa.Column('serial_scope', sa.Enum('training', 'year', name='serialscope', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('rule_numerator', sa.Integer(), nullable=True),
    sa.Column('rule_denominator', sa.Integer(), nullable=True),
    sa.Column('mail', sa.Boolean(), nullable=False),
    sa.Column('handover_zh', sa.String(length=300), nullable=False),
    sa.Column('handover_en', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("language IN ('', 'zh', 'en', 'both')", name=op.f('ck_certificate_offer_language')),
    sa.CheckConstraint('(rule_numerator IS NULL) = (rule_denominator IS NULL) AND (rule_numerator IS NULL OR (rule_numerator >= 0 AND rule_denominator > 0 AND rule_numerator <= rule_denominator))', name=op.f('ck_certificate_offer_rule_fraction')),
    sa.ForeignKeyConstraint(['design_id'], ['design.id'], name=op.f('fk_certificate_offer_design_id_design'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_certificate_offer_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_offer')),
    sa.UniqueConstraint('training_id', 'kind', name=op.f('uq_certificate_offer_training_id_kind'))
    )
    with op.batch_alter_table('certificate_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_offer_design_id'), ['design_id'], unique=False)

    op.create_table('design_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=120), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_design_version_number_positive')),
    sa.ForeignKeyConstraint(['design_id'], ['design.id'], name=op.f('fk_design_version_design_id_design'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_version')),
    sa.UniqueConstraint('design_id', 'number', name=op.f('uq_design_version_design_id_number'))
    )
    with op.batch_alter_table('design_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_version_sha256'), ['sha256'], unique=False)

    op.create_table('distinction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('named_by', sa.String(length=120), nullable=False),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_distinction')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_distinction_registration_id'))
    )
    with op.batch_alter_table('distinction', schema=None) as batch_op:
        batch_op.create_index('ix_distinction_training_id', ['training_id'], unique=False)

    op.create_table('certificate_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.Enum('revoke', 'reissue', name='requestaction', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('ground', sa.Enum('error', 'not_entitled', 'misused', 'holder_asked', 'other', name='revocationground', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.String(length=120), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=120), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.CheckConstraint('(decided_at IS NULL) = (approved IS NULL)', name=op.f('ck_certificate_request_decided_has_outcome')),
    sa.CheckConstraint('decided_by_id IS NULL OR asked_by_id IS NULL OR decided_by_id <> asked_by_id OR NOT approved', name=op.f('ck_certificate_request_two_people')),
    sa.CheckConstraint('length(trim(reason)) > 0', name=op.f('ck_certificate_request_reason_not_blank')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_certificate_request_asked_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_request_certificate_id_certificate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_certificate_request_decided_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_request'))
    )
    with op.batch_alter_table('certificate_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_request_certificate_id'), ['certificate_id'], unique=False)
        batch_op.create_index('uq_certificate_request_open', ['certificate_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

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

    op.execute(
        "INSERT INTO serial_counter (organisation_id, key, next_number) "
        "SELECT organisation_id, 'training/' || id || '/completion', next_number FROM training WHERE next_number > 1"
    )
    _thaw()
    with op.batch_alter_table('certificate', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=24), nullable=False, server_default='completion'))
        batch_op.add_column(sa.Column('lecturer_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('counter_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('design_version_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_signed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('ground', sa.String(length=24), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('collected_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('collected_by', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('handed_by', sa.String(length=120), nullable=False, server_default=''))
    op.execute(
        "UPDATE certificate SET counter_id = (SELECT id FROM serial_counter "
        "WHERE key = 'training/' || training_id || '/completion'), "
        "ground = CASE status WHEN 'revoked' THEN 'other' ELSE '' END"
    )
    with op.batch_alter_table('certificate', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for column in ('kind', 'is_signed', 'ground', 'collected_by', 'handed_by'):
            batch_op.alter_column(column, server_default=None)
        batch_op.alter_column('counter_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('registration_id', existing_type=sa.Integer(), nullable=True)
        batch_op.drop_constraint(op.f('uq_certificate_training_id_number'), type_='unique')
        batch_op.drop_constraint(op.f('ck_certificate_issued_has_bytes'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_certificate_issued_has_bytes'),
            "status IN ('reserved', 'voided') OR (sha256 IS NOT NULL AND (file_key IS NOT NULL) = (erased_at IS NULL))",
        )
        batch_op.create_check_constraint(op.f('ck_certificate_certificatekind'), f"kind IN {_KINDS}")
        batch_op.create_check_constraint(
            op.f('ck_certificate_revoked_has_ground'), "(status = 'revoked') = (ground <> '')"
        )
        batch_op.create_check_constraint(
            op.f('ck_certificate_one_holder'),
            "(registration_id IS NULL OR lecturer_id IS NULL) AND "
            "(erased_at IS NOT NULL OR registration_id IS NOT NULL OR lecturer_id IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            op.f('ck_certificate_replaces_an_earlier_one'), "replaces_id IS NULL OR replaces_id < id"
        )
        batch_op.drop_index('uq_certificate_standing')
        batch_op.create_index('uq_certificate_standing', ['registration_id', 'kind'], unique=True, sqlite_where=sa.text(f"{_STANDING} AND registration_id IS NOT NULL"), postgresql_where=sa.text(f"{_STANDING} AND registration_id IS NOT NULL"))
        batch_op.create_index('uq_certificate_standing_lecturer', ['training_id', 'lecturer_id', 'kind'], unique=True, sqlite_where=sa.text(f"{_STANDING} AND lecturer_id IS NOT NULL"), postgresql_where=sa.text(f"{_STANDING} AND lecturer_id IS NOT NULL"))
        batch_op.create_index(op.f('ix_certificate_design_version_id'), ['design_version_id'])
        batch_op.create_index(op.f('ix_certificate_lecturer_id'), ['lecturer_id'])
        batch_op.create_index('ix_certificate_training_id_kind_number', ['training_id', 'kind', 'number'])
        batch_op.create_unique_constraint(op.f('uq_certificate_counter_id_number'), ['counter_id', 'number'])
        batch_op.create_index('uq_certificate_replaces_id', ['replaces_id'], unique=True, sqlite_where=sa.text("status <> 'voided'"), postgresql_where=sa.text("status <> 'voided'"))
        batch_op.create_foreign_key(op.f('fk_certificate_lecturer_id_lecturer'), 'lecturer', ['lecturer_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_foreign_key(op.f('fk_certificate_counter_id_serial_counter'), 'serial_counter', ['counter_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_foreign_key(op.f('fk_certificate_replaces_id_certificate'), 'certificate', ['replaces_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_foreign_key(op.f('fk_certificate_design_version_id_design_version'), 'design_version', ['design_version_id'], ['id'], ondelete='RESTRICT')
    _freeze(_ALTERED_SQLITE)
    _freeze_versions()

    with op.batch_alter_table('person', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('photo', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('page_key', sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(op.f('uq_person_page_key'), ['page_key'])

    with op.batch_alter_table('training', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('second_person', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(op.f('ck_training_next_number_positive'), type_='check')
    with op.batch_alter_table('training', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.alter_column('second_person', server_default=None)
        batch_op.drop_column('next_number')

    _choice('job', 'status', 'jobstatus', (*_STATUS, 'paused'))
    _choice('job', 'kind', 'jobkind', ('issue', 'mail'))
    _choice('job_item', 'status', 'itemstatus', (*_ITEM, 'cancelled'))


def downgrade() -> None:
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT count(*) FROM certificate WHERE kind <> 'completion' OR erased_at IS NOT NULL")):
        raise RuntimeError("certificates of other kinds, or erased ones, have no place in the schema before this one")
    op.execute("DELETE FROM job WHERE kind = 'mail'")
    op.execute("UPDATE job SET status = 'running' WHERE status = 'paused'")
    op.execute("UPDATE job_item SET status = 'refused' WHERE status = 'cancelled'")
    _choice('job_item', 'status', 'itemstatus', _ITEM)
    _choice('job', 'kind', 'jobkind', ('issue',))
    _choice('job', 'status', 'jobstatus', _STATUS)

    with op.batch_alter_table('training', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.add_column(sa.Column('next_number', sa.Integer(), nullable=False, server_default='1'))
        batch_op.drop_column('second_person')
    op.execute(
        "UPDATE training SET next_number = coalesce((SELECT next_number FROM serial_counter "
        "WHERE key = 'training/' || training.id || '/completion'), 1)"
    )
    with op.batch_alter_table('training', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.alter_column('next_number', server_default=None)
        batch_op.create_check_constraint(op.f('ck_training_next_number_positive'), 'next_number > 0')

    with op.batch_alter_table('person', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f('uq_person_page_key'), type_='unique')
        batch_op.drop_column('page_key')
        batch_op.drop_column('photo')

    for table in ('mail_message', 'certificate_request'):
        op.drop_table(table)
    _thaw()
    with op.batch_alter_table('certificate', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name in ('design_version_id_design_version', 'replaces_id_certificate', 'counter_id_serial_counter', 'lecturer_id_lecturer'):
            batch_op.drop_constraint(op.f(f'fk_certificate_{name}'), type_='foreignkey')
        for name in ('uq_certificate_replaces_id', 'uq_certificate_standing_lecturer', 'uq_certificate_standing', 'ix_certificate_training_id_kind_number', 'ix_certificate_lecturer_id', 'ix_certificate_design_version_id'):
            batch_op.drop_index(name)
        batch_op.drop_constraint(op.f('uq_certificate_counter_id_number'), type_='unique')
        for name in ('issued_has_bytes', 'certificatekind', 'revoked_has_ground', 'one_holder', 'replaces_an_earlier_one'):
            batch_op.drop_constraint(op.f(f'ck_certificate_{name}'), type_='check')
    with op.batch_alter_table('certificate', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.create_check_constraint(
            op.f('ck_certificate_issued_has_bytes'),
            "status IN ('reserved', 'voided') OR (sha256 IS NOT NULL AND file_key IS NOT NULL)",
        )
        batch_op.create_index('uq_certificate_standing', ['registration_id'], unique=True, sqlite_where=sa.text(_STANDING), postgresql_where=sa.text(_STANDING))
        batch_op.create_unique_constraint(op.f('uq_certificate_training_id_number'), ['training_id', 'number'])
        batch_op.alter_column('registration_id', existing_type=sa.Integer(), nullable=False)
        for column in ('handed_by', 'collected_by', 'collected_at', 'erased_at', 'ground', 'is_signed', 'replaces_id', 'design_version_id', 'counter_id', 'lecturer_id', 'kind'):
            batch_op.drop_column(column)
    _freeze(_ALTERED_BEFORE)
    for table in ('distinction', 'design_version', 'certificate_offer', 'serial_counter', 'glyph_substitute', 'design', 'asset'):
        op.drop_table(table)
    if not _sqlite():
        op.execute("DROP FUNCTION design_version_frozen()")
