"""What becomes of a proposed timetable: taken over as a whole, taken back again, or let go of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.planning import Status, Task
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorRole
from trainingmgr.domain.timetable import instants
from trainingmgr.extensions import transaction
from trainingmgr.models import (
    Attendance,
    Lecturer,
    Planning,
    PlanningWish,
    Site,
    Training,
    TrainingSession,
    UnplacedSession,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import kept_of
from trainingmgr.queries.schedule import planning as queries
from trainingmgr.services.schedule.importing import ROLES
from trainingmgr.services.schedule.planning import answer_in, problem_in
from trainingmgr.services.schedule.sessions import ContributorDraft, SessionDraft, StopDraft, lay

PLANNING_ACTIONS = frozenset({"planning.accepted"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many sessions moved, and how many came into the timetable. `undo` names the act for `undo_planning`."""

    moved: int
    placed: int
    undo: int


def accept_planning(actor: Actor, training_id: int) -> Accepted:
    """Take a proposed timetable over, all of it or nothing.

    Raises NotFound; Refusal `planning_none` where there is nothing to accept, `planning_stale` where a
    session changed, came or went since it was asked for, or attendance was taken at one that is to move.
    """
    with transaction() as session:
        training, row = _locked(session, training_id)
        problem = problem_in(row) if row else None
        answer = answer_in(row) if row else None
        if row is None or problem is None or answer is None or answer.status is Status.INFEASIBLE:
            raise Refusal("planning_none")
        unplaced = {-one.id: one for one in queries.unplaced(session, training_id)}
        asked = {task.id for task in problem.tasks if task.id < 0}
        if row.seen != queries.versions(session, training_id) or not asked <= set(unplaced):
            raise Refusal("planning_stale")
        leads = {visit: (ride, ahead) for visit, ride, ahead in row.leads}
        rows = {one.id: one for one in session.scalars(_of(training_id).with_for_update())}
        before: list[list[Any]] = []
        created: list[dict[str, Any]] = []
        for task in problem.tasks:
            start = answer.starts.get(task.id)
            room = answer.rooms.get(task.id, "")
            if start is None or task.pinned is not None:
                continue
            if task.id < 0:
                made = _place(session, training, task, unplaced[task.id], start, room)
                created.append({"id": made.id, **_kept(unplaced[task.id])})
                _hand_wishes_over(session, unplaced[task.id], made)
                session.delete(unplaced[task.id])
                continue
            ride, ahead = leads.get(task.id, (0, 0))
            before += _move(training, rows[task.id], start + ahead, room)
            if ride:
                before += _move(training, rows[ride], start, "")
        if queries.attended(session, training_id).intersection(one[0] for one in before):
            raise Refusal("planning_stale")
        session.flush()
        entry = audit.record(
            session,
            actor,
            "planning.accepted",
            "training",
            training_id,
            training=training,
            moved=len(before),
            placed=len(created),
            before=[[*one, rows[one[0]].version] for one in before],
            created=created,
        )
        queries.let_go(session, row)
        session.flush()
        return Accepted(len(before), len(created), entry.id)


def discard_planning(actor: Actor, training_id: int) -> None:
    """Let a proposal go, and the search for it; what was said of a day is kept for the next one. Raises NotFound."""
    with transaction() as session:
        training, row = _locked(session, training_id)
        if row is None:
            raise NotFound("not_found")
        queries.let_go(session, row)
        audit.record(session, actor, "planning.discarded", "training", training_id, training=training)


def undo_planning(actor: Actor, training_id: int, change: int) -> None:
    """Put the sessions back to where they stood before a proposal was accepted, once.

    `change` is the `undo` of what `accept_planning` gave. Raises NotFound; Refusal `undo_gone` for an act
    of somebody else, an old one, where a session was changed or attended since, or where a lecturer was
    asked for one that it brought in.
    """
    with transaction() as session:
        training, _row = _locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, change, PLANNING_ACTIONS)
        if entry is None:
            raise Refusal("undo_gone")
        rows = {one.id: one for one in session.scalars(_of(training_id).with_for_update())}
        if queries.attended(session, training_id).intersection(one[0] for one in entry.details["before"]):
            raise Refusal("undo_gone")
        for session_id, starts_at, ends_at, zh, en, sample, version in entry.details["before"]:
            moved = rows.get(session_id)
            if moved is None or moved.version != version:
                raise Refusal("undo_gone")
            moved.starts_at, moved.ends_at = (
                datetime.fromisoformat(starts_at),
                datetime.fromisoformat(ends_at),
            )
            moved.place_zh, moved.place_en, moved.times_are_sample = zh, en, sample
            moved.sequence += 1
        for kept in entry.details["created"]:
            _take_out(session, training, rows.get(kept["id"]), kept)
        audit.record_undo(session, actor, "planning.undone", training, entry)


