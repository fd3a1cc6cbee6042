"""Lecturers asked to teach: what they answered, and how that stands."""

from datetime import datetime, timedelta
from enum import StrEnum

WAITS_FOR = timedelta(days=7)
"""After so long without an answer somebody is worth a reminder."""

MOST_FILES = 20
"""Of one lecturer, in all."""


class InvitationAnswer(StrEnum):
    """What a lecturer says to a session."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class InvitationState(StrEnum):
    """How it stands with a lecturer and a session.

    `MOVED`: the session lies elsewhere by now than when they were asked or answered, so they are to be asked again.
    """

    TO_ASK = "to_ask"
    ASKED = "asked"
    NO_ANSWER = "no_answer"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MOVED = "moved"


class LectureFileKind(StrEnum):
    """What a lecturer sends along."""

    SLIDES = "slides"
    BIOGRAPHY = "biography"


Span = tuple[datetime, datetime]


def invitation_state(
    asked_at: datetime | None, asked: Span | None, answer: InvitationAnswer | None, span: Span, at: datetime
) -> InvitationState:
    """How it stands at the instant `at` with a session at `span` that was asked for at `asked`, if it was."""
    if asked_at is None:
        return InvitationState.TO_ASK
    # Whoever declined is not asked again by a session that moves; the organiser looks for somebody else.
    if answer is InvitationAnswer.DECLINED:
        return InvitationState.DECLINED
    if asked != span:
        return InvitationState.MOVED
    if answer is InvitationAnswer.ACCEPTED:
        return InvitationState.ACCEPTED
    return InvitationState.NO_ANSWER if at - asked_at >= WAITS_FOR else InvitationState.ASKED
