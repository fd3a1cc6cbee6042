"""Whose timetables have an address: the participants, groups, buses and lecturers of a training."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.models import (
    Bus,
    Contribution,
    Lecturer,
    OwnRegistration,
    Person,
    Registration,
    TimetableLink,
    Training,
    TrainingGroup,
    TrainingSession,
    Unit,
)
from trainingmgr.queries.schedule.table import lecturer_words
from trainingmgr.queries.session_group import named_in


class ParticipantAddress(NamedTuple):
    """Somebody on the class. `page_key` is None while they have no page, `email` empty without an address."""

    registration_id: int
    person_id: int
    person_uid: str
    name: str
    unit: str
    group: str
    email: str
    page_key: str | None


class GroupRow(NamedTuple):
    """A group with how many are in it; `key` is None while it has no address."""

    name: str
    people: int
    key: str | None


class BusAddress(NamedTuple):
    """A bus of a training; `key` is None while it has no address."""

    bus_id: int
    name: str
    key: str | None


class LecturerAddress(NamedTuple):
    """A lecturer of a training in both languages; `key` is None while they have no address."""

    lecturer_id: int
    zh: str
    en: str
    email: str
    is_sample: bool
    key: str | None


def participants(session: Session, training_id: int, group: str = "") -> list[ParticipantAddress]:
    """Whoever is on the class, or in one group of it, in the order of the roster."""
    email = sa.func.coalesce(sa.func.nullif(OwnRegistration.email, ""), Person.email)
    rows = session.execute(
        sa.select(
            Registration.id, Person.id, Person.uid, Person.name, sa.func.coalesce(Unit.name, ""),
            Registration.group_name, email, Person.page_key,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(OwnRegistration, OwnRegistration.registration_id == Registration.id)
        .where(
            Registration.training_id == training_id,
            Registration.status.in_(sorted(PRESENT_STATUSES)),
            *([Registration.group_name == group] if group else []),
        )
        .order_by(Registration.sort_key, Registration.id)
    )  # fmt: skip
    return [ParticipantAddress._make(row) for row in rows]


def groups(session: Session, training_id: int) -> list[GroupRow]:
    """The groups of a training by name: that people are in, sessions are for, were set up, or have an address."""
    people = dict(
        session.execute(
            sa.select(Registration.group_name, sa.func.count())
            .where(
                Registration.training_id == training_id,
                Registration.group_name != "",
                Registration.status.in_(sorted(PRESENT_STATUSES)),
            )
            .group_by(Registration.group_name)
        )
        .tuples()
        .all()
    )
    keys = dict(
        session.execute(
            sa.select(TimetableLink.group_name, TimetableLink.key).where(
                TimetableLink.training_id == training_id
            )
        )
        .tuples()
        .all()
    )
    named = {
        *session.scalars(named_in(training_id)),
        *session.scalars(sa.select(TrainingGroup.name).where(TrainingGroup.training_id == training_id)),
    }
    return [
        GroupRow(name, people.get(name, 0), keys.get(name))
        for name in sorted({*people, *keys, *named}, key=natural_key)
    ]


def buses_of(session: Session, training_id: int) -> list[BusAddress]:
    """The buses of a training by name."""
    rows = session.execute(
        sa.select(Bus.id, Bus.name, TimetableLink.key)
        .outerjoin(TimetableLink, TimetableLink.bus_id == Bus.id)
        .where(Bus.training_id == training_id)
    )
    return sorted((BusAddress._make(row) for row in rows), key=lambda one: natural_key(one.name))


def lecturers_of(session: Session, training: Training) -> list[LecturerAddress]:
    """The lecturers of a training, in the order in which they first come on."""
    rows = session.execute(
        sa.select(Lecturer.id, Lecturer.email, Lecturer.is_sample, TimetableLink.key)
        .join(Contribution, Contribution.lecturer_id == Lecturer.id)
        .join(TrainingSession, TrainingSession.id == Contribution.session_id)
        .outerjoin(TimetableLink, TimetableLink.lecturer_id == Lecturer.id)
        .where(TrainingSession.training_id == training.id)
        .group_by(Lecturer.id, Lecturer.email, Lecturer.is_sample, TimetableLink.key)
        .order_by(sa.func.min(TrainingSession.starts_at), Lecturer.id)
    ).all()
    words = lecturer_words(session, training.organisation_id) if rows else {}
    return [
        LecturerAddress(id_, words[id_][1].line("zh"), words[id_][2].line("en"), email, sample, key)
        for id_, email, sample, key in rows
    ]
