"""Taking attendance: single marks, the rest of a sheet in one press and back, arrivals."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.schedule import concerns
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Attendance, Person, Registration, Training, TrainingSession
from trainingmgr.queries import audit, places
from trainingmgr.queries import sheet as sheets
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.attendance import ARRIVING, session_of
from trainingmgr.queries.locking import locked
from trainingmgr.queries.session_group import among, of_session
from trainingmgr.queries.sheet import Filters, Press
from trainingmgr.queries.upsert import upsert

Marks = Mapping[int, AttendanceMark | None]


def mark(actor: Actor, training: Training, session_id: int, marks: Marks) -> datetime:
    """Set marks of one session by registration id; None takes a mark away. Returns their instant.

    Of two desks that mark one person the later wins, whole. Raises NotFound for a session or a
    registration of another training, Refusal `not_on_class` (name) for a mark given to somebody who
    is not confirmed or has withdrawn, `session_of_other_groups` (name) where the session is for others.
    """
    with transaction() as session:
        at = now()
        _session(session, training, session_id)
        _on_class(session, training, marks, of_session(session, session_id))
        before = _standing(session, session_id, marks)
        write(session, actor, training, session_id, marks, at)
        _audit(session, actor, training, session_id, before, marks)
    return at


def mark_rest(
    actor: Actor, training: Training, session_id: int, value: AttendanceMark, filters: Filters
) -> Press:
    """Give everybody without a mark, of those that the words and the group of `filters` mean, one mark.

    Marks that another desk sets meanwhile stay as they are.
    """
    with transaction() as session:
        at = now()
        _session(session, training, session_id)
        own = Attendance.session_id == session_id
        only = among(of_session(session, session_id))
        ids = sheets.still_open(session, training, Attendance, own, filters, only)
        marks = dict.fromkeys(ids, value)
        write(session, actor, training, session_id, marks, at, overwrite=False)
        if ids:
            _audit(session, actor, training, session_id, {}, marks, action="attendance.rest_marked")
    return Press(len(ids), at)


def undo_rest(actor: Actor, training: Training, session_id: int, at: datetime) -> int:
    """Take back what the actor's press at the instant `at` marked, save what was marked anew since."""
    with transaction() as session:
        _session(session, training, session_id)
        mine = sa.and_(
            Attendance.session_id == session_id,
            Attendance.marked_by_id == actor.user_id,
            Attendance.marked_at == at,
        )
        rows = session.execute(sa.select(Attendance.registration_id, Attendance.mark).where(mine)).all()
        session.execute(sa.delete(Attendance).where(mine).execution_options(synchronize_session=False))
        if rows:
            before = {row.registration_id: row.mark for row in rows}
            _audit(
                session,
                actor,
                training,
                session_id,
                before,
                dict.fromkeys(before),
                action="attendance.rest_undone",
            )
    return len(rows)


def arrive(actor: Actor, training: Training, arrivals: Mapping[int, bool]) -> datetime:
    """Tick people off at the welcome desk (报到) by registration id, or take the tick back.

    Somebody only nominated becomes a participant by coming, beyond the capacity too: who stands there is
    there, and the audit says so. Whoever has arrived already keeps the
    time; whoever has completed stays so. Raises NotFound, Refusal `arrival_not_expected` (name) and
    `arrival_completed` (name), the latter where an arrival is taken back after the class.
    """
    with transaction() as session:
        at = now()
        locked(session, training.id)
        rows = _registrations(session, training, arrivals)
        for row in rows:
            if row.status not in ARRIVING:
                raise Refusal("arrival_not_expected", name=row.name)
            if row.status is RegistrationStatus.COMPLETED and not arrivals[row.id]:
                raise Refusal("arrival_completed", name=row.name)
        came = [row.id for row in rows if arrivals[row.id] and row.status in _COMING]
        gone = [row.id for row in rows if not arrivals[row.id] and row.status is RegistrationStatus.ARRIVED]
        walk_ins = sum(arrivals[row.id] and row.status in _COMING - PRESENT_STATUSES for row in rows)
        over = places.check(session, training, walk_ins, beyond=True)
        _move(session, came, RegistrationStatus.ARRIVED, at)
        _move(session, gone, RegistrationStatus.CONFIRMED, None)
        for action, ids in (("registration.arrived", came), ("registration.arrival_undone", gone)):
            if ids:
                audit.record(
                    session,
                    actor,
                    action,
                    "registration",
                    ids[0] if len(ids) == 1 else None,
                    training=training,
                    people=len(ids),
                    registrations=ids,
                    **({"beyond": over} if over and ids is came else {}),
                )
    return at


