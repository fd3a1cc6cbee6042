"""The outlines of glyphs as SVG paths."""

from functools import lru_cache
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib.tables._g_l_y_f import Glyph as Record

from trainingmgr.documents.fonts import Glyph, Sfnt


def outline(glyph: Glyph) -> str:
    """The path data of a glyph in its font's own units, y upwards; empty for one without ink."""
    return _outline(glyph.font, glyph.number)


@lru_cache(maxsize=8192)
def _outline(font: Sfnt, number: int) -> str:
    glyphs = _Glyphs(font)
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.0f}")
    glyphs[str(number)].draw(pen)
    return str(pen.getCommands())


class _Glyphs:
    """What fontTools asks a font for, one glyph at a time: opened by it, a font of ours takes fifty megabytes."""

    extended = False

    def __init__(self, font: Sfnt) -> None:
        self._font = font

    def getGlyphName(self, number: int) -> str:  # noqa: N802 - fontTools names it
        return str(number)

    def __getitem__(self, name: str) -> "_Drawn":
        return _Drawn(self, Record(self._font.outline(int(name))[0]), self._font.metric(int(name))[1])


class _Drawn:
    def __init__(self, glyphs: _Glyphs, record: Any, bearing: int) -> None:
        self._glyphs, self._record, self._bearing = glyphs, record, bearing

    def draw(self, pen: Any) -> None:
        self._record.expand(self._glyphs)
        offset = self._bearing - getattr(self._record, "xMin", self._bearing)
        self._record.draw(pen, self._glyphs, offset)
