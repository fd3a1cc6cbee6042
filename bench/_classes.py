"""Classes of any size whose people were all present, for the benchmarks that issue certificates."""

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.membership import Role
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.training import HostRole
from trainingmgr.extensions import now
from trainingmgr.models import (
    Attendance,
    Membership,
    Organisation,
    Person,
    Registration,
    Training,
    TrainingHost,
    TrainingSession,
    Unit,
    User,
)
from trainingmgr.models.person import new_uid

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英志建国华文玉兰红梅"
_ROWS_AT_ONCE = 1_000


def fill(session: Session, people: dict[str, int]) -> str:
    """Make a class for each code with as many people; gives the identity of an owner's browser session."""
    body = Organisation(name_zh="示例单位")
    user = User(email="bench@example.org", name="bench", password="-", fs_uniquifier=secrets.token_hex(16))
    session.add_all([body, user])
    session.flush()
    session.add(Membership(user_id=user.id, organisation_id=body.id, role=Role.OWNER))
    host = Unit(organisation_id=body.id, name="示例主办单位", name_en="Sample Host")
    session.add(host)
    session.flush()
    for code, number in people.items():
        _fill_class(session, body, host, code, number)
    # As a database that is in use has done by itself.
    session.execute(sa.text("ANALYZE"))
    session.commit()
    return user.fs_uniquifier


def _fill_class(session: Session, body: Organisation, host: Unit, code: str, people: int) -> None:
    training = Training(
        organisation_id=body.id,
        code=code,
        title_zh="社区治理和服务创新实验区示范培训班",
        title_en="Training class on community governance",
        place_zh="四川省成都市",
        place_en="Chengdu, Sichuan",
        start_date=date(2026, 5, 11),
        end_date=date(2026, 5, 14),
    )
    training.hosts.append(TrainingHost(unit_id=host.id, role=HostRole.HOST, position=1))
    lecture = TrainingSession(
        kind=SessionKind.LECTURE,
        title_zh="专题授课",
        starts_at=datetime(2026, 5, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 5, 11, 3, tzinfo=UTC),
        class_hours=Decimal(2),
    )
    lecture.training = training
    session.add_all([training, lecture])
    session.flush()
    for start in range(0, people, _ROWS_AT_ONCE):
        numbers = range(start, min(start + _ROWS_AT_ONCE, people))
        _fill_rows(session, body.id, training.id, lecture.id, numbers)


def _fill_rows(session: Session, body: int, training: int, lecture: int, numbers: range) -> None:
    people: list[dict[str, Any]] = [
        {
            "organisation_id": body,
            "uid": new_uid(),
            "name": _name(number),
            "name_key": f"{_name(number)}{training}-{number}",
            "pinyin": f"p{number:06d}",
        }
        for number in numbers
    ]
    ids = list(session.scalars(sa.insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
    rows: list[dict[str, Any]] = [
        {
            "training_id": training,
            "person_id": person,
            "status": RegistrationStatus.CONFIRMED,
            "sort_key": facts["pinyin"],
            "search_text": facts["name"],
        }
        for person, facts in zip(ids, people, strict=True)
    ]
    registrations = session.scalars(
        sa.insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows
    )
    marks: list[dict[str, Any]] = [
        {
            "training_id": training,
            "session_id": lecture,
            "registration_id": registration,
            "mark": AttendanceMark.PRESENT,
            "marked_at": now(),
        }
        for registration in registrations
    ]
    session.execute(sa.insert(Attendance), marks)


def _name(number: int) -> str:
    rest, third = divmod(number // len(_SURNAMES), len(_GIVEN))
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[rest % len(_GIVEN)] + _GIVEN[third]
