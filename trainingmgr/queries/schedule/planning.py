"""What was said and proposed of laying a training's timetable. A task of a problem has the id of its session."""

from datetime import date, time, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from trainingmgr.domain.planning import DAY, Half, Problem, Wish
from trainingmgr.models import (
    AnySession,
    Attendance,
    Planning,
    PlanningWish,
    Training,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.queries import job as jobs


def planning_of(session: Session, training_id: int) -> Planning | None:
    """What was said and proposed of a training's timetable, if anything was."""
    return session.get(Planning, training_id)


def let_go(session: Session, row: Planning) -> None:
    """Drop what was proposed, and end the search for it; what was said of a day stays."""
    job = jobs.lock(session, row.job_id) if row.job_id else None
    if job is not None:
        jobs.cancel(session, job)
    row.problem, row.answer, row.seen, row.leads, row.job_id = "", "", [], [], None


def forget_lecturer_in_plannings(session: Session, organisation_id: int, lecturer_id: int) -> None:
    """Drop the proposals of an organisation that were laid with this lecturer, whom they name."""
    rows = session.scalars(
        sa.select(Planning)
        .join(Training, Training.id == Planning.training_id)
        .where(Training.organisation_id == organisation_id, Planning.problem != "")
        .with_for_update(of=Planning)
    )
    for row in rows:
        problem = msgspec.json.decode(row.problem, type=Problem)
        if lecturer_id in problem.lecturers or any(lecturer_id in one.lecturers for one in problem.tasks):
            let_go(session, row)
    session.flush()


def unplaced(session: Session, training_id: int) -> list[UnplacedSession]:
    """The sessions of a training that have no time yet, in the order in which they came, with all that they carry."""
    return list(
        session.scalars(
            sa.select(UnplacedSession)
            .where(UnplacedSession.training_id == training_id)
            .options(
                selectinload(UnplacedSession.contributions),
                selectinload(UnplacedSession.stops).joinedload(VisitStop.site),
                selectinload(UnplacedSession.groups),
            )
            .order_by(UnplacedSession.id)
        )
    )


def how_many_wait(session: Session, training_id: int) -> int:
    """How many sessions of a training have no time yet."""
    query = sa.select(sa.func.count(UnplacedSession.id)).where(UnplacedSession.training_id == training_id)
    return session.scalar(query) or 0


def wishes(session: Session, training_id: int) -> list[PlanningWish]:
    """What is wished of a training's sessions, as it was entered."""
    return list(
        session.scalars(
            sa.select(PlanningWish).where(PlanningWish.training_id == training_id).order_by(PlanningWish.id)
        )
    )


def attended(session: Session, training_id: int) -> set[int]:
    """The sessions at which attendance was taken: these keep their time."""
    return set(
        session.scalars(
            sa.select(Attendance.session_id).where(Attendance.training_id == training_id).distinct()
        )
    )


def versions(session: Session, training_id: int) -> list[list[int]]:
    """The ids of a training's sessions, with a time or without, and their versions, in order."""
    rows = session.execute(
        sa.select(AnySession.id, AnySession.version)
        .where(AnySession.training_id == training_id)
        .order_by(AnySession.id)
    )
    return [list(row) for row in rows]


def wish_of(row: PlanningWish, training: Training) -> Wish:
    """A wish as it stands in the training's problem."""
    return Wish(
        row.id,
        row.kind,
        row.session_id,
        row.other_session_id or 0,
        (row.day - training.start_date).days if row.day else 0,
        row.half or Half.MORNING,
        row.must,
    )


def when(first_day: date, minute: int) -> tuple[date, time]:
    """The day and the time of the clock that a minute of a problem means."""
    day, rest = divmod(minute, DAY)
    return first_day + timedelta(days=day), time(rest // 60, rest % 60)
