"""The outlines of glyphs as SVG paths."""

from functools import cache, lru_cache
from threading import Lock

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from trainingmgr.documents.fonts import Glyph, Sfnt

_lock = Lock()


def outline(glyph: Glyph) -> str:
    """The path data of a glyph in its font's own units, y upwards; empty for one without ink."""
    return _outline(glyph.font, glyph.number)


@lru_cache(maxsize=8192)
def _outline(source: Sfnt, number: int) -> str:
    # The library reads tables as they are asked for, which two threads must not do at once.
    with _lock:
        font = _font(source)
        glyphs = font.getGlyphSet()
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.0f}")
        glyphs[font.getGlyphName(number)].draw(pen)
        return str(pen.getCommands())


@cache
def _font(source: Sfnt) -> TTFont:
    return TTFont(source.file(), lazy=True, fontNumber=0)
