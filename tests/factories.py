"""Records for tests: each function writes what it makes and commits."""

import itertools
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateKind, SerialScope
from trainingmgr.domain.membership import Role
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.training import HostRole
from trainingmgr.domain.unit import UnitType
from trainingmgr.extensions import db
from trainingmgr.models import (
    Category,
    Membership,
    Organisation,
    Person,
    QuotaLine,
    QuotaPlace,
    Registration,
    Site,
    Training,
    TrainingHost,
    TrainingSession,
    Unit,
    UnplacedSession,
    User,
)
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import numbering

PASSWORD = "correct horse battery"
_HERE, _ELSEWHERE = "示例省民政厅", "另一单位"
# A test that fills a database from several processes gives each its own stretch of numbers.
_counter = itertools.count(int(os.environ.get("TEST_NUMBERS_FROM", "1")))


@dataclass
class Cast:
    """Everybody: four members of one organisation, a stranger who owns another."""

    organisation: Organisation
    elsewhere: Organisation
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, who: str = "organiser") -> Actor:
        user = self.users[who]
        return Actor(user.id, user.name)


def look_again(session: Session) -> None:
    """Let go of what the test has read, so that it sees what requests and workers wrote meanwhile."""
    session.rollback()
    session.expire_all()


def make_cast(session: Session) -> Cast:
    here = Organisation(name_zh=_HERE, name_en="Sample Department of Civil Affairs")
    elsewhere = Organisation(name_zh=_ELSEWHERE, name_en="Another body")
    hashed = hash_password(PASSWORD)
    roles = {
        "owner": (here, Role.OWNER),
        "organiser": (here, Role.ORGANISER),
        "front_desk": (here, Role.FRONT_DESK),
        "viewer": (here, Role.VIEWER),
        "stranger": (elsewhere, Role.OWNER),
    }
    cast = Cast(here, elsewhere)
    for who in roles:
        cast.users[who] = User(
            email=f"{who}@example.org", name=who, password=hashed, fs_uniquifier=secrets.token_hex(16)
        )
    session.add_all([here, elsewhere, *cast.users.values()])
    session.flush()
    session.add_all(
        Membership(user_id=cast.users[who].id, organisation=organisation, role=role)
        for who, (organisation, role) in roles.items()
    )
    session.commit()
    return cast


def find_cast(session: Session) -> Cast | None:
    """The cast that `make_cast` wrote, as if it had just been committed; None where there is none."""
    # Others may have been made before the test came to its cast.
    named = {one.name_zh: one for one in session.scalars(sa.select(Organisation))}
    here, elsewhere = named.get(_HERE), named.get(_ELSEWHERE)
    if here is None or elsewhere is None:
        return None
    users = {user.name: user for user in session.scalars(sa.select(User).order_by(User.id))}
    session.commit()
    return Cast(here, elsewhere, users)


def make_unit(session: Session, organisation: Organisation, name: str = "", **values: Any) -> Unit:
    unit = Unit(
        organisation_id=organisation.id,
        name=name or f"示例单位{next(_counter)}",
        **({"type": UnitType.OTHER} | values),
    )
    session.add(unit)
    session.commit()
    return unit


def make_training(session: Session, organisation: Organisation, **values: Any) -> Training:
    defaults: dict[str, Any] = {
        "code": f"T{next(_counter)}",
        "title_zh": "社区治理培训班",
        "title_en": "Training class on community governance",
        "place_zh": "四川省成都市",
        "place_en": "Chengdu, Sichuan",
        "start_date": date(2026, 5, 11),
        "end_date": date(2026, 5, 14),
        "signature_zh": "示例省民政厅",
        "signature_en": "Sample Department of Civil Affairs",
    }
    host = values.pop("host", None) or make_unit(session, organisation, f"示例主办单位{next(_counter)}")
    training = Training(organisation_id=organisation.id, **(defaults | values))
    training.hosts.append(TrainingHost(unit_id=host.id, role=HostRole.HOST, position=1))
    session.add(training)
    session.commit()
    return training


def make_session(session: Session, training: Training, **values: Any) -> TrainingSession:
    zone = ZoneInfo(training.time_zone)
    start = values.pop("start", None) or datetime(
        training.start_date.year, training.start_date.month, training.start_date.day, 9, tzinfo=zone
    )
    defaults: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "title_zh": f"专题授课{next(_counter)}",
        "title_en": "Lecture",
        "starts_at": start.astimezone(UTC),
        "ends_at": (start + timedelta(minutes=90)).astimezone(UTC),
        "class_hours": Decimal(2),
    }
    row = TrainingSession(training_id=training.id, **(defaults | values))
    session.add(row)
    session.commit()
    return row


def make_unplaced(session: Session, training: Training, **values: Any) -> UnplacedSession:
    defaults: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "title_zh": f"待排授课{next(_counter)}",
        "minutes": 90,
        "class_hours": Decimal(2),
    }
    row = UnplacedSession(training_id=training.id, **(defaults | values))
    session.add(row)
    session.commit()
    return row


def make_registration(session: Session, training: Training, name: str = "", **values: Any) -> Registration:
    number = next(_counter)
    name = name or f"学员{number}"
    person_values = {
        key: values.pop(key) for key in list(values) if key in Person.__table__.columns and key != "unit_id"
    }
    person = Person(
        organisation_id=training.organisation_id,
        **(
            {
                "name": name,
                "name_key": name,
                "pinyin": f"xueyuan{number:06d}",
                "unit_id": values.get("unit_id"),
            }
            | person_values
        ),
    )
    session.add(person)
    session.flush()
    defaults: dict[str, Any] = {"sort_key": person.pinyin, "search_text": f"{name} {person.pinyin}".lower()}
    row = Registration(training_id=training.id, person_id=person.id, **(defaults | values))
    session.add(row)
    session.commit()
    return row


def make_category(session: Session, training: Training, name: str, **values: Any) -> Category:
    row = Category(training_id=training.id, position=next(_counter), name_zh=name, **values)
    session.add(row)
    session.commit()
    return row


def make_line(session: Session, training: Training, units: Mapping[Unit, int], **values: Any) -> QuotaLine:
    """A line of the quota table; each of `units` has so many places."""
    line = QuotaLine(training_id=training.id, position=next(_counter), **values)
    line.places = [
        QuotaPlace(training_id=training.id, unit_id=unit.id, position=position, places=places)
        for position, (unit, places) in enumerate(units.items(), 1)
    ]
    session.add(line)
    session.commit()
    return line


def make_site(session: Session, organisation: Organisation, **values: Any) -> Site:
    defaults: dict[str, Any] = {"name_zh": f"示例社区{next(_counter)}", "district_zh": "金牛区"}
    site = Site(organisation_id=organisation.id, **(defaults | values))
    session.add(site)
    session.commit()
    return site


def make_counter(session: Session, training_id: int) -> int:
    """The counter of a training's completion certificates."""
    training = session.get_one(Training, training_id)
    key = numbering.counter_key(training, CertificateKind.COMPLETION, SerialScope.TRAINING, 0)
    return numbering.locked(session, training, key).id


def at_once(app: Flask, *work: Callable[[], object]) -> list[BaseException]:
    """Run pieces of work in threads that start together; gives back what they raised."""
    start, raised = threading.Barrier(len(work)), []

    def run(one: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                one()
            except BaseException as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
