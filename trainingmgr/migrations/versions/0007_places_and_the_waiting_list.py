"""places, the waiting list, and why somebody is gone

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_TAKE = "UPDATE registration_tally SET people = people - 1 WHERE training_id = OLD.training_id AND status = OLD.status"
_ADD = (
    "INSERT INTO registration_tally (training_id, status, people) VALUES (NEW.training_id, NEW.status, 1) "
    "ON CONFLICT (training_id, status) DO UPDATE SET people = registration_tally.people + 1"
)
_TRIGGERS = (
    f"CREATE TRIGGER registration_tally_insert AFTER INSERT ON registration FOR EACH ROW BEGIN {_ADD}; END",
    f"CREATE TRIGGER registration_tally_delete AFTER DELETE ON registration FOR EACH ROW BEGIN {_TAKE}; END",
    "CREATE TRIGGER registration_tally_update AFTER UPDATE OF status, training_id ON registration FOR EACH ROW "
    f"WHEN OLD.status <> NEW.status OR OLD.training_id <> NEW.training_id BEGIN {_TAKE}; {_ADD}; END",
)
_CHECKS = {
    'ck_registration_waits_since': "(status = 'waitlisted') = (waitlisted_at IS NOT NULL)",
    'ck_registration_reason_of_gone': "reason = '' OR status IN ('declined', 'withdrawn')",
}


def _put_triggers_back() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        # The table was made anew, and its triggers went with the old one.
        for trigger in _TRIGGERS:
            op.execute(trigger)


def upgrade() -> None:
    op.add_column('training', sa.Column('promotes_waiting', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('registration', sa.Column('waitlisted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('registration', sa.Column('reason', sa.String(length=200), server_default='', nullable=False))
    op.execute("UPDATE registration SET waitlisted_at = created_at WHERE status = 'waitlisted'")
    with op.batch_alter_table('registration', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name, condition in _CHECKS.items():
            batch_op.create_check_constraint(op.f(name), condition)
    _put_triggers_back()
    waiting = sa.text('waitlisted_at IS NOT NULL')
    op.create_index('ix_registration_waiting', 'registration', ['training_id', 'waitlisted_at', 'id'], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index('ix_registration_waiting', table_name='registration')
    with op.batch_alter_table('registration', reflect_kwargs={'resolve_fks': False}) as batch_op:
        for name in _CHECKS:
            batch_op.drop_constraint(op.f(name), type_='check')
        batch_op.drop_column('reason')
        batch_op.drop_column('waitlisted_at')
    _put_triggers_back()
    with op.batch_alter_table('training', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_column('promotes_waiting')
