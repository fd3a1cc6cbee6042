"""What lecturers answered and sent for a session that is deleted, so that its undo has that too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.invitation import InvitationAnswer, LectureFileKind
from trainingmgr.models import Contribution, Invitation, LectureFile, Lecturer

_MOMENTS = ("asked_at", "asked_starts_at", "asked_ends_at", "reminded_at", "answered_at")


def kept_of(session: Session, session_id: int) -> dict[str, Any]:
    """The invitations to a session and the files for it as plain JSON; the words along with answers are not kept."""
    rows = session.scalars(
        sa.select(Invitation).where(Invitation.session_id == session_id).order_by(Invitation.lecturer_id)
    )
    files = session.scalars(
        sa.select(LectureFile.id).where(LectureFile.session_id == session_id).order_by(LectureFile.id)
    )
    return {
        "files": list(files),
        "asked": [
            {"lecturer_id": row.lecturer_id, "answer": row.answer.value if row.answer else None}
            | {name: _written(getattr(row, name)) for name in _MOMENTS}
            for row in rows
        ],
    }


def put_back(session: Session, session_id: int, kept: Mapping[str, Any]) -> None:
    """Give a session that was put back what `kept_of` kept, but for lecturers and files that are gone by now.

    The session stands with its contributors already: a file that is none of theirs has the number of one that is gone.
    """
    asked = {one["lecturer_id"]: one for one in kept.get("asked", ())}
    for lecturer_id in session.scalars(sa.select(Lecturer.id).where(Lecturer.id.in_(asked))):
        one = asked[lecturer_id]
        session.add(
            Invitation(
                session_id=session_id,
                lecturer_id=lecturer_id,
                answer=InvitationAnswer(one["answer"]) if one["answer"] else None,
                **{name: datetime.fromisoformat(one[name]) if one[name] else None for name in _MOMENTS},
            )
        )
    session.execute(
        sa.update(LectureFile)
        .where(
            LectureFile.id.in_(kept.get("files", ())),
            LectureFile.session_id.is_(None),
            LectureFile.kind == LectureFileKind.SLIDES,
            LectureFile.lecturer_id.in_(
                sa.select(Contribution.lecturer_id).where(Contribution.session_id == session_id)
            ),
        )
        .values(session_id=session_id)
        .execution_options(synchronize_session=False)
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
