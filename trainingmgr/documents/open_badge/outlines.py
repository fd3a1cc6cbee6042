"""The outlines of glyphs as SVG paths, in units of their font."""

from functools import lru_cache
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from trainingmgr.documents.fonts import Sfnt


@lru_cache(maxsize=2048)
def outline(font: Sfnt, number: int) -> str:
    """The path of a glyph; empty for white space."""
    glyphs = _Glyphs(font)
    pen = SVGPathPen(None)
    glyphs[str(number)].draw(pen, glyphs)
    path: str = pen.getCommands()
    return path


class _Glyphs:
    """What fontTools asks of a font's table of glyphs, without reading the whole of it: names are numbers."""

    extended = False

    def __init__(self, font: Sfnt) -> None:
        self._font = font

    def __getitem__(self, name: str) -> Any:
        record, _ = self._font.outline(int(name))
        glyph = Glyph(record)
        glyph.expand(self)
        return glyph

    def getGlyphName(self, number: int) -> str:  # noqa: N802 - fontTools calls it so
        return str(number)
