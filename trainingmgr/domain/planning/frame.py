"""The daily frame of a training: from when to when there are sessions, and when people eat."""

from datetime import time
from itertools import pairwise

import msgspec

from trainingmgr.domain.planning.model import DAY, Half, Window
from trainingmgr.domain.refusal import Refusal

STEPS = (5, 10, 15, 30)
"""Steps in minutes that sessions may begin in, beside the training's class hour."""


class Frame(msgspec.Struct, frozen=True):
    """What an organiser says of every day. With `evening_ends` there are sessions after supper too.

    `pause` is the least break between two sessions, `travel_unknown` how long a way takes whose length
    nobody knows, all in minutes. On the first day nothing begins before `first_starts`, on the last one
    all ends by `last_ends`; None where these days are like the others.
    """

    starts: time = time(8, 30)
    lunch_starts: time = time(12)
    lunch_ends: time = time(14)
    ends: time = time(18)
    evening_starts: time = time(19)
    evening_ends: time | None = None
    first_starts: time | None = None
    last_ends: time | None = None
    step: int = 5
    pause: int = 10
    travel_unknown: int = 30
    keep: bool = False
    choose_rooms: bool = False


def windows_of(frame: Frame, days: int) -> tuple[Window, ...]:
    """The half-days of so many days in which sessions may be laid, in order.

    Raises Refusal `planning_frame_backwards` (field) where the times of a day are not in order, and
    `planning_frame_empty` where they leave nothing.
    """
    ordered = [
        ("starts", frame.starts),
        ("lunch_starts", frame.lunch_starts),
        ("lunch_ends", frame.lunch_ends),
    ]
    ordered.append(("ends", frame.ends))
    if frame.evening_ends is not None:
        ordered += [("evening_starts", frame.evening_starts), ("evening_ends", frame.evening_ends)]
    for (_name, early), (name, late) in pairwise(ordered):
        if late < early:
            raise Refusal("planning_frame_backwards", field=name)
    parts = [
        (Half.MORNING, frame.starts, frame.lunch_starts),
        (Half.AFTERNOON, frame.lunch_ends, frame.ends),
    ]
    if frame.evening_ends is not None:
        parts.append((Half.EVENING, frame.evening_starts, frame.evening_ends))
    found = []
    for day in range(days):
        for half, starts, ends in parts:
            start, end = minute_of(starts), minute_of(ends)
            if day == 0 and frame.first_starts is not None:
                start = max(start, minute_of(frame.first_starts))
            if day == days - 1 and frame.last_ends is not None:
                end = min(end, minute_of(frame.last_ends))
            if start < end:
                found.append(Window(day, half, day * DAY + start, day * DAY + end))
    if not found:
        raise Refusal("planning_frame_empty", field="ends")
    return tuple(found)


def minute_of(clock: time) -> int:
    """The minute of the day."""
    return clock.hour * 60 + clock.minute
