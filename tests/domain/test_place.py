"""Where places lie, how long the way between them takes, and how a visit goes from stop to stop."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.place import Point, check_opening, check_point, distance_km, travel_minutes
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.route import sketch, stays

# Hundredths of a degree: floats that hypothesis makes up are slow to draw.
_points = st.tuples(st.integers(-6000, 6000), st.integers(-17000, 17000)).map(
    lambda pair: (pair[0] / 100, pair[1] / 100)
)
_NINE = datetime.combine(date(2026, 5, 11), time(9))


def test_a_degree_of_latitude_is_as_long_as_on_the_earth() -> None:
    assert distance_km((30.0, 104.0), (31.0, 104.0)) == pytest.approx(111.195, abs=0.01)
    # East to west it shrinks with the cosine.
    assert distance_km((60.0, 104.0), (60.0, 105.0)) == pytest.approx(55.6, abs=0.1)


@pytest.mark.parametrize(
    ("north_km", "minutes"),
    # 1.4 times the line at 25 km/h is 3.36 minutes a kilometre; 5 more, rounded up to 5.
    [(0.0, 0), (0.14, 0), (0.2, 10), (1.4, 10), (1.5, 15), (10.0, 40)],
)
def test_a_way_takes_its_length_at_the_pace_of_a_city_and_getting_on_and_off(
    north_km: float, minutes: int
) -> None:
    assert travel_minutes((30.0, 104.0), (30.0 + north_km / 111.195, 104.0)) == minutes


@given(_points, _points)
@settings(max_examples=50)
def test_a_way_is_as_long_back(one: Point, other: Point) -> None:
    assert travel_minutes(one, other) == travel_minutes(other, one)
    assert travel_minutes(one, other) % 5 == 0


@pytest.mark.parametrize(
    ("latitude", "longitude", "code", "field"),
    [
        (30.0, None, "coordinates_halved", "longitude"),
        (None, 104.0, "coordinates_halved", "latitude"),
        (90.1, 104.0, "coordinates_off_earth", "latitude"),
        (30.0, -180.5, "coordinates_off_earth", "longitude"),
        (30.0, float("nan"), "coordinates_off_earth", "longitude"),
    ],
)
def test_coordinates_stand_both_and_on_earth(
    latitude: float | None, longitude: float | None, code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check_point(latitude, longitude)
    assert (refused.value.code, refused.value.values["field"]) == (code, field)


def test_a_place_opens_before_it_closes() -> None:
    check_opening(None, None)
    check_opening(time(9), time(17))
    for opens, closes in ((time(9), None), (None, time(9)), (time(9), time(9))):
        with pytest.raises(Refusal):
            check_opening(opens, closes)


def test_stays_that_nobody_set_share_what_is_left() -> None:
    spans = stays(_NINE, _NINE + timedelta(hours=3), [None, 40, None], [0, 15, 10])
    clock = [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in spans]
    # 180 minutes less 25 on the way and 40 set leave 115: 58 and 57.
    assert clock == [("09:00", "09:58"), ("10:13", "10:53"), ("11:03", "12:00")]


@given(
    st.lists(st.tuples(st.none() | st.integers(1, 60), st.integers(0, 40)), min_size=1, max_size=6),
    st.integers(10, 400),
)
@settings(max_examples=80)
def test_a_visit_follows_its_ways_and_fills_its_session(
    stops: list[tuple[int | None, int]], minutes: int
) -> None:
    ends = _NINE + timedelta(minutes=minutes)
    spans = stays(_NINE, ends, [stay for stay, _way in stops], [way for _stay, way in stops])
    at = _NINE
    for (stay, way), (arrives, leaves) in zip(stops, spans, strict=True):
        assert arrives - at == timedelta(minutes=way)
        assert stay is None or leaves - arrives == timedelta(minutes=stay)
        at = leaves
    set_ = sum(way + (stay or 0) for stay, way in stops)
    if any(stay is None for stay, _way in stops):
        assert at == max(ends, _NINE + timedelta(minutes=set_))


def test_a_drawing_is_true_to_scale_with_north_up() -> None:
    drawing = sketch([(30.70, 104.00), (30.65, 104.00), (30.65, 104.10)])
    north, corner, east = drawing.points
    assert north[0] == corner[0]
    assert north[1] < corner[1] == east[1]
    per_km = (corner[1] - north[1]) / (0.05 * 111.195)
    assert (east[0] - corner[0]) / per_km == pytest.approx(
        distance_km((30.65, 104.0), (30.65, 104.1)), rel=0.01
    )
    assert drawing.bar / per_km * 1000 == pytest.approx(drawing.bar_metres, rel=0.01)


@given(st.lists(_points, min_size=1, max_size=6))
@settings(max_examples=60)
def test_every_point_stands_on_the_drawing(points: list[Point]) -> None:
    drawing = sketch(points)
    for x, y in drawing.points:
        assert 0 <= x <= drawing.width
        assert 0 <= y <= drawing.height
    assert 0 < drawing.bar <= drawing.width / 2
