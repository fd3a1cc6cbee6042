"""Reads of an organisation's lecturers, sites and rooms."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.domain.timetable import Words
from trainingmgr.models import (
    AnySession,
    Contribution,
    Lecturer,
    LecturerWindow,
    Site,
    Training,
    TrainingSession,
    Unit,
    Venue,
    VisitStop,
)
from trainingmgr.queries.schedule.table import lecturer_words

_MOST_WORDS = 8


class Origin(IntEnum):
    """Where a lecturer or a site is known from; lists give them in this order."""

    HERE = 0
    OWN = 1
    SAMPLES = 2


class Choice(NamedTuple):
    """One of a list to choose from: its id, and its name in a language."""

    origin: Origin
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class LecturerRow:
    """A lecturer in a list. `sessions` and `trainings` are how many they contribute to, `last` when so last.

    `of_samples` says that they are known from samples alone.
    """

    id: int
    type: ContributorType
    zh: Words
    en: Words
    phone: str
    email: str
    topics_zh: str
    topics_en: str
    languages: str
    is_sample: bool
    of_samples: bool
    sessions: int
    trainings: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Taught:
    """A session that a lecturer contributes to, in whichever training. `zone` is the training's."""

    code: str
    training_zh: str
    training_en: str
    session_id: int
    title_zh: str
    title_en: str
    role: ContributorRole
    topic_zh: str
    topic_en: str
    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in a list; `sessions` is how many sessions visit it, over all trainings.

    `of_samples` says that it is known from samples alone.
    """

    id: int
    name_zh: str
    name_en: str
    district_zh: str
    district_en: str
    address: str
    host_contact: str
    host_phone: str
    opens_at: time | None
    closes_at: time | None
    capacity: int | None
    taught_zh: str
    taught_en: str
    is_sample: bool
    of_samples: bool
    sessions: int


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A room in a list; `sessions` is how many sessions name it as their place, over all trainings."""

    id: int
    name_zh: str
    name_en: str
    address: str
    capacity: int | None
    located: bool
    is_sample: bool
    sessions: int


def lecturers(session: Session, organisation_id: int, text: str = "") -> list[LecturerRow]:
    """The lecturers of an organisation: persons by name first, then units, then the unnamed; last those of samples.

    Of `text`, each word must stand in a name, a unit, a title, a field, a language or a topic taught.
    """
    words = lecturer_words(session, organisation_id)
    part = sa.select(Contribution.session_id).where(Contribution.lecturer_id == Lecturer.id)
    used, trainings, last = (
        sa.select(figure)
        .join(Contribution, Contribution.session_id == TrainingSession.id)
        .where(Contribution.lecturer_id == Lecturer.id)
        .scalar_subquery()
        for figure in (
            sa.func.count(TrainingSession.id.distinct()),
            sa.func.count(TrainingSession.training_id.distinct()),
            sa.func.max(TrainingSession.starts_at),
        )
    )
    texts = (
        Lecturer.name, Lecturer.latin_name, Lecturer.title_zh, Lecturer.title_en, Lecturer.topics_zh,
        Lecturer.topics_en, Lecturer.languages, Unit.name, Unit.name_en,
    )  # fmt: skip
    rows: Any = session.execute(
        sa.select(
            Lecturer.id, Lecturer.phone, Lecturer.email, Lecturer.topics_zh, Lecturer.topics_en,
            Lecturer.languages, Lecturer.is_sample, _of_samples(Lecturer), used, trainings, last,
        )
        .outerjoin(Unit, Unit.id == Lecturer.unit_id)
        .where(
            Lecturer.organisation_id == organisation_id,
            *(
                sa.or_(
                    *(column.icontains(word, autoescape=True) for column in texts),
                    part.where(Contribution.topic_zh.icontains(word, autoescape=True)).exists(),
                    part.where(Contribution.topic_en.icontains(word, autoescape=True)).exists(),
                )
                for word in text.split()[:_MOST_WORDS]
            ),
        )
        .order_by(_of_samples(Lecturer), Lecturer.type, Lecturer.name, Unit.name, Lecturer.title_zh)
    )  # fmt: skip
    return [LecturerRow(row[0], *words[row[0]], *row[1:]) for row in rows]


def taught_by(session: Session, lecturer_id: int) -> list[Taught]:
    """What a lecturer contributes to over all trainings, the latest first."""
    rows: Any = session.execute(
        sa.select(
            Training.code, Training.title_zh, Training.title_en, TrainingSession.id, TrainingSession.title_zh,
            TrainingSession.title_en, Contribution.role, Contribution.topic_zh, Contribution.topic_en,
            TrainingSession.starts_at, TrainingSession.ends_at, Training.time_zone,
        )
        .join_from(Contribution, TrainingSession)
        .join(Training, Training.id == TrainingSession.training_id)
        .where(Contribution.lecturer_id == lecturer_id)
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id)
    )  # fmt: skip
    return [Taught(*row) for row in rows]


