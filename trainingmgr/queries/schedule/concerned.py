"""Whom a change of the timetable concerns, and where they are written to."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.timetable_version import Change, concerning
from trainingmgr.models import Lecturer, OwnRegistration, Person, Registration, TimetableLink, Training


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whose sessions changed, by `changes`. `address` is empty where none is known.

    Either a participant, by `registration_id`, or a lecturer. `key` is the secret of the page with their own
    timetable, where they have one.
    """

    registration_id: int | None
    lecturer_id: int | None
    name: str
    address: str
    language: str
    is_sample: bool
    key: str
    changes: tuple[Change, ...]


def concerned(session: Session, training: Training, found: Iterable[Change]) -> list[Concerned]:
    """The people on the class by name, then the lecturers, whom any of the changes concerns; two statements."""
    every = list(found)
    language = "en" if training.certificate_language == "en" else "zh"
    return [
        *_participants(session, training, every, language),
        *_lecturers(session, training, every, language),
    ]


def _participants(
    session: Session, training: Training, found: list[Change], language: str
) -> list[Concerned]:
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.group_name,
            Registration.is_sample,
            Person.name,
            sa.func.coalesce(sa.func.nullif(OwnRegistration.email, ""), Person.email),
            OwnRegistration.language,
            sa.func.coalesce(Person.page_key, ""),
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(OwnRegistration, OwnRegistration.registration_id == Registration.id)
        .where(Registration.training_id == training.id, Registration.status.in_(PRESENT_STATUSES))
        .order_by(Registration.sort_key, Registration.id)
    ).all()
    by_group = {group: tuple(concerning(found, group)) for group in {row[1] for row in rows}}
    return [
        Concerned(id_, None, name, address, own or language, sample, key, by_group[group])
        for id_, group, sample, name, address, own, key in rows
        if by_group[group]
    ]


def _lecturers(session: Session, training: Training, found: list[Change], language: str) -> list[Concerned]:
    involved = sorted({one for change in found for one in change.lecturers()})
    rows = session.execute(
        sa.select(
            Lecturer.id,
            Lecturer.name,
            Lecturer.title_zh,
            Lecturer.email,
            Lecturer.is_sample,
            sa.func.coalesce(TimetableLink.key, ""),
        )
        .outerjoin(TimetableLink, TimetableLink.lecturer_id == Lecturer.id)
        .where(Lecturer.organisation_id == training.organisation_id, Lecturer.id.in_(involved))
        .order_by(Lecturer.id)
    )
    return [
        Concerned(
            None,
            id_,
            name or title,
            email,
            language,
            sample,
            key,
            tuple(change for change in found if id_ in change.lecturers()),
        )
        for id_, name, title, email, sample, key in rows
    ]
