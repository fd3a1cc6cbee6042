"""What a timetable of one's own says of its owner."""

from datetime import timedelta
from enum import StrEnum

SHOWN_FOR = timedelta(days=30)
"""How long after its last day a training stands on a page of one's own."""

FED_FOR = timedelta(days=90)
"""How long after its last day a training stays in a feed, so that calendars keep what has been."""


class PlacementKind(StrEnum):
    """What somebody on a training is placed in."""

    GROUP = "group"
    BUS = "bus"
    ROOM = "room"
    TABLE = "table"
