"""The way of a visit: when it is at each stop, and how it looks as a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, floor, log10, radians

from trainingmgr.domain.place import Point

_KM_PER_DEGREE = 111.195
MARGIN = 40
"""How far points stay off the edges of a drawing."""


def stays(
    starts: datetime, ends: datetime, minutes: Sequence[int | None], ways: Sequence[int]
) -> list[tuple[datetime, datetime]]:
    """From when to when a visit is at each stop.

    `minutes` are the stays; those that are not known share evenly, in whole minutes, what the others
    and the `ways` leave of the time. `ways` are the minutes to each stop from where one was before, as
    many as there are stops. Where stays and ways are too long, the last stop ends after `ends`.
    """
    left = int((ends - starts).total_seconds() // 60) - sum(ways) - sum(one or 0 for one in minutes)
    unknown = sum(one is None for one in minutes)
    share, rest = divmod(max(0, left), unknown) if unknown else (0, 0)
    found, at = [], starts
    for stay, way in zip(minutes, ways, strict=True):
        if stay is None:
            stay = share + (rest > 0)
            rest -= rest > 0
        begin = at + timedelta(minutes=way)
        at = begin + timedelta(minutes=stay)
        found.append((begin, at))
    return found


@dataclass(frozen=True, slots=True)
class Sketch:
    """Points on a drawing of `width` by `height`, north up, and a scale: `bar` long for `bar_metres`."""

    width: float
    height: float
    points: tuple[tuple[float, float], ...]
    bar: float
    bar_metres: int


def sketch(points: Sequence[Point], width: float = 640.0) -> Sketch:
    """Lay points out on a drawing, true to scale.

    Its height follows from the points, within two fifths and the whole of its width. Points in one spot
    stand in the middle. At least one point is needed.
    """
    middle = radians(sum(point[0] for point in points) / len(points))
    east = [point[1] * cos(middle) * _KM_PER_DEGREE for point in points]
    north = [point[0] * _KM_PER_DEGREE for point in points]
    wide, high = max(east) - min(east), max(north) - min(north)
    room = width - 2 * MARGIN
    per_km = min(room / max(wide, 0.2), room / max(high, 0.2))
    height = min(width, max(width * 0.4, high * per_km + 2 * MARGIN))
    centre = (max(east) + min(east)) / 2, (max(north) + min(north)) / 2
    laid = tuple(
        (round(width / 2 + (x - centre[0]) * per_km, 1), round(height / 2 - (y - centre[1]) * per_km, 1))
        for x, y in zip(east, north, strict=True)
    )
    metres = round_metres(room / 3 / per_km * 1000)
    return Sketch(width, round(height, 1), laid, round(metres / 1000 * per_km, 1), metres)


def round_metres(limit: float) -> int:
    """The largest of 1, 2, 5, 10, 20, … that is no more than `limit`, at least 1."""
    power = 10 ** floor(log10(max(limit, 1)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(limit, 1)))
