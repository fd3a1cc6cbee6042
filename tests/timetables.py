"""Timetables for tests: sessions with contributors of all three types, and visits with stops."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tests.factories import make_site, make_unit
from trainingmgr.domain.invitation import InvitationAnswer, LectureFileKind
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.extensions import now
from trainingmgr.models import (
    Contribution,
    Invitation,
    LectureFile,
    Lecturer,
    Organisation,
    Training,
    TrainingSession,
    VisitStop,
)


def make_lecturers(session: Session, organisation: Organisation) -> list[Lecturer]:
    """A person, a unit, and somebody of a unit who is not named."""
    unit = make_unit(session, organisation, "中央组织部组织二局", name_en="Second Bureau")
    rows = [
        Lecturer(
            organisation_id=organisation.id,
            type=ContributorType.PERSON,
            name="陈越良",
            latin_name="CHEN Yueliang",
            unit_id=unit.id,
            title_zh="局长",
            title_en="Head",
        ),
        Lecturer(organisation_id=organisation.id, type=ContributorType.UNIT, unit_id=unit.id),
        Lecturer(
            organisation_id=organisation.id,
            type=ContributorType.UNNAMED,
            unit_id=unit.id,
            title_zh="有关负责同志",
            title_en="Responsible persons",
        ),
    ]
    session.add_all(rows)
    session.commit()
    return rows


def invite(session: Session, row: TrainingSession, lecturer_id: int | None) -> None:
    """Let a lecturer have accepted a session and sent slides for it."""
    session.add(
        Invitation(
            session_id=row.id,
            lecturer_id=lecturer_id,
            asked_starts_at=row.starts_at,
            asked_ends_at=row.ends_at,
            answer=InvitationAnswer.ACCEPTED,
            answered_at=now(),
        )
    )
    session.add(
        LectureFile(
            lecturer_id=lecturer_id, session_id=row.id, kind=LectureFileKind.SLIDES, name="a.pdf",
            media_type="application/pdf", size=1, sha256="0" * 64, file_key=f"slides/{row.uid}",
        )
    )  # fmt: skip
    session.commit()


def make_timetable(session: Session, training: Training, organisation: Organisation, count: int) -> None:
    """`count` sessions one after the other, ten a day, each with three contributors, every fifth a visit."""
    lecturers = make_lecturers(session, organisation)
    sites = [make_site(session, organisation) for _ in range(2)]
    zone = ZoneInfo(training.time_zone)
    for number in range(count):
        day, place = divmod(number, 10)
        start = datetime.combine(training.start_date + timedelta(days=day), time(8), zone) + timedelta(
            hours=place
        )
        row = TrainingSession(
            training_id=training.id,
            kind=SessionKind.SITE_VISIT if number % 5 == 4 else SessionKind.LECTURE,
            title_zh=f"第{number + 1}讲",
            starts_at=start,
            ends_at=start + timedelta(minutes=45),
            class_hours=1,
        )
        row.contributions = [
            Contribution(position=position, lecturer_id=lecturer.id, role=ContributorRole.LECTURE)
            for position, lecturer in enumerate(lecturers, 1)
        ]
        if row.kind is SessionKind.SITE_VISIT:
            row.stops = [
                VisitStop(position=position, site_id=site.id) for position, site in enumerate(sites, 1)
            ]
        session.add(row)
    session.commit()
