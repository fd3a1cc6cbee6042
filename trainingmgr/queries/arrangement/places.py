"""Where people are, for lists and pages about something else."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import (
    ArrangementKind,
)
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.registration_form import FieldKey, Lodging
from trainingmgr.models import (
    Bus,
    DiningTable,
    LodgingRoom,
    Placement,
    Registration,
    RegistrationAnswer,
)
from trainingmgr.queries.arrangement.tables import PLACE_OF, TABLES


def place_name(kind: ArrangementKind, registration_id: Any, status: Any) -> sa.ColumnElement[str]:
    """The name of the bus, room or table of whoever is on the class, "" for others; for a column of a list."""
    table = TABLES[kind]
    named = (
        sa.select(table.name)
        .join(Placement, getattr(Placement, PLACE_OF[kind]) == table.id)
        .where(
            Placement.registration_id == registration_id,
            Placement.kind == kind,
            status.in_(PRESENT_STATUSES),
        )
        .scalar_subquery()
    )
    return sa.func.coalesce(named, "")


def count_without(training_id: int, kind: ArrangementKind) -> sa.ColumnElement[int]:
    """How many on the class are in no bus or room or at no table, while others of the training are."""
    used = sa.exists().where(Placement.training_id == training_id, Placement.kind == kind)
    placed = sa.exists().where(Placement.registration_id == Registration.id, Placement.kind == kind)
    elsewhere = sa.exists().where(
        RegistrationAnswer.registration_id == Registration.id,
        RegistrationAnswer.key == FieldKey.LODGING.value,
        RegistrationAnswer.value == Lodging.NONE.value,
    )
    number = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(
            Registration.training_id == training_id,
            Registration.status.in_(PRESENT_STATUSES),
            ~placed,
            *([~elsewhere] if kind is ArrangementKind.ROOM else []),
        )
        .scalar_subquery()
    )
    # Where nobody is anywhere, nobody is looked at.
    return sa.case((used, number), else_=0)


class Place(NamedTuple):
    """Where somebody is put, in words of the training."""

    kind: ArrangementKind
    name: str
    note: str


def places_of(session: Session, registration_id: int) -> list[Place]:
    """The bus, the room and the table of one participant on the class; one statement."""
    named = (
        (ArrangementKind.BUS, Bus.name, Bus.plate),
        (ArrangementKind.ROOM, LodgingRoom.name, LodgingRoom.note),
        (ArrangementKind.TABLE, DiningTable.name, DiningTable.note),
    )
    columns = [column for _kind, *both in named for column in both]
    rows: Any = session.execute(
        sa.select(Placement.kind, *columns)
        .outerjoin(Bus, Bus.id == Placement.bus_id)
        .outerjoin(LodgingRoom, LodgingRoom.id == Placement.room_id)
        .outerjoin(DiningTable, DiningTable.id == Placement.table_id)
        .join(Registration, Registration.id == Placement.registration_id)
        .where(Placement.registration_id == registration_id, Registration.status.in_(PRESENT_STATUSES))
    ).all()
    at = {kind: 1 + 2 * number for number, (kind, *_both) in enumerate(named)}
    return [
        Place(row[0], row[at[row[0]]], row[at[row[0]] + 1])
        for row in sorted(rows, key=lambda row: at.get(row[0], 0))
        if row[0] in at
    ]
