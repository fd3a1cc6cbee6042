"""Where somebody on a training belongs: group, bus, room and table."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.own_timetable import PlacementKind
from trainingmgr.models import Bus, DiningTable, LodgingRoom, Placement, Registration


class Placed(NamedTuple):
    """A place of one kind, as its name says it; `detail` helps to find it, `bus_id` is that of a bus."""

    kind: PlacementKind
    name: str
    detail: str = ""
    bus_id: int | None = None


def placements_of(session: Session, registration_ids: Collection[int]) -> dict[int, tuple[Placed, ...]]:
    """The placements of these registrations by their ids, the group first; two statements."""
    found: dict[int, list[Placed]] = {}
    for registration_id, group in session.execute(
        sa.select(Registration.id, Registration.group_name).where(Registration.id.in_(registration_ids))
    ):
        found[registration_id] = [Placed(PlacementKind.GROUP, group)] if group else []
    rows = session.execute(
        sa.select(
            Placement.registration_id, Placement.kind,
            sa.func.coalesce(Bus.name, LodgingRoom.name, DiningTable.name),
            sa.func.coalesce(Bus.plate, LodgingRoom.note, DiningTable.note), Placement.bus_id,
        )
        .outerjoin(Bus, Bus.id == Placement.bus_id)
        .outerjoin(LodgingRoom, LodgingRoom.id == Placement.room_id)
        .outerjoin(DiningTable, DiningTable.id == Placement.table_id)
        .where(Placement.registration_id.in_(registration_ids))
    )  # fmt: skip
    for registration_id, kind, name, detail, bus_id in rows:
        # Of groups a row only says that somebody is held there.
        if name is not None:
            found[registration_id].append(Placed(PlacementKind(kind.value), name, detail, bus_id))
    order = list(PlacementKind)
    return {id_: tuple(sorted(own, key=lambda one: order.index(one.kind))) for id_, own in found.items()}
