"""Points on a map of tiles: which tiles lie under a drawing, and where (Web Mercator, as `{z}/{x}/{y}` numbers them)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asinh, cos, floor, pi, radians, tan

from trainingmgr.domain.place import Point
from trainingmgr.domain.route import MARGIN, Sketch, round_metres

TILE = 256
"""How wide and high a tile is."""

_NEAREST = 17
_FURTHEST_NORTH = 85.05
_ROUND_THE_EARTH = 40_075_016.686


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile, and where its upper left corner lies on the drawing."""

    zoom: int
    column: int
    row: int
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class TiledSketch(Sketch):
    """A drawing that `tiles` cover, as far as there is a world."""

    tiles: tuple[Tile, ...]


def sketch_on_tiles(points: Sequence[Point], width: int = 640) -> TiledSketch | None:
    """Lay points out as `route.sketch` does, on the nearest map that holds them all; None for points by the poles.

    At least one point is needed.
    """
    if any(abs(latitude) > _FURTHEST_NORTH for latitude, _longitude in points):
        return None
    zoom = next((zoom for zoom in range(_NEAREST, 0, -1) if _fits(points, zoom, width - 2 * MARGIN)), 0)
    laid = [_on_world(point, zoom) for point in points]
    east, south = [x for x, _y in laid], [y for _x, y in laid]
    height = round(min(width, max(width * 0.4, max(south) - min(south) + 2 * MARGIN)))
    # Whole pixels, so that tiles are not blurred.
    left = round((max(east) + min(east) - width) / 2)
    top = round((max(south) + min(south) - height) / 2)
    middle = radians(sum(latitude for latitude, _longitude in points) / len(points))
    per_pixel = _ROUND_THE_EARTH * cos(middle) / (TILE << zoom)
    metres = round_metres((width - 2 * MARGIN) / 3 * per_pixel)
    return TiledSketch(
        width=width,
        height=height,
        points=tuple((round(x - left, 1), round(y - top, 1)) for x, y in laid),
        bar=round(metres / per_pixel, 1),
        bar_metres=metres,
        tiles=tuple(
            Tile(zoom, column % (1 << zoom), row, column * TILE - left, row * TILE - top)
            for row in range(max(0, top // TILE), min((1 << zoom) - 1, (top + height - 1) // TILE) + 1)
            for column in range(floor(left / TILE), (left + width - 1) // TILE + 1)
        ),
    )


def _on_world(point: Point, zoom: int) -> tuple[float, float]:
    """Where a point lies on the whole world in pixels, east and south from its upper left corner."""
    latitude, longitude = point
    size = TILE << zoom
    return (longitude + 180) / 360 * size, (1 - asinh(tan(radians(latitude))) / pi) / 2 * size


def _fits(points: Sequence[Point], zoom: int, room: float) -> bool:
    laid = [_on_world(point, zoom) for point in points]
    return all(max(one) - min(one) <= room for one in zip(*laid, strict=True))
