"""the first schema

Revision: 0001, after 
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


# How many registrations a training has in each status, kept by the database itself, so that the
# head of a roster of any size costs one small read.
_TALLY_ADD = (
    "INSERT INTO registration_tally (training_id, status, people) VALUES (NEW.training_id, NEW.status, 1) "
    "ON CONFLICT (training_id, status) DO UPDATE SET people = registration_tally.people + 1"
)
_TALLY_TAKE = (
    "UPDATE registration_tally SET people = people - 1 "
    "WHERE training_id = OLD.training_id AND status = OLD.status"
)
_MOVED = "OLD.status <> NEW.status OR OLD.training_id <> NEW.training_id"
# What was issued never changes; a certificate's row is never deleted, unless it is a sample's.
_ALTERED_SQLITE = " OR ".join(
    f"OLD.{column} IS NOT NEW.{column}"
    for column in ("training_id", "registration_id", "number", "serial", "code", "issue_date", "is_sample")
)
_ALTERED_SQLITE += (
    " OR (OLD.status <> 'reserved' AND (OLD.snapshot IS NOT NEW.snapshot OR OLD.sha256 IS NOT NEW.sha256"
    " OR OLD.file_key IS NOT NEW.file_key OR OLD.issued_at IS NOT NEW.issued_at OR NEW.status = 'reserved'))"
    " OR (OLD.status IN ('revoked', 'voided') AND NEW.status <> OLD.status)"
)
_ALTERED_POSTGRESQL = (
    _ALTERED_SQLITE.replace("IS NOT", "IS DISTINCT FROM")
    .replace("OLD.snapshot", "OLD.snapshot::text")
    .replace("NEW.snapshot", "NEW.snapshot::text")
)
_FROZEN = "a certificate is never changed or deleted"


def _create_triggers_sqlite() -> None:
    for name, when, body in (
        ("registration_tally_insert", "AFTER INSERT ON registration", f"BEGIN {_TALLY_ADD}; END"),
        ("registration_tally_delete", "AFTER DELETE ON registration", f"BEGIN {_TALLY_TAKE}; END"),
        (
            "registration_tally_update",
            "AFTER UPDATE OF status, training_id ON registration",
            f"WHEN {_MOVED} BEGIN {_TALLY_TAKE}; {_TALLY_ADD}; END",
        ),
        (
            "certificate_frozen_update",
            "BEFORE UPDATE ON certificate",
            f"WHEN {_ALTERED_SQLITE} BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END",
        ),
        (
            "certificate_frozen_delete",
            "BEFORE DELETE ON certificate",
            f"WHEN NOT OLD.is_sample BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END",
        ),
        (
            "audit_entry_frozen_update",
            "BEFORE UPDATE OF at, actor, action, subject_type, subject_id, details ON audit_entry",
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END",
        ),
    ):
        op.execute(f"CREATE TRIGGER {name} {when} FOR EACH ROW {body}")


def _create_triggers_postgresql() -> None:
    for name, body in (
        ("registration_tally_insert", f"{_TALLY_ADD}; RETURN NULL;"),
        ("registration_tally_delete", f"{_TALLY_TAKE}; RETURN NULL;"),
        ("registration_tally_update", f"{_TALLY_TAKE}; {_TALLY_ADD}; RETURN NULL;"),
        ("certificate_frozen", f"RAISE EXCEPTION '{_FROZEN}' USING ERRCODE = 'integrity_constraint_violation';"),
        (
            "audit_entry_frozen",
            "RAISE EXCEPTION 'the audit trail is never changed' USING ERRCODE = 'integrity_constraint_violation';",
        ),
    ):
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    for name, when, condition, function in (
        ("registration_tally_insert", "AFTER INSERT ON registration", "", "registration_tally_insert"),
        ("registration_tally_delete", "AFTER DELETE ON registration", "", "registration_tally_delete"),
        (
            "registration_tally_update",
            "AFTER UPDATE OF status, training_id ON registration",
            f"WHEN ({_MOVED})",
            "registration_tally_update",
        ),
        (
            "certificate_frozen_update",
            "BEFORE UPDATE ON certificate",
            f"WHEN ({_ALTERED_POSTGRESQL})",
            "certificate_frozen",
        ),
        (
            "certificate_frozen_delete",
            "BEFORE DELETE ON certificate",
            "WHEN (NOT OLD.is_sample)",
            "certificate_frozen",
        ),
        (
            "audit_entry_frozen_update",
            "BEFORE UPDATE OF at, actor, action, subject_type, subject_id, details ON audit_entry",
            "",
            "audit_entry_frozen",
        ),
    ):
        op.execute(f"CREATE TRIGGER {name} {when} FOR EACH ROW {condition} EXECUTE FUNCTION {function}()")


def upgrade() -> None:
    op.create_table('installation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key_fingerprint', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_installation_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(trim(name_zh)) > 0', name=op.f('ck_organisation_name_zh_not_blank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('name_zh', name=op.f('uq_organisation_name_zh'))
    )
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_user_email_lower')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_user_fs_uniquifier'))
    )
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('owner', 'organiser', 'front_desk', 'viewer', name='role', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'organisation_id', name=op.f('uq_membership_user_id_organisation_id'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('district_zh', sa.String(length=60), nullable=False),
    sa.Column('district_en', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=240), nullable=False),
    sa.Column('host_contact', sa.String(length=120), nullable=False),
    sa.Column('host_phone', sa.String(length=40), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(trim(name_zh)) > 0', name=op.f('ck_site_name_zh_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_site_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site')),
    sa.UniqueConstraint('organisation_id', 'district_zh', 'name_zh', name=op.f('uq_site_organisation_id_district_zh_name_zh'))
    )
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('training',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('title_zh', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=240), nullable=False),
    sa.Column('title_en_translated', sa.Boolean(), nullable=False),
    sa.Column('place_zh', sa.String(length=120), nullable=False),
    sa.Column('place_en', sa.String(length=120), nullable=False),
    sa.Column('start_date', sa.Date(), nullable=False),
    sa.Column('end_date', sa.Date(), nullable=False),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('purpose_zh', sa.Text(), nullable=False),
    sa.Column('purpose_en', sa.Text(), nullable=False),
    sa.Column('theme_zh', sa.Text(), nullable=False),
    sa.Column('theme_en', sa.Text(), nullable=False),
    sa.Column('feedback_zh', sa.Text(), nullable=False),
    sa.Column('feedback_en', sa.Text(), nullable=False),
    sa.Column('source_zh', sa.String(length=120), nullable=False),
    sa.Column('source_en', sa.String(length=120), nullable=False),
    sa.Column('rule_numerator', sa.Integer(), nullable=False),
    sa.Column('rule_denominator', sa.Integer(), nullable=False),
    sa.Column('class_hour_minutes', sa.Integer(), nullable=False),
    sa.Column('serial_pattern', sa.String(length=60), nullable=False),
    sa.Column('next_number', sa.Integer(), nullable=False),
    sa.Column('certificate_language', sa.String(length=8), nullable=False),
    sa.Column('issue_date', sa.Date(), nullable=True),
    sa.Column('signature_zh', sa.String(length=200), nullable=False),
    sa.Column('signature_en', sa.String(length=300), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("certificate_language IN ('zh', 'en', 'both')", name=op.f('ck_training_certificate_language')),
    sa.CheckConstraint('capacity IS NULL OR capacity > 0', name=op.f('ck_training_capacity_positive')),
    sa.CheckConstraint('class_hour_minutes BETWEEN 1 AND 240', name=op.f('ck_training_class_hour_minutes')),
    sa.CheckConstraint('code = upper(code)', name=op.f('ck_training_code_upper')),
    sa.CheckConstraint('end_date >= start_date', name=op.f('ck_training_days_in_order')),
    sa.CheckConstraint('length(trim(code)) > 0', name=op.f('ck_training_code_not_blank')),
    sa.CheckConstraint('length(trim(title_zh)) > 0', name=op.f('ck_training_title_zh_not_blank')),
    sa.CheckConstraint('next_number > 0', name=op.f('ck_training_next_number_positive')),
    sa.CheckConstraint('rule_numerator >= 0 AND rule_denominator > 0 AND rule_numerator <= rule_denominator', name=op.f('ck_training_rule_fraction')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_training_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training')),
    sa.UniqueConstraint('code', name=op.f('uq_training_code')),
    sa.UniqueConstraint('id', 'organisation_id', name=op.f('uq_training_id_organisation_id'))
    )
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.create_index('ix_training_organisation_id_start_date', ['organisation_id', 'start_date'], unique=False)

    op.create_table('unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('type', sa.Enum('ministry', 'department', 'provincial', 'city', 'district', 'association', 'media', 'company', 'committee', 'other', name='unittype', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_unit_name_not_blank')),
    sa.CheckConstraint('parent_id IS NULL OR parent_id <> id', name=op.f('ck_unit_not_own_parent')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_unit_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id_unit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_unit_organisation_id_name'))
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_parent_id'), ['parent_id'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('training_id', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_audit_entry_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_audit_entry_training_id_training'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_audit_entry_user_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_audit_entry_training_id_id', ['training_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_user_id'), ['user_id'], unique=False)

    op.create_table('category',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=240), nullable=False),
    sa.Column('post_zh', sa.String(length=120), nullable=False),
    sa.Column('post_en', sa.String(length=200), nullable=False),
    sa.CheckConstraint('length(trim(name_zh)) > 0', name=op.f('ck_category_name_zh_not_blank')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_category_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_category_id_training_id')),
    sa.UniqueConstraint('training_id', 'name_zh', name=op.f('uq_category_training_id_name_zh')),
    sa.UniqueConstraint('training_id', 'position', name=op.f('uq_category_training_id_position'))
    )
    op.create_table('import_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_import_draft_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_import_draft_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_draft')),
    sa.UniqueConstraint('uid', name=op.f('uq_import_draft_uid'))
    )
    with op.batch_alter_table('import_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_draft_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_draft_training_id'), ['training_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_draft_user_id'), ['user_id'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.Enum('issue', name='jobkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('status', sa.Enum('queued', 'running', 'done', 'cancelled', name='jobstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('active_key', sa.String(length=80), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('total >= 0', name=op.f('ck_job_total_not_negative')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_job_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_job_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_job_user_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('active_key', name=op.f('uq_job_active_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_job_uid'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_job_status_id', ['status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_training_id'), ['training_id'], unique=False)

    op.create_table('lecturer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.Enum('person', 'unit', 'unnamed', name='contributortype', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('latin_name', sa.String(length=120), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('title_zh', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(type = 'person' AND name <> '') OR (type <> 'person' AND name = '' AND unit_id IS NOT NULL)", name=op.f('ck_lecturer_named_or_of_unit')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_lecturer_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_lecturer_unit_id_unit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecturer')),
    sa.UniqueConstraint('organisation_id', 'type', 'name', 'unit_id', 'title_zh', name=op.f('uq_lecturer_organisation_id_type_name_unit_id_title_zh'))
    )
    with op.batch_alter_table('lecturer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lecturer_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lecturer_unit_id'), ['unit_id'], unique=False)

    op.create_table('material',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('book', 'handout', 'bag', 'other', name='materialkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('title_zh', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=240), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(trim(title_zh)) > 0', name=op.f('ck_material_title_zh_not_blank')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_material_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_material_id_training_id')),
    sa.UniqueConstraint('training_id', 'title_zh', name=op.f('uq_material_training_id_title_zh'))
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_key', sa.String(length=120), nullable=False),
    sa.Column('pinyin', sa.String(length=240), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('sex', sa.String(length=8), nullable=False),
    sa.Column('ethnicity', sa.String(length=40), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('phone_tail', sa.String(length=4), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('id_type', sa.String(length=24), nullable=False),
    sa.Column('id_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id_index', sa.LargeBinary(length=32), nullable=True),
    sa.Column('id_masked', sa.String(length=40), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(id_sealed IS NULL) = (id_index IS NULL) AND (id_sealed IS NULL) = (id_type = '')", name=op.f('ck_person_id_whole')),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_person_name_not_blank')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_person_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_person_unit_id_unit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('id', 'organisation_id', name=op.f('uq_person_id_organisation_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_person_uid'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_organisation_id_name_key', ['organisation_id', 'name_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_person_organisation_id_id_index', ['organisation_id', 'id_index'], unique=True, sqlite_where=sa.text('id_index IS NOT NULL'), postgresql_where=sa.text('id_index IS NOT NULL'))

    op.create_table('registration_tally',
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_registration_tally_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('training_id', 'status', name=op.f('pk_registration_tally'))
    )
    op.create_table('study_topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text_zh', sa.String(length=200), nullable=False),
    sa.Column('text_en', sa.String(length=300), nullable=False),
    sa.CheckConstraint('length(trim(text_zh)) > 0', name=op.f('ck_study_topic_text_zh_not_blank')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_study_topic_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_topic')),
    sa.UniqueConstraint('training_id', 'position', name=op.f('uq_study_topic_training_id_position'))
    )
    op.create_table('training_host',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('host', 'co_host', name='hostrole', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_training_host_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_training_host_unit_id_unit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_host')),
    sa.UniqueConstraint('training_id', 'role', 'position', name=op.f('uq_training_host_training_id_role_position')),
    sa.UniqueConstraint('training_id', 'unit_id', name=op.f('uq_training_host_training_id_unit_id'))
    )
    with op.batch_alter_table('training_host', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_host_unit_id'), ['unit_id'], unique=False)

    op.create_table('training_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=24), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opening', 'lecture', 'exchange', 'briefing', 'discussion', 'site_visit', 'meal', 'transfer', 'closing', name='sessionkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('title_zh', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=300), nullable=False),
    sa.Column('description_zh', sa.Text(), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=False),
    sa.Column('place_zh', sa.String(length=120), nullable=False),
    sa.Column('place_en', sa.String(length=200), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('class_hours', sa.Numeric(8, 2).with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('compulsory', sa.Boolean(), nullable=False),
    sa.Column('times_are_sample', sa.Boolean(), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('class_hours >= 0', name=op.f('ck_training_session_class_hours_not_negative')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_training_session_times_in_order')),
    sa.CheckConstraint('length(trim(title_zh)) > 0', name=op.f('ck_training_session_title_zh_not_blank')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_training_session_training_id_training'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_session')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_training_session_id_training_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_training_session_uid'))
    )
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.create_index('ix_training_session_training_id_starts_at', ['training_id', 'starts_at'], unique=False)

    op.create_table('unit_alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_unit_alias_name_not_blank')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_alias_unit_id_unit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_alias')),
    sa.UniqueConstraint('unit_id', 'name', name=op.f('uq_unit_alias_unit_id_name'))
    )
    op.create_table('contribution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('lecturer_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('speech', 'lecture', 'presentation', name='contributorrole', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('topic_zh', sa.String(length=200), nullable=False),
    sa.Column('topic_en', sa.String(length=300), nullable=False),
    sa.CheckConstraint('position > 0', name=op.f('ck_contribution_position_positive')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_contribution_lecturer_id_lecturer'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_contribution_session_id_training_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sa.UniqueConstraint('session_id', 'position', name=op.f('uq_contribution_session_id_position'))
    )
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contribution_lecturer_id'), ['lecturer_id'], unique=False)

    op.create_table('job_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('pending', 'leased', 'done', 'refused', 'failed', name='itemstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('worker', sa.String(length=60), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error_code', sa.String(length=60), nullable=False),
    sa.Column('error_values', sa.JSON(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_job_item_job_id_job'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_item')),
    sa.UniqueConstraint('job_id', 'subject_id', name=op.f('uq_job_item_job_id_subject_id'))
    )
    with op.batch_alter_table('job_item', schema=None) as batch_op:
        batch_op.create_index('ix_job_item_job_id_status_id', ['job_id', 'status', 'id'], unique=False)

    op.create_table('registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('post', sa.String(length=120), nullable=False),
    sa.Column('group_name', sa.String(length=40), nullable=False),
    sa.Column('latin_name', sa.String(length=120), nullable=False),
    sa.Column('status', sa.Enum('nominated', 'confirmed', 'arrived', 'completed', 'withdrawn', name='registrationstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('sort_key', sa.String(length=240), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['category_id', 'training_id'], ['category.id', 'category.training_id'], name='category_of_training'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_registration_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_registration_training_id_training'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_registration_unit_id_unit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('id', 'training_id', name=op.f('uq_registration_id_training_id')),
    sa.UniqueConstraint('training_id', 'person_id', name=op.f('uq_registration_training_id_person_id'))
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_registration_roster', ['training_id', 'sort_key', 'id'], unique=False)
        batch_op.create_index('ix_registration_roster_category', ['training_id', 'category_id', 'sort_key', 'id'], unique=False)
        batch_op.create_index('ix_registration_roster_group', ['training_id', 'group_name', 'sort_key', 'id'], unique=False)
        batch_op.create_index('ix_registration_roster_status', ['training_id', 'status', 'sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_unit_id'), ['unit_id'], unique=False)

    op.create_table('visit_stop',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.CheckConstraint('minutes IS NULL OR minutes > 0', name=op.f('ck_visit_stop_minutes_positive')),
    sa.CheckConstraint('position > 0', name=op.f('ck_visit_stop_position_positive')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_visit_stop_session_id_training_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_visit_stop_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_stop')),
    sa.UniqueConstraint('session_id', 'position', name=op.f('uq_visit_stop_session_id_position'))
    )
    with op.batch_alter_table('visit_stop', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_stop_site_id'), ['site_id'], unique=False)

    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum('present', 'late', 'on_leave', 'absent', name='attendancemark', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('marked_by_id', sa.Integer(), nullable=True),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['marked_by_id'], ['user.id'], name=op.f('fk_attendance_marked_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id', 'training_id'], ['training_session.id', 'training_session.training_id'], name='session_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('session_id', 'registration_id', name=op.f('uq_attendance_session_id_registration_id'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_registration_id', ['registration_id'], unique=False)
        batch_op.create_index('ix_attendance_training_id', ['training_id'], unique=False)

    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('serial', sa.String(length=80), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('status', sa.Enum('reserved', 'valid', 'revoked', 'voided', name='certificatestatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('issue_date', sa.Date(), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('file_key', sa.String(length=120), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('issued_by', sa.String(length=120), nullable=False),
    sa.Column('reserved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=120), nullable=False),
    sa.Column('end_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("(status IN ('revoked', 'voided')) = (ended_at IS NOT NULL)", name=op.f('ck_certificate_ended_when_not_standing')),
    sa.CheckConstraint("ended_at IS NULL OR end_reason <> ''", name=op.f('ck_certificate_end_needs_reason')),
    sa.CheckConstraint("status IN ('reserved', 'voided') OR (sha256 IS NOT NULL AND file_key IS NOT NULL)", name=op.f('ck_certificate_issued_has_bytes')),
    sa.CheckConstraint('length(trim(serial)) > 0', name=op.f('ck_certificate_serial_not_blank')),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_certificate_training_id_training'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('serial', name=op.f('uq_certificate_serial')),
    sa.UniqueConstraint('training_id', 'number', name=op.f('uq_certificate_training_id_number'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_sha256'), ['sha256'], unique=False)
        batch_op.create_index('uq_certificate_standing', ['registration_id'], unique=True, sqlite_where=sa.text("status IN ('reserved', 'valid')"), postgresql_where=sa.text("status IN ('reserved', 'valid')"))

    op.create_table('handout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('training_id', sa.Integer(), nullable=False),
    sa.Column('material_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['given_by_id'], ['user.id'], name=op.f('fk_handout_given_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['material_id', 'training_id'], ['material.id', 'material.training_id'], name='material_of_training', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id', 'training_id'], ['registration.id', 'registration.training_id'], name='registration_of_training', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handout')),
    sa.UniqueConstraint('material_id', 'registration_id', name=op.f('uq_handout_material_id_registration_id'))
    )
    with op.batch_alter_table('handout', schema=None) as batch_op:
        batch_op.create_index('ix_handout_registration_id', ['registration_id'], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        _create_triggers_sqlite()
    else:
        _create_triggers_postgresql()


def downgrade() -> None:
    with op.batch_alter_table('handout', schema=None) as batch_op:
        batch_op.drop_index('ix_handout_registration_id')

    op.drop_table('handout')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('uq_certificate_standing', sqlite_where=sa.text("status IN ('reserved', 'valid')"), postgresql_where=sa.text("status IN ('reserved', 'valid')"))
        batch_op.drop_index(batch_op.f('ix_certificate_sha256'))

    op.drop_table('certificate')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_training_id')
        batch_op.drop_index('ix_attendance_registration_id')

    op.drop_table('attendance')
    with op.batch_alter_table('visit_stop', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_stop_site_id'))

    op.drop_table('visit_stop')
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_registration_unit_id'))
        batch_op.drop_index('ix_registration_roster_status')
        batch_op.drop_index('ix_registration_roster_group')
        batch_op.drop_index('ix_registration_roster_category')
        batch_op.drop_index('ix_registration_roster')
        batch_op.drop_index(batch_op.f('ix_registration_person_id'))

    op.drop_table('registration')
    with op.batch_alter_table('job_item', schema=None) as batch_op:
        batch_op.drop_index('ix_job_item_job_id_status_id')

    op.drop_table('job_item')
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contribution_lecturer_id'))

    op.drop_table('contribution')
    op.drop_table('unit_alias')
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.drop_index('ix_training_session_training_id_starts_at')

    op.drop_table('training_session')
    with op.batch_alter_table('training_host', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_host_unit_id'))

    op.drop_table('training_host')
    op.drop_table('study_topic')
    op.drop_table('registration_tally')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('uq_person_organisation_id_id_index', sqlite_where=sa.text('id_index IS NOT NULL'), postgresql_where=sa.text('id_index IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_person_unit_id'))
        batch_op.drop_index('ix_person_organisation_id_name_key')

    op.drop_table('person')
    op.drop_table('material')
    with op.batch_alter_table('lecturer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lecturer_unit_id'))
        batch_op.drop_index(batch_op.f('ix_lecturer_organisation_id'))

    op.drop_table('lecturer')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_training_id'))
        batch_op.drop_index('ix_job_status_id')
        batch_op.drop_index(batch_op.f('ix_job_organisation_id'))

    op.drop_table('job')
    with op.batch_alter_table('import_draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_draft_user_id'))
        batch_op.drop_index(batch_op.f('ix_import_draft_training_id'))
        batch_op.drop_index(batch_op.f('ix_import_draft_created_at'))

    op.drop_table('import_draft')
    op.drop_table('category')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_user_id'))
        batch_op.drop_index('ix_audit_entry_training_id_id')
        batch_op.drop_index(batch_op.f('ix_audit_entry_organisation_id'))

    op.drop_table('audit_entry')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_parent_id'))

    op.drop_table('unit')
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.drop_index('ix_training_organisation_id_start_date')

    op.drop_table('training')
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_organisation_id'))

    op.drop_table('site')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_organisation_id'))

    op.drop_table('membership')
    op.drop_table('user')
    op.drop_table('organisation')
    op.drop_table('installation')
    if op.get_bind().dialect.name == "postgresql":
        for name in (
            "registration_tally_insert",
            "registration_tally_delete",
            "registration_tally_update",
            "certificate_frozen",
            "audit_entry_frozen",
        ):
            op.execute(f"DROP FUNCTION {name}()")

