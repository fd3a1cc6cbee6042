"""the secret parts of addresses not kept in mails

Revision: 0034, after 0033

What is left out here is put in again when a mail is sent; on the way down it stays out.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

_FAULTS_BEFORE = (
    '', 'unreachable', 'sign_in', 'sender', 'later', 'refused', 'cut_off', 'bounced', 'file', 'not_valid', 'restored',
)
_SECRET = re.compile(r'(?<=/)(?<!/v/)[A-Za-z0-9_-]{43,46}(?![A-Za-z0-9_-])')
_HIDDEN = '••••••'
_AT_ONCE = 500

_mail = sa.table(
    'mail_message',
    *(sa.column(name, sa.Integer()) for name in ('id', 'registration_id', 'unit_id', 'lecturer_id')),
    *(sa.column(name, sa.String()) for name in ('kind', 'status', 'subject', 'body')),
)


def _faults(faults: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{fault}'" for fault in faults)
    for table in ('mail_message', 'mail_server'):
        with op.batch_alter_table(table, reflect_kwargs={'resolve_fks': False}) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_mailfault'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_mailfault'), f'fault IN ({listed})')


def _hide() -> None:
    """In mails that have left, and in those whose readers' addresses can be made anew."""
    reader = sa.or_(*(_mail.c[name].is_not(None) for name in ('registration_id', 'unit_id', 'lecturer_id')))
    left = _mail.c.status.in_(['sent', 'bounced'])
    which = sa.or_(left, sa.and_(reader, _mail.c.kind != 'message'))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(_mail.c.id, _mail.c.subject, _mail.c.body)
        .where(_mail.c.id > last, which)
        .order_by(_mail.c.id)
        .limit(_AT_ONCE)
    ).all():
        last = rows[-1].id
        for row in rows:
            said = {'subject': _SECRET.sub(_HIDDEN, row.subject), 'body': _SECRET.sub(_HIDDEN, row.body)}
            if (row.subject, row.body) != (said['subject'], said['body']):
                connection.execute(sa.update(_mail).where(_mail.c.id == row.id).values(**said))


def upgrade() -> None:
    _faults((*_FAULTS_BEFORE, 'link_ended'))
    _hide()


def downgrade() -> None:
    for table in ('mail_message', 'mail_server'):
        fault = sa.column('fault', sa.String())
        op.execute(sa.update(sa.table(table, fault)).where(fault == 'link_ended').values(fault='file'))
    _faults(_FAULTS_BEFORE)
