"""Small fonts of our own making."""

from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

RARE = "𪚥"  # in neither bundled font


def tiny_font(
    path: Path,
    codes: dict[str, int],
    *,
    composed: dict[str, str] | None = None,
    embedding: int = 0,
    weight: int = 400,
    only_format_4: bool = False,
) -> None:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *codes])
    builder.setupCharacterMap({code: name for name, code in codes.items()})
    glyphs: dict[str, Any] = {}
    for name in [".notdef", *codes]:
        pen = TTGlyphPen(glyphs)
        if name in (composed or {}):
            pen.addComponent((composed or {})[name], (1, 0, 0, 1, 0, 0))
        else:
            pen.moveTo((100, 0))
            pen.lineTo((900, 0))
            pen.lineTo((500, 800))
            pen.closePath()
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Tiny", "styleName": "Regular", "psName": "Tiny-Regular"})
    builder.setupOS2(fsType=embedding, usWeightClass=weight)
    builder.setupPost()
    if only_format_4:
        cmap = builder.font["cmap"]
        cmap.tables = [table for table in cmap.tables if table.format == 4]
    builder.save(path)
