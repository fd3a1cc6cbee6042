"""Reads of the buses of a training, and of who rides in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.schedule import SessionKind, sorted_groups
from trainingmgr.models import (
    Bus,
    Person,
    Placement,
    Registration,
    SessionBus,
    SessionGroup,
    TrainingSession,
    Unit,
    VisitStop,
)

MOST_LEADERS = 600
"""A class of more people is not offered as a list to choose a bus's leader from."""


@dataclass(frozen=True, slots=True)
class BusRow:
    """A bus in a list. `leader` and `leader_phone` are the participant's, where one leads; `visits` it goes along on."""

    id: int
    name: str
    seats: int
    plate: str
    driver: str
    driver_phone: str
    leader: str
    leader_phone: str
    leads: int | None
    is_sample: bool
    visits: int


@dataclass(frozen=True, slots=True)
class Ride:
    """A bus on a visit: the groups that ride in it, none where nobody said, and how many people these are."""

    bus_id: int
    name: str
    seats: int
    groups: tuple[str, ...]
    people: int

    @property
    def full(self) -> bool:
        """Whether more people would ride than there are seats."""
        return self.people > self.seats


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that leads somewhere by bus. `left` are the groups that ride in none, though some groups do.

    `groups` are those that may ride: those that it is for, and whoever rides already.
    """

    id: int
    title_zh: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    has_stops: bool
    rides: tuple[Ride, ...]
    groups: tuple[str, ...]
    left: tuple[str, ...]


def buses(session: Session, training_id: int) -> list[BusRow]:
    """The buses of a training by name, 2号车 before 10号车."""
    used = (
        sa.select(sa.func.count(SessionBus.session_id.distinct()))
        .where(SessionBus.bus_id == Bus.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Bus.id, Bus.name, Bus.seats, Bus.plate, Bus.driver, Bus.driver_phone,
            sa.func.coalesce(Person.name, Bus.leader), sa.func.coalesce(Person.phone, Bus.leader_phone),
            Bus.leader_registration_id, Bus.is_sample, used,
        )
        .outerjoin(Registration, Registration.id == Bus.leader_registration_id)
        .outerjoin(Person, Person.id == Registration.person_id)
        .where(Bus.training_id == training_id)
    )  # fmt: skip
    return sorted((BusRow(*row) for row in rows), key=lambda one: natural_key(one.name))


def bus_of(session: Session, training_id: int, bus_id: int) -> Bus | None:
    """The training's bus with this id, if it has one."""
    return session.scalar(sa.select(Bus).where(Bus.id == bus_id, Bus.training_id == training_id))


def leader_choices(session: Session, training_id: int) -> list[tuple[str, str]]:
    """Id and name with unit of everybody on the class; nobody where these are more than `MOST_LEADERS`."""
    rows = session.execute(
        sa.select(Registration.id, Person.name, sa.func.coalesce(Unit.name, ""))
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == training_id, Registration.status.in_(PRESENT_STATUSES))
        .order_by(Registration.sort_key, Registration.id)
        .limit(MOST_LEADERS + 1)
    ).all()
    if len(rows) > MOST_LEADERS:
        return []
    return [(str(id_), f"{name} · {unit}" if unit else name) for id_, name, unit in rows]


def group_sizes(session: Session, training_id: int) -> dict[str, int]:
    """How many people of the class each group has, by its name; those without a group are left out."""
    rows = session.execute(
        sa.select(Registration.group_name, sa.func.count())
        .where(
            Registration.training_id == training_id,
            Registration.group_name != "",
            Registration.status.in_(PRESENT_STATUSES),
        )
        .group_by(Registration.group_name)
    ).tuples()
    return dict(sorted(rows, key=lambda one: natural_key(one[0])))


def visits(session: Session, training_id: int, sizes: dict[str, int]) -> list[Visit]:
    """The site visits and transfers of a training in order, with the buses of each; `sizes` are its groups'."""
    rides: dict[int, dict[int, Ride]] = defaultdict(dict)
    rows = session.execute(
        sa.select(SessionBus.session_id, Bus.id, Bus.name, Bus.seats, SessionBus.group_name)
        .join(Bus, Bus.id == SessionBus.bus_id)
        .where(SessionBus.training_id == training_id)
    ).all()
    for session_id, bus_id, name, seats, group in sorted(
        rows, key=lambda row: (natural_key(row[2]), natural_key(row[4]))
    ):
        before = rides[session_id].get(bus_id, Ride(bus_id, name, seats, (), 0))
        groups = (*before.groups, group) if group else before.groups
        rides[session_id][bus_id] = Ride(
            bus_id, name, seats, groups, before.people + (sizes.get(group, 0) if group else 0)
        )
    found = session.execute(
        sa.select(
            TrainingSession.id,
            TrainingSession.title_zh,
            TrainingSession.title_en,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            sa.exists().where(VisitStop.session_id == TrainingSession.id),
        )
        .where(
            TrainingSession.training_id == training_id,
            sa.or_(
                TrainingSession.kind.in_([SessionKind.SITE_VISIT, SessionKind.TRANSFER]),
                TrainingSession.id.in_(list(rides)),
            ),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    meant: dict[int, list[str]] = defaultdict(list)
    of_groups = (
        sa.select(SessionGroup.session_id, SessionGroup.group_name)
        .join(TrainingSession, TrainingSession.id == SessionGroup.session_id)
        .where(TrainingSession.training_id == training_id)
    )
    for session_id, group in session.execute(of_groups):
        meant[session_id].append(group)
    return [
        Visit(*row, tuple(rides[row[0]].values()), *_groups(rides[row[0]], meant.get(row[0]) or sizes))
        for row in found
    ]


def _groups(rides: dict[int, Ride], meant: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups that may ride, and those that a visit is for who ride in no bus, though some do."""
    riding = {group for ride in rides.values() for group in ride.groups}
    left = tuple(group for group in meant if group not in riding) if riding else ()
    return sorted_groups([*meant, *riding]), left


def anybody_seated(session: Session, training_id: int) -> bool:
    """Whether somebody of the training has been put into a bus."""
    seated = sa.exists().where(Placement.training_id == training_id, Placement.kind == ArrangementKind.BUS)
    return bool(session.scalar(sa.select(seated)))
