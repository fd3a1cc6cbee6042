"""Maps of tiles lie under their points, true to scale, and cover the whole drawing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.place import Point, distance_km
from trainingmgr.domain.tiles import TILE, TiledSketch, sketch_on_tiles

_CHENGDU: list[Point] = [(30.7053, 104.0492), (30.6712, 104.0025), (30.6181, 104.0306)]
_points = st.tuples(st.floats(-85, 85), st.floats(-180, 180))


def drawn(*points: Point) -> TiledSketch:
    found = sketch_on_tiles(points)
    assert found is not None
    return found


def test_a_point_lies_on_the_tile_that_bears_its_number() -> None:
    # The example of OpenStreetMap's own page about the names of tiles.
    (x, y), drawing = drawn((51.51202, 0.02435)).points[0], drawn((51.51202, 0.02435))
    (tile,) = [one for one in drawing.tiles if 0 <= x - one.left < TILE and 0 <= y - one.top < TILE]
    assert (tile.zoom, tile.column, tile.row) == (17, 65544, 43582)


def test_the_map_is_the_nearest_that_holds_all_points() -> None:
    drawing = drawn(*_CHENGDU)
    assert {tile.zoom for tile in drawing.tiles} == {12}
    assert drawn(_CHENGDU[0], _CHENGDU[0]).tiles[0].zoom == 17


def test_a_map_is_true_to_scale_with_north_up() -> None:
    one, other, third = _CHENGDU
    drawing = drawn(one, other, third)
    (ax, ay), (bx, by), (cx, cy) = drawing.points
    assert ay < by < cy
    assert bx < cx < ax
    per_km = drawing.bar / drawing.bar_metres * 1000
    for length, km in (
        (((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5, distance_km(one, other)),
        (((bx - cx) ** 2 + (by - cy) ** 2) ** 0.5, distance_km(other, third)),
    ):
        assert length / per_km == pytest.approx(km, rel=0.01)


@given(st.lists(_points, min_size=1, max_size=5))
@settings(max_examples=60)
def test_every_point_stands_on_the_map_and_tiles_cover_it(points: list[Point]) -> None:
    drawing = drawn(*points)
    world = 1 << drawing.tiles[0].zoom
    corners = {(tile.left, tile.top) for tile in drawing.tiles}
    for tile in drawing.tiles:
        assert 0 <= tile.column < world
        assert 0 <= tile.row < world
        assert -TILE < tile.left < drawing.width
        assert -TILE < tile.top < drawing.height
    for x, y in drawing.points:
        assert 0 <= x <= drawing.width
        assert 0 <= y <= drawing.height
        assert any(0 <= x - left <= TILE and 0 <= y - top <= TILE for left, top in corners)
    assert len(corners) == len(drawing.tiles) <= 16
    assert 0 < drawing.bar <= drawing.width / 2


def test_there_is_no_map_of_the_poles() -> None:
    assert sketch_on_tiles([(30.0, 104.0), (-89.9, 0.0)]) is None
