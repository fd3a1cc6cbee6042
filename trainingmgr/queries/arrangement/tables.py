"""The tables of containers, and where placements name them."""

from trainingmgr.domain.arrangement import (
    ArrangementKind,
)
from trainingmgr.models import (
    Bus,
    DiningTable,
    LodgingRoom,
)

TABLES: dict[ArrangementKind, type[LodgingRoom] | type[DiningTable] | type[Bus]] = {
    ArrangementKind.BUS: Bus,
    ArrangementKind.ROOM: LodgingRoom,
    ArrangementKind.TABLE: DiningTable,
}
"""The tables of containers that are rows of their own."""

PLACE_OF = {
    ArrangementKind.BUS: "bus_id",
    ArrangementKind.ROOM: "room_id",
    ArrangementKind.TABLE: "table_id",
}
"""The column of `Placement` that names a container of such a table."""
