"""The outlines of glyphs as SVG paths."""

from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from trainingmgr.documents.fonts import Glyph

_lock = Lock()


def outline(glyph: Glyph) -> str:
    """The path data of a glyph in its font's own units, y upwards; empty for one without ink."""
    return _outline(glyph.font.path, glyph.number)


@lru_cache(maxsize=8192)
def _outline(path: Path, number: int) -> str:
    # The library reads tables as they are asked for, which two threads must not do at once.
    with _lock:
        font = _font(path)
        glyphs = font.getGlyphSet()
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.0f}")
        glyphs[font.getGlyphName(number)].draw(pen)
        return str(pen.getCommands())


@cache
def _font(path: Path) -> TTFont:
    return TTFont(path, lazy=True, fontNumber=0)
