"""A roster's file, imported as an organiser confirms it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast
from tests.rosters import id_number, xlsx
from trainingmgr.models import (
    Person,
    Registration,
    Training,
    Unit,
)
from trainingmgr.services.roster_import import (
    Plan,
    import_roster,
)

HEADER = ("姓名", "单位", "职务", "手机", "身份证号", "类别", "组别")


ROWS: list[Sequence[object]] = [
    ("张三", "甲市民政局", "处长", "13800138001", id_number(1), None, "一组"),
    ("李四", "乙市民政局", "科长", "13800138002", None, None, "一组"),
    ("欧阳静", "甲市民政局", "局长", None, None, None, None),
]


def file(*rows: Sequence[object]) -> bytes:
    return xlsx([HEADER, *(rows or ROWS)])


def run(training: Training, cast: Cast, data: bytes, *, update: bool = False) -> Plan:
    return import_roster(training.id, data, cast.actor(), file_name="名册.xlsx", update=update)


def counts(plan: Plan) -> dict[str, int]:
    return {verdict.value: count for verdict, count in plan.counts.items() if count}


def roster(session: Session, training: Training) -> list[tuple[str, str, str, str]]:
    session.expire_all()
    rows = session.execute(
        sa.select(Person.name, Unit.name, Registration.post, Person.phone)
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == training.id)
        .order_by(Registration.sort_key)
    )
    return [(name, unit or "", post, phone) for name, unit, post, phone in rows]