_COMING = ARRIVING - {RegistrationStatus.ARRIVED, RegistrationStatus.COMPLETED}


def _move(session: Session, ids: list[int], status: RegistrationStatus, at: datetime | None) -> None:
    if ids:
        session.execute(
            sa.update(Registration)
            .where(Registration.id.in_(ids))
            .values(status=status, arrived_at=at, version=Registration.version + 1)
            .execution_options(synchronize_session=False)
        )


def write(
    session: Session,
    actor: Actor,
    training: Training,
    session_id: int,
    marks: Marks,
    at: datetime,
    *,
    overwrite: bool = True,
) -> None:
    """Store marks inside a running transaction. Raises NotFound where the session has no time any more."""
    # Whoever takes a session's time away waits for this, or this for them: then it is looked at again.
    held = sa.select(TrainingSession.id).where(TrainingSession.id == session_id)
    if session.scalar(held.with_for_update(read=True, key_share=True)) is None:
        raise NotFound("not_found")
    given = sorted((one, value) for one, value in marks.items() if value is not None)
    upsert(
        session,
        Attendance,
        ("session_id", "registration_id"),
        [
            {
                "session_id": session_id,
                "registration_id": one,
                "training_id": training.id,
                "mark": value,
                "marked_by_id": actor.user_id,
                "marked_at": at,
                "is_sample": False,
            }
            for one, value in given
        ],
        overwrite=overwrite,
    )
    gone = [one for one, value in marks.items() if value is None]
    if gone:
        session.execute(
            sa.delete(Attendance)
            .where(Attendance.session_id == session_id, Attendance.registration_id.in_(gone))
            .execution_options(synchronize_session=False)
        )


def _standing(session: Session, session_id: int, ids: Collection[int]) -> dict[int, AttendanceMark]:
    return dict(
        session.execute(
            sa.select(Attendance.registration_id, Attendance.mark).where(
                Attendance.session_id == session_id, Attendance.registration_id.in_(list(ids))
            )
        )
        .tuples()
        .all()
    )


def _session(session: Session, training: Training, session_id: int) -> None:
    if session_of(session, training, session_id) is None:
        raise NotFound("not_found")


def _registrations(
    session: Session, training: Training, ids: Collection[int]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    rows = session.execute(
        sa.select(Registration.id, Registration.status, Registration.group_name, Person.name)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.training_id == training.id, Registration.id.in_(list(ids)))
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    ).all()
    if len(rows) != len(ids):
        raise NotFound("not_found")
    return rows


def _on_class(session: Session, training: Training, marks: Marks, groups: tuple[str, ...]) -> None:
    for row in _registrations(session, training, marks):
        if marks[row.id] is None:
            continue
        if row.status not in PRESENT_STATUSES:
            raise Refusal("not_on_class", name=row.name)
        if not concerns(groups, row.group_name):
            raise Refusal("session_of_other_groups", name=row.name)


def _audit(
    session: Session,
    actor: Actor,
    training: Training,
    session_id: int,
    before: Mapping[int, AttendanceMark],
    marks: Marks,
    action: str = "attendance.marked",
) -> None:
    changed = {str(one): [before.get(one), value] for one, value in marks.items() if before.get(one) != value}
    audit.record(
        session,
        actor,
        action,
        "session",
        session_id,
        training=training,
        people=len(marks),
        marks=dict(Counter(value or "none" for value in marks.values())),
        changed=changed,
    )
