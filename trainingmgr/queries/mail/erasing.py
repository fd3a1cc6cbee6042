"""Taking a person's data out of the mails to them; that there was a mail, and what became of it, stays."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailStatus
from trainingmgr.extensions import now
from trainingmgr.models import MailMessage

_M = MailMessage


def blank(session: Session, *which: sa.ColumnElement[bool]) -> int:
    """Blank address, name and text of the mails that `which` names; gives how many.

    What was not sent yet is not sent any more. The registration or lecturer goes too, the training and the dates stay.
    """
    blanked = session.execute(
        sa.update(_M)
        .where(_M.erased_at.is_(None), *which)
        .values(
            to_name="",
            to_address="",
            subject="",
            body="",
            calendar="",
            answer="",
            registration_id=None,
            lecturer_id=None,
            erased_at=now(),
            status=sa.case(
                (_M.status == MailStatus.QUEUED, sa.literal(MailStatus.CANCELLED, _M.status.type)),
                else_=_M.status,
            ),
            lease_until=sa.case((_M.status == MailStatus.SENDING, _M.lease_until), else_=None),
        )
        .returning(_M.id)
        .execution_options(synchronize_session=False)
    )
    return len(blanked.all())
