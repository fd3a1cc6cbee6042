"""Sample rooms and tables of a demo training, and who is in them."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.models import DiningTable, LodgingRoom, Placement
from trainingmgr.queries.arrangement.tables import PLACE_OF
from trainingmgr.services.demo.plan import HolderPlan, TrainingPlan

_SIZE_OF = {LodgingRoom: "beds", DiningTable: "seats"}


def write_places(
    session: Session, training_id: int, plan: TrainingPlan, registrations: Sequence[int]
) -> None:
    """Write the rooms and tables of a plan, and put its people into them, whose registrations are in their order."""
    rooms = _holders(session, LodgingRoom, training_id, plan.rooms)
    tables = _holders(session, DiningTable, training_id, plan.tables)
    people = list(zip(registrations, plan.people, strict=True))
    lodged = {registration_id: rooms[one.room] for registration_id, one in people if one.room}
    seated = {registration_id: tables[one.table] for registration_id, one in people if one.table}
    _place(session, training_id, ArrangementKind.ROOM, lodged)
    _place(session, training_id, ArrangementKind.TABLE, seated)


def _place(session: Session, training_id: int, kind: ArrangementKind, places: Mapping[int, int]) -> None:
    """Put people, by registration, into containers of one kind."""
    if places:
        session.execute(
            sa.insert(Placement),
            [
                {
                    "training_id": training_id,
                    "registration_id": registration_id,
                    "kind": kind,
                    PLACE_OF[kind]: place,
                }
                for registration_id, place in places.items()
            ],
        )


def _holders(
    session: Session,
    table: type[LodgingRoom] | type[DiningTable],
    training_id: int,
    plans: Sequence[HolderPlan],
) -> dict[str, int]:
    """Write containers, and give their ids by name."""
    if not plans:
        return {}
    size = _SIZE_OF[table]
    session.execute(
        sa.insert(table),
        [
            {
                "training_id": training_id,
                "name": one.name,
                size: one.places,
                "note": one.note,
                "is_sample": True,
            }
            for one in plans
        ],
    )
    found = session.execute(sa.select(table.name, table.id).where(table.training_id == training_id))
    return dict(found.tuples().all())