def windows_of(session: Session, lecturer_id: int) -> list[LecturerWindow]:
    """When a lecturer can come, in order."""
    return list(
        session.scalars(
            sa.select(LecturerWindow)
            .where(LecturerWindow.lecturer_id == lecturer_id)
            .order_by(LecturerWindow.starts_at, LecturerWindow.id)
        )
    )


def sites(session: Session, organisation_id: int) -> list[SiteRow]:
    """The sites of an organisation, by district and name; last those of samples."""
    used = (
        sa.select(sa.func.count(VisitStop.session_id.distinct()))
        .where(VisitStop.site_id == Site.id)
        .scalar_subquery()
    )
    rows: Any = session.execute(
        sa.select(
            Site.id, Site.name_zh, Site.name_en, Site.district_zh, Site.district_en,
            Site.address, Site.host_contact, Site.host_phone, Site.opens_at, Site.closes_at, Site.capacity,
            Site.taught_zh, Site.taught_en, Site.is_sample, _of_samples(Site), used,
        )
        .where(Site.organisation_id == organisation_id)
        .order_by(_of_samples(Site), Site.district_zh, Site.name_zh)
    )  # fmt: skip
    return [SiteRow(*row) for row in rows]


def is_visited(session: Session, site_id: int) -> bool:
    """Whether a session of any training visits a site, which is not deleted then."""
    return bool(session.scalar(sa.select(sa.exists().where(VisitStop.site_id == site_id))))


def venues(session: Session, organisation_id: int) -> list[VenueRow]:
    """The rooms of an organisation, by name."""
    used = (
        sa.select(sa.func.count(TrainingSession.id))
        .join(Training, Training.id == TrainingSession.training_id)
        .where(Training.organisation_id == organisation_id, TrainingSession.place_zh == Venue.name_zh)
        .scalar_subquery()
    )
    rows: Any = session.execute(
        sa.select(
            Venue.id, Venue.name_zh, Venue.name_en, Venue.address, Venue.capacity,
            Venue.latitude.is_not(None), Venue.is_sample, used,
        )
        .where(Venue.organisation_id == organisation_id)
        .order_by(Venue.name_zh)
    )  # fmt: skip
    return [VenueRow(*row) for row in rows]


def lecturer_choices(session: Session, training: Training, language: str) -> list[Choice]:
    """Each lecturer of a training's organisation, for a list to choose from in a language."""
    words = lecturer_words(session, training.organisation_id)
    origins = _origins(session, training, Lecturer)
    found = sorted(
        (
            origins[id_],
            type_ is not ContributorType.PERSON,
            (en if language == "en" else zh).line(language),
            id_,
        )
        for id_, (type_, zh, en) in words.items()
    )
    return [Choice(origin, str(id_), name) for origin, _unnamed, name, id_ in found]


def site_choices(session: Session, training: Training, language: str) -> list[Choice]:
    """Each site of a training's organisation with its district, for a list to choose from in a language."""
    origins = _origins(session, training, Site)
    choices = []
    for site in sites(session, training.organisation_id):
        if language == "en":
            parts = (site.district_en or site.district_zh, site.name_en or site.name_zh)
        else:
            parts = (site.district_zh or site.district_en, site.name_zh)
        choices.append(Choice(origins[site.id], str(site.id), " · ".join(part for part in parts if part)))
    return sorted(choices, key=lambda one: one.origin)


_Known = type[Lecturer] | type[Site]


def _origins(session: Session, training: Training, known: _Known) -> dict[int, Origin]:
    rows = session.execute(
        sa.select(known.id, _used(known, Training.id == training.id), _of_samples(known)).where(
            known.organisation_id == training.organisation_id
        )
    )
    return {
        id_: Origin.HERE if here else Origin.SAMPLES if of_samples else Origin.OWN
        for id_, here, of_samples in rows
    }


def _of_samples(known: _Known) -> sa.ColumnElement[bool]:
    """Whether a lecturer or site is a sample, or is used by samples and nowhere else."""
    return sa.or_(
        known.is_sample,
        sa.and_(
            _used(known, Training.is_sample.is_(True)), sa.not_(_used(known, Training.is_sample.is_(False)))
        ),
    )


def _used(known: _Known, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    link = Contribution.lecturer_id if known is Lecturer else VisitStop.site_id
    return (
        sa.exists()
        .where(link == known.id, AnySession.id == link.class_.session_id)
        .where(AnySession.training_id == Training.id, which)
    )
