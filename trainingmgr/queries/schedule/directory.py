"""Reads of an organisation's lecturers, sites and rooms."""

from dataclasses import dataclass
from datetime import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.schedule import ContributorType
from trainingmgr.domain.timetable import Words
from trainingmgr.models import Contribution, Lecturer, Site, Training, TrainingSession, Unit, Venue, VisitStop
from trainingmgr.queries.schedule.table import lecturer_words


@dataclass(frozen=True, slots=True)
class LecturerRow:
    """A lecturer in a list; `sessions` is how many sessions they contribute to, over all trainings."""

    id: int
    type: ContributorType
    zh: Words
    en: Words
    phone: str
    email: str
    is_sample: bool
    sessions: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in a list; `sessions` is how many sessions visit it, over all trainings."""

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


def lecturers(session: Session, organisation_id: int) -> list[LecturerRow]:
    """The lecturers of an organisation: persons by name first, then units, then the unnamed."""
    words = lecturer_words(session, organisation_id)
    used = (
        sa.select(sa.func.count(Contribution.session_id.distinct()))
        .where(Contribution.lecturer_id == Lecturer.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Lecturer.id, Lecturer.phone, Lecturer.email, Lecturer.is_sample, used)
        .outerjoin(Unit, Unit.id == Lecturer.unit_id)
        .where(Lecturer.organisation_id == organisation_id)
        .order_by(Lecturer.type, Lecturer.name, Unit.name, Lecturer.title_zh)
    )
    return [
        LecturerRow(id_, *words[id_], phone, email, is_sample, count)
        for id_, phone, email, is_sample, count in rows
    ]


def sites(session: Session, organisation_id: int) -> list[SiteRow]:
    """The sites of an organisation, by district and name."""
    used = (
        sa.select(sa.func.count(VisitStop.session_id.distinct()))
        .where(VisitStop.site_id == Site.id)
        .scalar_subquery()
    )
    rows: Any = session.execute(
        sa.select(
            Site.id, Site.name_zh, Site.name_en, Site.district_zh, Site.district_en,
            Site.address, Site.host_contact, Site.host_phone, Site.opens_at, Site.closes_at, Site.capacity,
            Site.taught_zh, Site.taught_en, Site.is_sample, used,
        )
        .where(Site.organisation_id == organisation_id)
        .order_by(Site.district_zh, Site.name_zh)
    )  # fmt: skip
    return [SiteRow(*row) for row in rows]


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


def lecturer_choices(session: Session, organisation_id: int, language: str) -> list[tuple[str, str]]:
    """Id and name of each lecturer, for a list to choose from in a language."""
    words = lecturer_words(session, organisation_id)
    named = [
        (str(id_), (en if language == "en" else zh).line(language), type_)
        for id_, (type_, zh, en) in words.items()
    ]
    named.sort(key=lambda one: (one[2] is not ContributorType.PERSON, one[1]))
    return [(id_, name) for id_, name, _type in named]


def site_choices(session: Session, organisation_id: int, language: str) -> list[tuple[str, str]]:
    """Id and name of each site with its district, for a list to choose from in a language."""
    choices = []
    for site in sites(session, organisation_id):
        if language == "en":
            parts = (site.district_en or site.district_zh, site.name_en or site.name_zh)
        else:
            parts = (site.district_zh or site.district_en, site.name_zh)
        choices.append((str(site.id), " · ".join(part for part in parts if part)))
    return choices
