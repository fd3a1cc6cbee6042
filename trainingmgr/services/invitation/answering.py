"""What lecturers answer: by themselves on their page, or to the organiser, who notes it."""

from datetime import datetime

import sqlalchemy as sa

from trainingmgr.domain.invitation import InvitationAnswer
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Contribution, Invitation, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import Guest
from trainingmgr.queries.locking import locked
from trainingmgr.services.invitation._common import invited, still_open


def answer(
    guest: Guest, session_id: int, said: InvitationAnswer, word: str, seen: tuple[datetime, datetime] | None
) -> None:
    """Accept or decline a session; once more changes the answer.

    `seen` is from when to when it is as the lecturer saw it, None where nobody can tell. Raises Refusal
    `invitation.link_ended`; `invitation.moved` where the session has other times than these by now; NotFound.
    """
    with transaction() as session:
        lecturer = still_open(session, guest)
        row, lesson = invited(session, lecturer.id, session_id)
        if seen != (lesson.starts_at, lesson.ends_at):
            raise Refusal("invitation.moved")
        _set(row, lesson, said, word)
        audit.record(
            session,
            guest.actor,
            f"invitation.{said.value}",
            "session",
            lesson.id,
            training=session.get_one(Training, lesson.training_id),
            lecturer=lecturer.id,
        )


def note_answer(
    actor: Actor,
    training: Training,
    lecturer_id: int,
    session_id: int,
    said: InvitationAnswer | None,
    word: str,
) -> None:
    """Note what a lecturer told the organiser; None takes the answer back. Raises NotFound."""
    with transaction() as session:
        row = locked(session, training.id)
        lesson = session.get(TrainingSession, session_id, with_for_update=True)
        taught = session.scalar(
            sa.select(
                sa.exists().where(
                    Contribution.session_id == session_id, Contribution.lecturer_id == lecturer_id
                )
            )
        )
        if lesson is None or lesson.training_id != row.id or not taught:
            raise NotFound("not_found")
        known = session.scalar(
            sa.select(Invitation).where(
                Invitation.session_id == session_id, Invitation.lecturer_id == lecturer_id
            )
        )
        found = known or Invitation(
            session_id=session_id,
            lecturer_id=lecturer_id,
            asked_starts_at=lesson.starts_at,
            asked_ends_at=lesson.ends_at,
        )
        _set(found, lesson, said, word)
        session.add(found)
        audit.record(
            session,
            actor,
            f"invitation.{said.value}" if said else "invitation.answer_dropped",
            "session",
            lesson.id,
            training=row,
            lecturer=lecturer_id,
        )


def _set(row: Invitation, lesson: TrainingSession, said: InvitationAnswer | None, word: str) -> None:
    row.answer, row.word = said, word[:500]
    row.answered_at = now() if said is not None else None
    row.asked_starts_at, row.asked_ends_at = lesson.starts_at, lesson.ends_at
