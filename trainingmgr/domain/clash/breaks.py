"""How long people sit, and where a break would help them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from trainingmgr.domain.clash.plan import Slot
from trainingmgr.domain.schedule import MOVING, SessionKind

LONGEST_WITHOUT_BREAK = timedelta(hours=2)
BREAK = timedelta(minutes=10)
"""What is a break, and no less."""


def runs_of(slots: list[Slot]) -> Iterator[list[Slot]]:
    """The sessions that people sit through, as long as no break lies between them."""
    run: list[Slot] = []
    for slot in slots:
        short = slot.kind is SessionKind.BREAK and slot.ends - slot.starts < BREAK
        if run and ((slot.kind in MOVING and not short) or slot.starts - end_of(run) >= BREAK):
            yield run
            run = []
        if slot.kind not in MOVING:
            run.append(slot)
    if run:
        yield run


def end_of(run: list[Slot]) -> datetime:
    """When the last of them ends."""
    return max(slot.ends for slot in run)


def break_at(run: list[Slot], class_hour: int) -> datetime:
    """Where a break would help: the latest seam within the first two hours, else about the middle of the first session.

    That is after a whole class hour, where there is one within these two hours.
    """
    first, limit = run[0], run[0].starts + LONGEST_WITHOUT_BREAK
    seams = [slot.ends for slot in run[:-1] if slot.ends <= limit]
    if seams:
        return seams[-1]
    middle = first.starts + (first.ends - first.starts) / 2
    hours = range(1, LONGEST_WITHOUT_BREAK // timedelta(minutes=class_hour) + 1)
    whole = [first.starts + timedelta(minutes=number * class_hour) for number in hours]
    rounded = middle.replace(minute=middle.minute // 5 * 5, second=0, microsecond=0)
    # Of two that are as near to the middle the later one.
    within = [one for one in reversed(whole) if one < first.ends]
    return min(within, key=lambda one: abs(one - middle), default=rounded)
