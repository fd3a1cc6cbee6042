"""Addresses of timetables: made, made anew, taken back."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import new_link_key
from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import transaction
from trainingmgr.models import Lecturer, TimetableLink, Training
from trainingmgr.queries import audit
from trainingmgr.queries import own_timetable as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.bus import bus_of
from trainingmgr.queries.locking import locked
from trainingmgr.queries.own_page import open_missing


class Mailed(NamedTuple):
    """How many mails were written, and the names of those who have no mail address."""

    mails: int
    without_address: tuple[str, ...]


def open_pages(actor: Actor, training: Training, group: str = "") -> int:
    """Give a page to whoever is on the class, or in one group of it, and has none; how many were opened."""
    with transaction() as session:
        row = locked(session, training.id)
        missing = [
            one.person_id for one in queries.participants(session, row.id, group) if one.page_key is None
        ]
        open_missing(session, missing)
        if missing:
            audit.record(
                session,
                actor,
                "own_timetable.pages_opened",
                "training",
                row.id,
                training=row,
                people=len(missing),
            )
        return len(missing)


def make_links(actor: Actor, training: Training) -> int:
    """Give an address to each group, bus and lecturer of a training that has none; how many were made."""
    with transaction() as session:
        row = locked(session, training.id)
        groups = [one.name for one in queries.groups(session, row.id) if one.key is None]
        buses = [one.bus_id for one in queries.buses_of(session, row.id) if one.key is None]
        lecturers = [one.lecturer_id for one in queries.lecturers_of(session, row) if one.key is None]
        for name in groups:
            add_link(session, training_id=row.id, group_name=name)
        for bus_id in buses:
            add_link(session, bus_id=bus_id)
        for lecturer_id in lecturers:
            add_link(session, lecturer_id=lecturer_id)
        made = len(groups) + len(buses) + len(lecturers)
        if made:
            audit.record(
                session,
                actor,
                "own_timetable.links_made",
                "training",
                row.id,
                training=row,
                groups=groups,
                buses=buses,
                lecturers=lecturers,
            )
        return made


def renew_group(actor: Actor, training: Training, group: str) -> None:
    """Give a group another address; the one before leads nowhere from now on. Raises NotFound."""
    with transaction() as session:
        row = locked(session, training.id)
        if group not in {one.name for one in queries.groups(session, row.id)}:
            raise NotFound("not_found")
        _drop(session, _of_group(row.id, group))
        add_link(session, training_id=row.id, group_name=group)
        audit.record(
            session, actor, "own_timetable.link_renewed", "training", row.id, training=row, group=group
        )


def revoke_group(actor: Actor, training: Training, group: str) -> None:
    """Let a group's address lead nowhere; once more changes nothing."""
    with transaction() as session:
        row = locked(session, training.id)
        if _drop(session, _of_group(row.id, group)):
            audit.record(
                session, actor, "own_timetable.link_revoked", "training", row.id, training=row, group=group
            )


def renew_bus(actor: Actor, training: Training, bus_id: int) -> None:
    """Give a bus another address; the one before leads nowhere from now on. Raises NotFound."""
    with transaction() as session:
        row = locked(session, training.id)
        _own_bus(session, row.id, bus_id)
        _drop(session, TimetableLink.bus_id == bus_id)
        add_link(session, bus_id=bus_id)
        audit.record(session, actor, "own_timetable.link_renewed", "bus", bus_id, training=row)


def revoke_bus(actor: Actor, training: Training, bus_id: int) -> None:
    """Let a bus's address lead nowhere; once more changes nothing. Raises NotFound."""
    with transaction() as session:
        row = locked(session, training.id)
        _own_bus(session, row.id, bus_id)
        if _drop(session, TimetableLink.bus_id == bus_id):
            audit.record(session, actor, "own_timetable.link_revoked", "bus", bus_id, training=row)


def renew_lecturer(actor: Actor, organisation_id: int, lecturer_id: int) -> None:
    """Give a lecturer another address; the one before leads nowhere from now on. Raises NotFound."""
    with transaction() as session:
        _own_lecturer(session, organisation_id, lecturer_id)
        _drop(session, TimetableLink.lecturer_id == lecturer_id)
        add_link(session, lecturer_id=lecturer_id)
        audit.record(
            session,
            actor,
            "own_timetable.link_renewed",
            "lecturer",
            lecturer_id,
            organisation_id=organisation_id,
        )


def revoke_lecturer(actor: Actor, organisation_id: int, lecturer_id: int) -> None:
    """Let a lecturer's address lead nowhere; once more changes nothing. Raises NotFound."""
    with transaction() as session:
        _own_lecturer(session, organisation_id, lecturer_id)
        if _drop(session, TimetableLink.lecturer_id == lecturer_id):
            audit.record(
                session,
                actor,
                "own_timetable.link_revoked",
                "lecturer",
                lecturer_id,
                organisation_id=organisation_id,
            )


def add_link(
    session: Session,
    *,
    lecturer_id: int | None = None,
    bus_id: int | None = None,
    training_id: int | None = None,
    group_name: str = "",
) -> str:
    """Add an address in the running transaction and give its key."""
    link = TimetableLink(
        lecturer_id=lecturer_id,
        bus_id=bus_id,
        training_id=training_id,
        group_name=group_name,
        key=new_link_key(),
    )
    session.add(link)
    session.flush()
    return link.key


def _of_group(training_id: int, group: str) -> sa.ColumnElement[bool]:
    return sa.and_(TimetableLink.training_id == training_id, TimetableLink.group_name == group)


def _drop(session: Session, which: sa.ColumnElement[bool]) -> bool:
    gone = session.scalars(
        sa.delete(TimetableLink)
        .where(which)
        .returning(TimetableLink.id)
        .execution_options(synchronize_session=False)
    )
    return bool(gone.all())


def _own_bus(session: Session, training_id: int, bus_id: int) -> None:
    if bus_of(session, training_id, bus_id) is None:
        raise NotFound("not_found")


def _own_lecturer(session: Session, organisation_id: int, lecturer_id: int) -> None:
    row = session.scalar(sa.select(Lecturer).where(Lecturer.id == lecturer_id).with_for_update())
    if row is None or row.organisation_id != organisation_id:
        raise NotFound("not_found")
