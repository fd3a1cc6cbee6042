"""A lecturer's personal data let go, as the law lets them ask; that somebody of the unit taught, stays."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.domain.timetable import UNNAMED_EN, UNNAMED_ZH
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import Contribution, Lecturer, MailMessage
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import file_keys
from trainingmgr.queries.mail.erasing import blank
from trainingmgr.queries.schedule.planning import forget_lecturer_in_plannings
from trainingmgr.queries.schedule.versions import forget_lecturer


def erase_lecturer(actor: Actor, organisation_id: int, lecturer_id: int) -> int:
    """Erase a lecturer with all that hangs on them, mails, files, answers, fees and judgements; how many sessions they had.

    Sessions name in their place somebody of the unit who is not named, where a unit is known, and nobody
    otherwise. Raises NotFound.
    """
    with transaction() as session:
        row = session.get(Lecturer, lecturer_id, with_for_update=True)
        if row is None or row.organisation_id != organisation_id:
            raise NotFound("not_found")
        keys = file_keys(session, lecturer_id)
        blank(session, MailMessage.lecturer_id == lecturer_id)
        forget_lecturer(session, organisation_id, lecturer_id)
        forget_lecturer_in_plannings(session, organisation_id, lecturer_id)
        sessions = _step_back(session, row)
        session.flush()
        session.expire(row)
        session.delete(row)
        session.flush()
        audit.record(
            session,
            actor,
            "lecturer.erase",
            "lecturer",
            lecturer_id,
            organisation_id=organisation_id,
            sessions=sessions,
        )
    for key in keys:
        storage.delete(key)
    return sessions


def _step_back(session: Session, row: Lecturer) -> int:
    """Let somebody unnamed of the unit take the lecturer's part in sessions, also in those without a time yet."""
    parts = session.scalars(sa.select(Contribution).where(Contribution.lecturer_id == row.id)).all()
    standing = _somebody_of(session, row) if parts else None
    for part in parts:
        if standing is None:
            session.delete(part)
        else:
            part.lecturer_id = standing.id
    return len({part.session_id for part in parts})


def _somebody_of(session: Session, row: Lecturer) -> Lecturer | None:
    if row.unit_id is None:
        return None
    known = session.scalar(
        sa.select(Lecturer).where(
            Lecturer.organisation_id == row.organisation_id,
            Lecturer.type == ContributorType.UNNAMED,
            Lecturer.unit_id == row.unit_id,
            Lecturer.title_zh == UNNAMED_ZH,
            Lecturer.id != row.id,
        )
    )
    if known is not None:
        return known
    made = Lecturer(
        organisation_id=row.organisation_id,
        type=ContributorType.UNNAMED,
        unit_id=row.unit_id,
        title_zh=UNNAMED_ZH,
        title_en=UNNAMED_EN,
        is_sample=row.is_sample,
    )
    session.add(made)
    session.flush()
    return made
