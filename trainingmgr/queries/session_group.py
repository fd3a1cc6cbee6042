"""Which groups sessions are for, and whom that means."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import GONE_STATUSES
from trainingmgr.domain.schedule import renamed, sorted_groups
from trainingmgr.models import (
    AnySession,
    Registration,
    SessionBus,
    SessionGroup,
    TimetableLink,
    TrainingGroup,
    TrainingSession,
)


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
    """Whatever is done within to the groups of a training's people: a group's new name goes to whatever bears it.

    Those are its sessions, rides and address, its row where it was set up, and whoever was in it and is gone: these
    do not hold a name fast. What is done must be in the database when it ends.
    """
    set_up = sa.select(TrainingGroup.name).where(TrainingGroup.training_id == training_id)
    riding = sa.select(SessionBus.group_name).where(
        SessionBus.training_id == training_id, SessionBus.group_name != ""
    )
    linked = sa.select(TimetableLink.group_name).where(TimetableLink.training_id == training_id)
    if session.scalar(sa.union_all(named_in(training_id), set_up, riding, linked).limit(1)) is None:
        yield
        return
    people = sa.select(Registration.id, Registration.group_name, Registration.status).where(
        Registration.training_id == training_id
    )
    stood = session.execute(people).all()
    before = {row.id: row.group_name for row in stood if row.status not in GONE_STATUSES}
    borne = {row.group_name for row in stood}
    yield
    session.flush()
    after = {
        row.id: row.group_name
        for row in session.execute(people)
        if row.id in before or row.status not in GONE_STATUSES
    }
    for old, new in renamed(before, after).items():
        if new not in borne:
            rename(session, training_id, old, new)


def rename(session: Session, training_id: int, old: str, new: str) -> None:
    """Give a group's new name to all that bears the old one, people too; what bears the new one already stays.

    A group's row keeps its name where one is set up under the new one. Whoever has a session open that bears the old
    name is told so when they save it.
    """
    session.execute(
        sa.update(Registration)
        .where(Registration.training_id == training_id, Registration.group_name == old)
        .values(group_name=new, version=Registration.version + 1)
        .execution_options(synchronize_session=False)
    )
    set_up = sa.select(TrainingGroup.name).where(TrainingGroup.training_id == training_id)
    session.execute(
        sa.update(TrainingGroup)
        .where(
            TrainingGroup.training_id == training_id,
            TrainingGroup.name == old,
            sa.literal(new).not_in(set_up),
        )
        .values(name=new)
        .execution_options(synchronize_session=False)
    )
    own = sa.select(AnySession.id).where(AnySession.training_id == training_id)
    bearing = sa.union(
        sa.select(SessionGroup.session_id).where(SessionGroup.group_name == old),
        sa.select(SessionBus.session_id).where(
            SessionBus.training_id == training_id, SessionBus.group_name == old
        ),
    )
    session.execute(
        sa.update(AnySession)
        .where(AnySession.training_id == training_id, AnySession.id.in_(bearing))
        .values(version=AnySession.version + 1)
        .execution_options(synchronize_session="fetch")
    )
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
    """The names of the groups that sessions of a training are for, with a time or without."""
    return (
        sa.select(SessionGroup.group_name)
        .join(AnySession, AnySession.id == SessionGroup.session_id)
        .where(AnySession.training_id == training_id)
        .distinct()
    )
