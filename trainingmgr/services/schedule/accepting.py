"""What becomes of a proposed timetable: taken over as a whole, taken back again, or let go of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.planning import Answer, Status, Task
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.timetable import instants
from trainingmgr.extensions import transaction
from trainingmgr.models import AnySession, Planning, Training, TrainingSession, Venue
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.schedule import planning as queries
from trainingmgr.services.schedule.placing import length_of, place, unplace
from trainingmgr.services.schedule.planning import answer_in, problem_in
from trainingmgr.services.schedule.restoring import times_of

PLANNING_ACTIONS = frozenset({"planning.accepted"})
_ALTERED = ("place_zh", "place_en", "times_are_sample")


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
        if row.seen != queries.versions(session, training_id):
            raise Refusal("planning_stale")
        leads = {visit: (ride, ahead) for visit, ride, ahead in row.leads}
        rows = {one.id: one for one in session.scalars(_of(training_id).with_for_update())}
        rooms = _rooms(session, training)
        moved: dict[int, dict[str, Any]] = {}
        for task in problem.tasks:
            start = answer.starts.get(task.id)
            if start is None or task.pinned is not None:
                continue
            ride, ahead = leads.get(task.id, (0, 0))
            room = _room_of(task, answer, rows[task.id])
            _move(session, training, rows[task.id], start + ahead, (room, rooms.get(room, "")), moved)
            if ride:
                _move(session, training, rows[ride], start, ("", ""), moved)
        if queries.attended(session, training_id).intersection(moved):
            raise Refusal("planning_stale")
        session.flush()
        placed = sum(one["starts_at"] is None for one in moved.values())
        left = {one[0]: one[1] for one in queries.versions(session, training_id)}
        entry = audit.record(
            session,
            actor,
            "planning.accepted",
            "training",
            training_id,
            training=training,
            moved=len(moved) - placed,
            placed=placed,
            before=[{"id": id_, "left": left[id_], **stood} for id_, stood in moved.items()],
        )
        queries.let_go(session, row)
        session.flush()
        return Accepted(len(moved) - placed, placed, entry.id)


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
    of somebody else, an old one, or where a session was changed or attended since.
    """
    with transaction() as session:
        training, _row = _locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, change, PLANNING_ACTIONS)
        if entry is None:
            raise Refusal("undo_gone")
        stood = entry.details["before"]
        # Entries of earlier releases kept it in another way, with the sessions that were made.
        if "created" in entry.details:
            raise Refusal("undo_gone")
        if queries.attended(session, training_id).intersection(one["id"] for one in stood):
            raise Refusal("undo_gone")
        rows = {one.id: one for one in session.scalars(_of(training_id).with_for_update())}
        for one in stood:
            row = rows.get(one["id"])
            if row is None or row.version != one["left"]:
                raise Refusal("undo_gone")
            _put_back(session, training, row, one)
        audit.record_undo(session, actor, "planning.undone", training, entry)


def _of(training_id: int) -> sa.Select[AnySession]:
    return sa.select(AnySession).where(AnySession.training_id == training_id).order_by(AnySession.id)


def _locked(session: Session, training_id: int) -> tuple[Training, Planning | None]:
    return locked(session, training_id), session.get(Planning, training_id, with_for_update=True)


def _rooms(session: Session, training: Training) -> dict[str, str]:
    """The English names of the organisation's rooms by their own."""
    named = sa.select(Venue.name_zh, Venue.name_en)
    rows = session.execute(named.where(Venue.organisation_id == training.organisation_id))
    return {row.name_zh: row.name_en for row in rows}


def _room_of(task: Task, answer: Answer, row: AnySession) -> str:
    """The room that was found for a session which names no place itself, also where there was no choice."""
    if row.place_zh or row.place_en or not task.places:
        return ""
    return answer.rooms.get(task.id, task.places[0])


def _move(
    session: Session,
    training: Training,
    row: AnySession,
    start: int,
    room: tuple[str, str],
    moved: dict[int, dict[str, Any]],
) -> None:
    """Put a session to a time, as long as it is, and into a `room` if that is named in Chinese and English.

    Notes in `moved` how it stood, if it moves at all.
    """
    day, clock = queries.when(training.start_date, start)
    end = datetime.combine(day, clock) + length_of(row)
    starts_at, ends_at = instants(day, clock, end.time(), training.time_zone)
    if isinstance(row, TrainingSession) and row.starts_at == starts_at and not any(room):
        return
    moved[row.id] = times_of(row) | {name: getattr(row, name) for name in _ALTERED}
    row = place(session, row, starts_at, ends_at)
    row.times_are_sample = False
    if any(room):
        row.place_zh, row.place_en = room
    row.sequence += 1


def _put_back(session: Session, training: Training, row: AnySession, stood: dict[str, Any]) -> None:
    if stood["starts_at"] is None:
        row = unplace(session, training, row, stood["minutes"])
    else:
        row = place(session, row, *(datetime.fromisoformat(stood[name]) for name in ("starts_at", "ends_at")))
    for name in _ALTERED:
        setattr(row, name, stood[name])
    row.sequence += 1