def _of(training_id: int) -> sa.Select[TrainingSession]:
    return sa.select(TrainingSession).where(TrainingSession.training_id == training_id)


def _locked(session: Session, training_id: int) -> tuple[Training, Planning | None]:
    training = session.get(Training, training_id, with_for_update={"key_share": True})
    if training is None:
        raise NotFound("not_found")
    return training, session.get(Planning, training_id, with_for_update=True)


def _move(training: Training, row: TrainingSession, start: int, room: str) -> list[list[Any]]:
    """Put a session to another time, as long as it is; gives where it stood, if it moves at all."""
    length = row.ends_at - row.starts_at
    day, clock = queries.when(training.start_date, start)
    end = datetime.combine(day, clock) + length
    starts_at, ends_at = instants(day, clock, end.time(), training.time_zone)
    if starts_at == row.starts_at and not room:
        return []
    stood = [
        row.id, row.starts_at.isoformat(), row.ends_at.isoformat(), row.place_zh, row.place_en,
        row.times_are_sample,
    ]  # fmt: skip
    row.starts_at, row.ends_at, row.times_are_sample = starts_at, ends_at, False
    if room:
        row.place_zh = room
    row.sequence += 1
    return [stood]


def _place(
    session: Session, training: Training, task: Task, row: UnplacedSession, start: int, room: str
) -> TrainingSession:
    day, clock = queries.when(training.start_date, start)
    end = datetime.combine(day, clock) + timedelta(minutes=task.minutes)
    role = ROLES.get(row.kind, ContributorRole.LECTURE)
    made = TrainingSession(training_id=training.id)
    draft = SessionDraft(
        kind=row.kind,
        title_zh=row.title_zh,
        day=day,
        start=clock,
        end=end.time(),
        place_zh=room or row.place_zh,
        contributors=(ContributorDraft(role, row.lecturer_id),) if row.lecturer_id else (),
        stops=(StopDraft(row.site_id),) if row.site_id else (),
    )
    lay(session, training, made, draft)
    return made


def _kept(row: UnplacedSession) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "title_zh": row.title_zh,
        "minutes": row.minutes,
        "place_zh": row.place_zh,
        "lecturer_id": row.lecturer_id,
        "site_id": row.site_id,
    }


def _hand_wishes_over(session: Session, row: UnplacedSession, made: TrainingSession) -> None:
    """What was wished of the session without a time is wished of the one that it became."""
    for mine, its in (("unplaced_id", "session_id"), ("other_unplaced_id", "other_session_id")):
        session.execute(
            sa.update(PlanningWish)
            .where(getattr(PlanningWish, mine) == row.id)
            .values({mine: None, its: made.id})
            .execution_options(synchronize_session=False)
        )


def _take_out(
    session: Session, training: Training, made: TrainingSession | None, kept: dict[str, Any]
) -> None:
    """Take a session out that a proposal placed, and note it again as one without a time."""
    marks = sa.select(Attendance.id).where(Attendance.session_id == kept["id"]).limit(1)
    if made is None or made.version != 1 or session.scalar(marks) is not None:
        raise Refusal("undo_gone")
    if any(kept_of(session, made.id).values()):
        raise Refusal("undo_gone")
    for model, name in ((Lecturer, "lecturer_id"), (Site, "site_id")):
        if kept[name] is not None and session.get(model, kept[name]) is None:
            raise Refusal("undo_gone")
    row = UnplacedSession(
        training_id=training.id, **{name: value for name, value in kept.items() if name != "id"}
    )
    session.add(row)
    session.flush()
    for mine, its in (("session_id", "unplaced_id"), ("other_session_id", "other_unplaced_id")):
        session.execute(
            sa.update(PlanningWish)
            .where(getattr(PlanningWish, mine) == made.id)
            .values({mine: None, its: row.id})
            .execution_options(synchronize_session=False)
        )
    session.delete(made)
    session.flush()
