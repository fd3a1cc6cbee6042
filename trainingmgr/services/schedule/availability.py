"""When lecturers can come, to whichever training of the organisation."""

from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.timetable import days_between, instants
from trainingmgr.extensions import transaction
from trainingmgr.models import Lecturer, LecturerWindow
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

MOST_DAYS = 62
MOST_WINDOWS = 500


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """From `start` to `end` on each day from `first` to `last`, by the clock of a zone."""

    first: date
    last: date
    start: time
    end: time


def add_windows(actor: Actor, organisation_id: int, lecturer_id: int, draft: WindowDraft, zone: str) -> int:
    """Note when a lecturer can come, a stretch a day; gives how many were new.

    Raises Refusal `window_days_backwards`, `window_too_many_days` (days, limit), `windows_too_many` (limit), and
    those of `instants`; NotFound.
    """
    if draft.last < draft.first:
        raise Refusal("window_days_backwards")
    days = (draft.last - draft.first).days + 1
    if days > MOST_DAYS:
        raise Refusal("window_too_many_days", days=days, limit=MOST_DAYS)
    spans = [instants(day, draft.start, draft.end, zone) for day in days_between(draft.first, draft.last)]
    with transaction() as session:
        _check_own(session, organisation_id, lecturer_id)
        known = {
            (one.starts_at, one.ends_at)
            for one in session.scalars(
                sa.select(LecturerWindow).where(LecturerWindow.lecturer_id == lecturer_id)
            )
        }
        new = [span for span in spans if span not in known]
        # Lecturers add them without an account.
        if new and len(known) + len(new) > MOST_WINDOWS:
            raise Refusal("windows_too_many", limit=MOST_WINDOWS)
        session.add_all(
            LecturerWindow(lecturer_id=lecturer_id, starts_at=starts_at, ends_at=ends_at)
            for starts_at, ends_at in new
        )
        audit.record(
            session,
            actor,
            "lecturer.available",
            "lecturer",
            lecturer_id,
            organisation_id=organisation_id,
            days=len(new),
        )
    return len(new)


def remove_window(actor: Actor, organisation_id: int, lecturer_id: int, window_id: int) -> None:
    """Take one stretch away again. Raises NotFound."""
    with transaction() as session:
        _check_own(session, organisation_id, lecturer_id)
        window = session.get(LecturerWindow, window_id)
        if window is None or window.lecturer_id != lecturer_id:
            raise NotFound("not_found")
        session.delete(window)
        audit.record(
            session, actor, "lecturer.unavailable", "lecturer", lecturer_id, organisation_id=organisation_id
        )


def _check_own(session: Session, organisation_id: int, lecturer_id: int) -> None:
    lecturer = session.get(Lecturer, lecturer_id, with_for_update=True)
    if lecturer is None or lecturer.organisation_id != organisation_id:
        raise NotFound("not_found")
