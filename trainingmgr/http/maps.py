"""Schematic maps: drawn from coordinates, on the tiles of a map where the installation names some."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from trainingmgr.domain.place import Point
from trainingmgr.domain.route import Sketch, sketch
from trainingmgr.domain.tiles import Tile, sketch_on_tiles
from trainingmgr.extensions import settings
from trainingmgr.http.headers import allow_images_from

_MOST_WIDTH = 34
_FIRST_WIDE = 0x2E80


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing with the words on it; `tiles` are the addresses of pictures under it, by their corner.

    `attribution` says whose tiles they are.
    """

    sketch: Sketch
    scale: str
    tiles: tuple[tuple[Tile, str], ...] = ()
    attribution: str = ""


def map_of(points: Sequence[Point]) -> Map:
    """The map of at least one point. What tiles it has, the present answer may load from their host."""
    drawing = sketch_on_tiles(points) if settings.tile_url else None
    if drawing is None:
        plain = sketch(points)
        return Map(plain, _scale(plain.bar_metres))
    allow_images_from(settings.tile_origin)
    tiles = tuple((tile, _address(tile)) for tile in drawing.tiles)
    return Map(drawing, _scale(drawing.bar_metres), tiles, settings.tile_attribution)


def short(name: str) -> str:
    """A name as it has room beside its point on a drawing; the table below has it whole."""
    width = 0
    for place, one in enumerate(name):
        width += 1 if ord(one) < _FIRST_WIDE else 2
        if width > _MOST_WIDTH:
            return name[:place].rstrip() + "…"
    return name


def _scale(metres: int) -> str:
    if metres >= 1000:
        return str(_("%(num)d km", num=metres // 1000))
    return str(_("%(num)d m", num=metres))


def _address(tile: Tile) -> str:
    address = settings.tile_url
    for name, value in (("{z}", tile.zoom), ("{x}", tile.column), ("{y}", tile.row)):
        address = address.replace(name, str(value))
    return address
