"""Where a place lies, when it is open, and how long the way to the next one takes."""

from datetime import time
from math import asin, ceil, cos, radians, sin, sqrt

from trainingmgr.domain.refusal import Refusal

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

_EARTH_KM = 6371.0
_SAME_HOUSE_KM = 0.15
_DETOUR = 1.4
_KM_PER_HOUR = 25
_ON_AND_OFF = 5
_STEP = 5


def check_point(latitude: float | None, longitude: float | None) -> None:
    """Raises Refusal `coordinates_halved` where one of the two is missing, `coordinates_off_earth` out of range."""
    if (latitude is None) != (longitude is None):
        raise Refusal("coordinates_halved", field="longitude" if longitude is None else "latitude")
    if latitude is None or longitude is None:
        return
    # What is no number compares with nothing, so it is off the earth too.
    for field, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if not -most <= value <= most:
            raise Refusal("coordinates_off_earth", field=field, most=most)


def check_opening(opens: time | None, closes: time | None) -> None:
    """Raises Refusal `opening_halved` where one of the two is missing, `opening_backwards` where it closes first."""
    if (opens is None) != (closes is None):
        raise Refusal("opening_halved", field="closes_at" if closes is None else "opens_at")
    if opens is not None and closes is not None and closes <= opens:
        raise Refusal("opening_backwards", field="closes_at")


def distance_km(one: Point, other: Point) -> float:
    """Kilometres between two points as the crow flies (haversine)."""
    north, south = radians(one[0]), radians(other[0])
    across = sin((south - north) / 2) ** 2
    along = sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(across + cos(north) * cos(south) * along)))


def travel_minutes(one: Point, other: Point) -> int:
    """How long a bus takes from one place to another, by rule of thumb.

    The line through the air times 1.4 for the roads, at 25 km/h as in a city, and 5 minutes to get on
    and off, rounded up to 5 minutes. What lies within 150 metres is one house and takes no time.
    """
    length = distance_km(one, other)
    if length <= _SAME_HOUSE_KM:
        return 0
    # To a thousandth of a minute, so that no speck of a float adds five minutes.
    minutes = round(length * _DETOUR / _KM_PER_HOUR * 60 + _ON_AND_OFF, 3)
    return ceil(minutes / _STEP) * _STEP
