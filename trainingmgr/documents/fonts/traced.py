"""Turns a picture of one character into an outline, and the outline into a font of that one glyph."""

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from math import hypot
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageOps

from trainingmgr.documents.fonts.sfnt import Sfnt
from trainingmgr.documents.pictures import Prepared, prepare_picture
from trainingmgr.domain.refusal import Refusal

LEAST_HEIGHT = 400
"""Pixels, so that the character has no steps at the size of a name on a certificate."""

_LEAST_INK = 200
_SIDE = 1024
_DARK = 128
_MOST_INK = 0.6  # of its own rectangle; above it the picture is white on black, or no character at all
_SPECK = 16  # edges of a pixel around a dot that is dirt
_MOST_POINTS = 6000
_TOLERANCE = 0.6
_MOST_CONTOURS = 200

# As characters stand in the bundled fonts: the ink's longer side, and the middle of the square over the baseline.
_UNITS = 2048
_INK = round(0.92 * _UNITS)
_MIDDLE = round(0.38 * _UNITS)
_ASCENT, _DESCENT = round(0.88 * _UNITS), -round(0.12 * _UNITS)

Point = tuple[float, float]


def prepare_glyph(data: bytes) -> Prepared:
    """An uploaded picture of one character as it is kept: its ink alone, black on white, as a PNG.

    Raises what `prepare_picture` raises, and Refusal `glyph.too_small` (height, least), `glyph.blank`,
    `glyph.dark` or `glyph.unclean`.
    """
    checked = prepare_picture(data)
    with Image.open(BytesIO(checked.data)) as opened:
        grey = _grey(opened)
    if grey.height < LEAST_HEIGHT:
        raise Refusal("glyph.too_small", height=grey.height, least=LEAST_HEIGHT)
    ink = grey.point(lambda value: 255 if value < _DARK else 0)
    place = ink.getbbox()
    if place is None:
        raise Refusal("glyph.blank")
    width, height = place[2] - place[0], place[3] - place[1]
    # A stroke such as that of 一 fills its rectangle wholly: the whole picture tells dark ground from it.
    if ink.histogram()[255] > _MOST_INK * ink.width * ink.height:
        raise Refusal("glyph.dark")
    if max(width, height) < _LEAST_INK:
        raise Refusal("glyph.too_small", height=max(width, height), least=LEAST_HEIGHT)
    factor = _SIDE / max(width, height)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    clean = (
        grey.crop(place)
        .resize(size, Image.Resampling.LANCZOS)
        .point(lambda value: 0 if value < _DARK else 255)
    )
    _check_clean(clean)
    buffer = BytesIO()
    clean.convert("1").save(buffer, "PNG", optimize=True)
    return Prepared(buffer.getvalue(), "image/png", *clean.size)


def _check_clean(picture: Image.Image) -> None:
    """Raise Refusal `glyph.blank` or `glyph.unclean`, the latter as soon as there is too much of anything."""
    contours = points = 0
    for contour in _contours(picture):
        contours, points = contours + 1, points + len(contour)
        if contours > _MOST_CONTOURS or points > _MOST_POINTS:
            raise Refusal("glyph.unclean")
    if not contours:
        raise Refusal("glyph.blank")


def font_of_picture(data: bytes, character: str, digest: str) -> Sfnt:
    """A font whose only glyph is the kept picture with this SHA-256, standing for the character."""
    return _font(data, ord(character[0]), digest)


@lru_cache(maxsize=64)
def _font(data: bytes, code: int, digest: str) -> Sfnt:
    pen = TTGlyphPen(None)
    with Image.open(BytesIO(data)) as opened:
        picture = opened.convert("L")
    factor = _INK / max(picture.size)
    left, top = (_UNITS - factor * picture.width) / 2, _MIDDLE + factor * picture.height / 2
    for contour in _contours(picture):
        points = [(round(left + factor * x), round(top - factor * y)) for x, y in contour]
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        pen.closePath()
    empty, name = TTGlyphPen(None).glyph(), f"Picture-{digest[:8]}"
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "character"])
    builder.setupCharacterMap({code: "character"})
    builder.setupGlyf({".notdef": empty, "character": pen.glyph()})
    bearing = builder.font["glyf"]["character"].xMin
    builder.setupHorizontalMetrics({".notdef": (_UNITS, 0), "character": (_UNITS, bearing)})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2(
        sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT
    )
    builder.setupPost()
    # The same picture gives the same bytes whenever it is traced.
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    buffer = BytesIO()
    builder.save(buffer)
    return Sfnt(Path(f"{name}-{code:04X}.ttf"), buffer.getvalue())


