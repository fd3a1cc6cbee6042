"""The timetable page with 40 and with 400 sessions, beside a bare Flask page on the same server."""

import os
import tempfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy.orm import Session

from bench._server import BARE, measure, serve, session_cookie
from bench.row import Row, against
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.domain.membership import Role
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.extensions import db
from trainingmgr.migrations import upgrade
from trainingmgr.models import (
    Contribution,
    Lecturer,
    Membership,
    Organisation,
    Site,
    Training,
    TrainingSession,
    Unit,
    User,
    VisitStop,
)

_FIRST = date(2026, 5, 11)
_ZONE = ZoneInfo("Asia/Shanghai")
_MINUTES_A_DAY = 11 * 60
_KINDS = tuple(SessionKind)
# Sessions of a training, how many days they fill, and the least share of the bare page's speed.
_SIZES = ((40, 4, 0.15), (400, 10, 0.04))


def rows(rounds: int = 5, seconds: float = 1.5) -> list[Row]:
    """Requests a second of the signed-in organiser's page against the bare page, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        cookie = prepare(Path(folder))
        paths = [f"/t/S{count}/schedule" for count, _days, _aim in _SIZES]
        with serve(Path(folder)) as base:
            speeds = measure(base, [BARE, *paths], cookie, rounds=rounds, seconds=seconds)
    return [
        against(
            f"timetable page, {count} sessions / bare page",
            speeds[path],
            speeds[BARE],
            at_least=aim,
            show=lambda speed: f"{speed:,.0f} a second",
        )
        for path, (count, _days, aim) in zip(paths, _SIZES, strict=True)
    ]


def _app(folder: Path) -> Flask:
    return create_app(load_settings({"TRAININGMGR_INSTANCE": str(folder)}))


def prepare(folder: Path) -> str:
    """Make the database, and give the cookie of its organiser."""
    app = _app(folder)
    with app.app_context():
        upgrade()
        session = db.session()
        organisation = Organisation(name_zh="测速单位")
        user = User(email="bench@example.org", name="bench", password="-", fs_uniquifier=os.urandom(16).hex())
        session.add_all([organisation, user])
        session.flush()
        session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=Role.ORGANISER))
        lecturers, sites = _people(session, organisation), _places(session, organisation)
        for count, days, _aim in _SIZES:
            _training(session, organisation, lecturers, sites, count, days)
        session.commit()
        db.engine.dispose()
        return session_cookie(app, user.fs_uniquifier)


def _people(session: Session, organisation: Organisation) -> list[Lecturer]:
    units = [Unit(organisation_id=organisation.id, name=f"某省某市第{number}民政局") for number in range(10)]
    session.add_all(units)
    session.flush()
    people = [
        Lecturer(
            organisation_id=organisation.id,
            type=ContributorType.PERSON,
            name=f"授课人{number}",
            unit_id=units[number % len(units)].id,
            title_zh="处长",
        )
        for number in range(40)
    ]
    session.add_all(people)
    session.flush()
    return people


def _places(session: Session, organisation: Organisation) -> list[Site]:
    sites = [
        Site(organisation_id=organisation.id, name_zh=f"第{number}社区", district_zh="金牛区")
        for number in range(10)
    ]
    session.add_all(sites)
    session.flush()
    return sites


def _training(
    session: Session,
    organisation: Organisation,
    lecturers: list[Lecturer],
    sites: list[Site],
    count: int,
    days: int,
) -> None:
    # Each on days of its own: no forty people teach in two classes at once.
    first = _FIRST + timedelta(days=count)
    training = Training(
        organisation_id=organisation.id,
        code=f"S{count}",
        title_zh="社区治理培训班",
        start_date=first,
        end_date=first + timedelta(days=days - 1),
    )
    session.add(training)
    session.flush()
    morning = datetime.combine(first, time(8, 30), _ZONE)
    length = timedelta(minutes=_MINUTES_A_DAY // (count // days))
    for number in range(count):
        day, place = divmod(number, count // days)
        start = morning + timedelta(days=day) + place * length
        kind = _KINDS[number % len(_KINDS)]
        row = TrainingSession(
            training_id=training.id,
            kind=kind,
            title_zh=f"专题授课（{number + 1}）",
            place_zh="三楼会议室",
            starts_at=start,
            ends_at=start + length,
            class_hours=Decimal(2),
        )
        row.contributions = [
            Contribution(
                position=position,
                lecturer_id=lecturers[(number + position) % len(lecturers)].id,
                role=ContributorRole.LECTURE,
            )
            for position in (1, 2)
        ]
        if kind is SessionKind.SITE_VISIT:
            row.stops = [
                VisitStop(position=position, site_id=sites[(number + position) % len(sites)].id, minutes=40)
                for position in (1, 2)
            ]
        session.add(row)


if __name__ == "__main__":
    for row in rows():
        print(row)
