"""What several use cases of invitations look up first."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.models import Contribution, Invitation, Lecturer, TimetableLink, TrainingSession
from trainingmgr.queries.invitation import Guest


def still_open(session: Session, guest: Guest) -> Lecturer:
    """The lecturer of an address that is in force, held until the end. Raises Refusal `invitation.link_ended`."""
    link = session.scalar(
        sa.select(TimetableLink.id)
        .where(TimetableLink.id == guest.link_id, TimetableLink.key == guest.key)
        .with_for_update()
    )
    lecturer = session.scalar(sa.select(Lecturer).where(Lecturer.id == guest.lecturer.id).with_for_update())
    if link is None or lecturer is None:
        raise Refusal("invitation.link_ended")
    return lecturer


def invited(session: Session, lecturer_id: int, session_id: int) -> tuple[Invitation, TrainingSession]:
    """The invitation of a lecturer to a session that they still contribute to, both held. Raises NotFound."""
    found = session.execute(
        sa.select(Invitation, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(
            Invitation.session_id == session_id,
            Invitation.lecturer_id == lecturer_id,
            sa.exists().where(Contribution.session_id == session_id, Contribution.lecturer_id == lecturer_id),
        )
        .with_for_update(of=(Invitation, TrainingSession))
    ).first()
    if found is None:
        raise NotFound("not_found")
    return found[0], found[1]
