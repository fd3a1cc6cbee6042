"""Which groups sessions are for, and whom that means."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.schedule import renamed, sorted_groups
from trainingmgr.models import Registration, SessionBus, SessionGroup, TimetableLink, TrainingSession


def of_session(session: Session, session_id: int) -> tuple[str, ...]:
    """The groups that a session is for; none where it is for the whole class."""
    return sorted_groups(
        session.scalars(sa.select(SessionGroup.group_name).where(SessionGroup.session_id == session_id))
    )


def of_sessions(session: Session, training_id: int) -> dict[int, tuple[str, ...]]:
    """The groups that sessions of a training are for; those for the whole class are left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for session_id, group in session.execute(
        sa.select(SessionGroup.session_id, SessionGroup.group_name)
        .join(TrainingSession, TrainingSession.id == SessionGroup.session_id)
        .where(TrainingSession.training_id == training_id)
    ):
        found[session_id].append(group)
    return {session_id: sorted_groups(groups) for session_id, groups in found.items()}


def among(groups: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    """Which registrations a session for `groups` is for, as conditions."""
    return [Registration.group_name.in_(groups)] if groups else []


def is_for(group: Any) -> sa.ColumnElement[bool]:
    """The condition on a session that it is for somebody of `group`, a name or a column."""
    named = sa.exists().where(SessionGroup.session_id == TrainingSession.id).correlate(TrainingSession)
    return sa.or_(
        ~named, named.where(SessionGroup.group_name == group).correlate(TrainingSession, Registration)
    )


@contextmanager
def following(session: Session, training_id: int) -> Iterator[None]:
    """Whatever is done within to the groups of a training's people: a group's new name goes to its sessions, rides and address too.

    What is done must be in the database when it ends.
    """
    riding = sa.select(SessionBus.group_name).where(
        SessionBus.training_id == training_id, SessionBus.group_name != ""
    )
    linked = sa.select(TimetableLink.group_name).where(TimetableLink.training_id == training_id)
    if session.scalar(sa.union_all(named_in(training_id), riding, linked).limit(1)) is None:
        yield
        return
    people = sa.select(Registration.id, Registration.group_name).where(
        Registration.training_id == training_id
    )
    before = dict(session.execute(people).tuples().all())
    yield
    session.flush()
    names = renamed(before, dict(session.execute(people).tuples().all()))
    for old, new in names.items():
        _rename(session, training_id, old, new)


def _rename(session: Session, training_id: int, old: str, new: str) -> None:
    own = sa.select(TrainingSession.id).where(TrainingSession.training_id == training_id)
    for table, among_own, key in (
        (SessionGroup, SessionGroup.session_id.in_(own), (SessionGroup.session_id,)),
        (SessionBus, SessionBus.training_id == training_id, (SessionBus.session_id, SessionBus.bus_id)),
        (TimetableLink, TimetableLink.training_id == training_id, (TimetableLink.training_id,)),
    ):
        of_old = sa.and_(among_own, table.group_name == old)
        named = sa.select(*key).where(among_own, table.group_name == new)
        for statement in (
            sa.update(table).where(of_old, sa.tuple_(*key).not_in(named)).values(group_name=new),
            sa.delete(table).where(of_old),
        ):
            session.execute(statement.execution_options(synchronize_session=False))


def named_in(training_id: int) -> sa.Select[str]:
    """The names of the groups that sessions of a training are for."""
    return (
        sa.select(SessionGroup.group_name)
        .join(TrainingSession, TrainingSession.id == SessionGroup.session_id)
        .where(TrainingSession.training_id == training_id)
        .distinct()
    )
