"""What cannot hold together in a timetable, with a way out of each.

Every rule takes the plan and gives its clashes in the order of time; together they take n log n in the
number of sessions. Times are those of the training's own clock.
"""

from trainingmgr.domain.clash.breaks import LONGEST_WITHOUT_BREAK
from trainingmgr.domain.clash.mends import Mend, MendKind, mends_of
from trainingmgr.domain.clash.plan import (
    Clash,
    ClashKind,
    Engagement,
    Level,
    Plan,
    Room,
    Slot,
    Visit,
    Window,
    joined,
)
from trainingmgr.domain.clash.rules import MOST_HOURS, find_clashes

__all__ = [
    "LONGEST_WITHOUT_BREAK",
    "MOST_HOURS",
    "Clash",
    "ClashKind",
    "Engagement",
    "Level",
    "Mend",
    "MendKind",
    "Plan",
    "Room",
    "Slot",
    "Visit",
    "Window",
    "find_clashes",
    "joined",
    "mends_of",
]
