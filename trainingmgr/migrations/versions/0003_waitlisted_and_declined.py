"""registrations may wait for a place, or be declined

Revision: 0003, after 0002
"""

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_BEFORE = ('nominated', 'confirmed', 'arrived', 'completed', 'withdrawn')
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


def _statuses(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table('registration', reflect_kwargs={'resolve_fks': False}) as batch_op:
        batch_op.drop_constraint(op.f('ck_registration_registrationstatus'), type_='check')
        batch_op.create_check_constraint(op.f('ck_registration_registrationstatus'), f"status IN ({listed})")
    if op.get_bind().dialect.name == 'sqlite':
        # The table was made anew, and its triggers went with the old one.
        for trigger in _TRIGGERS:
            op.execute(trigger)


def upgrade() -> None:
    _statuses((*_BEFORE, 'waitlisted', 'declined'))


def downgrade() -> None:
    op.execute("UPDATE registration SET status = 'nominated' WHERE status = 'waitlisted'")
    op.execute("UPDATE registration SET status = 'withdrawn' WHERE status = 'declined'")
    _statuses(_BEFORE)