def _grey(picture: Image.Image) -> Image.Image:
    """On white, dark on light as far as the scan allows."""
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        picture = ground
    grey = picture.convert("L")
    shades = [shade for shade, count in enumerate(grey.histogram()) if count]
    # A faint scan is made black on white; a picture of one grey is left as it is.
    return ImageOps.autocontrast(grey) if shades[-1] - shades[0] > _DARK // 2 else grey


# -- outlines


def _contours(picture: Image.Image) -> Iterator[list[Point]]:
    """The edges of the dark areas, with the ink on their right as TrueType wants it, smoothed and without dirt."""
    for loop in _loops(picture):
        if len(loop) < _SPECK:
            continue
        middles = [((x + u) / 2, (y + v) / 2) for (x, y), (u, v) in pairwise([*loop, loop[0]])]
        contour = _simpler(_corners(middles))
        if len(contour) > 2:
            yield contour


def _loops(picture: Image.Image) -> Iterator[list[tuple[int, int]]]:
    following = _edges(picture)
    while following:
        start = next(iter(following))
        loop, at, came = [], start, (0, 0)
        while True:
            loop.append(at)
            ends = following[at]
            # Where two dark pixels meet at a corner alone, they stay apart.
            end = ends[0] if len(ends) == 1 else min(ends, key=lambda one: _turn(came, at, one))
            ends.remove(end)
            if not ends:
                del following[at]
            came, at = (end[0] - at[0], end[1] - at[1]), end
            if at == start:
                break
        yield loop


def _turn(came: tuple[int, int], at: tuple[int, int], end: tuple[int, int]) -> int:
    """Less for a turn towards the ink."""
    step = end[0] - at[0], end[1] - at[1]
    return came[1] * step[0] - came[0] * step[1]


def _edges(picture: Image.Image) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Every side of a pixel that parts dark from light, from its start to its end, y downwards."""
    width, height = picture.size
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    white = b"\0" * width
    rows = [white, *(_row(picture, y) for y in range(height)), white]
    for y, (above, row) in enumerate(pairwise(rows)):
        for run in re.finditer(rb"\x01+", row):
            first, last = run.span()
            found.setdefault((first, y + 1), []).append((first, y))
            found.setdefault((last, y), []).append((last, y + 1))
        changed = (int.from_bytes(above) ^ int.from_bytes(row)).to_bytes(width)
        for run in re.finditer(rb"\x01+", changed):
            for x in range(*run.span()):
                start, end = ((x, y), (x + 1, y)) if row[x] else ((x + 1, y), (x, y))
                found.setdefault(start, []).append(end)
    return found


def _row(picture: Image.Image, y: int) -> bytes:
    line = picture.crop((0, y, picture.width, y + 1)).tobytes()
    return line.translate(bytes(1 if value < _DARK else 0 for value in range(256)))


def _corners(points: list[Point]) -> list[Point]:
    """Without those that lie on a line with their neighbours."""
    around = zip([points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True)
    return [
        (x, y)
        for (before_x, before_y), (x, y), (u, v) in around
        if (x - before_x, y - before_y) != (u - x, v - y)
    ]


def _simpler(points: list[Point]) -> list[Point]:
    """The closed line with as few of its points as keep it within the tolerance (Douglas and Peucker)."""
    far = max(range(len(points)), key=lambda index: _distance2(points[0], points[index]))
    closed = [*points, points[0]]
    kept = {0, far, len(points)}
    open_parts = [(0, far), (far, len(points))]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        index = max(range(first + 1, last), key=lambda one: _off(closed[one], closed[first], closed[last]))
        if _off(closed[index], closed[first], closed[last]) > _TOLERANCE:
            kept.add(index)
            open_parts += [(first, index), (index, last)]
    return [closed[index] for index in sorted(kept)[:-1]]


def _distance2(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _off(point: Point, first: Point, last: Point) -> float:
    """How far the point lies from the line between two others."""
    (x, y), (u, v) = first, last
    length = hypot(u - x, v - y)
    if not length:
        return hypot(point[0] - x, point[1] - y)
    return abs((u - x) * (point[1] - y) - (v - y) * (point[0] - x)) / length
