"""Outlines of single glyphs, beside those of fontTools, which opens the whole font."""

import pytest
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from trainingmgr.documents.certificate.outlines import outline
from trainingmgr.documents.fonts import Face, Sfnt, font_chain


@pytest.mark.parametrize("face", list(Face))
def test_an_outline_is_that_of_the_font(face: Face) -> None:
    seen = 0
    opened: dict[Sfnt, TTFont] = {}
    for glyph in font_chain().shape("结业证书 Ação Ðorđe ěőů 2019·（）「々」", face):
        if glyph.font not in opened:
            opened[glyph.font] = TTFont(glyph.font.file(), fontNumber=0, lazy=True)
        font = opened[glyph.font]
        glyphs = font.getGlyphSet()
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.0f}")
        glyphs[font.getGlyphName(glyph.number)].draw(pen)
        assert outline(glyph) == pen.getCommands(), glyph.text
        seen += bool(pen.getCommands())
    assert seen > 20
