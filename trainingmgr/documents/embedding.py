"""Fonts of nothing but the glyphs that a document shows, and where in them each glyph is found."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trainingmgr.documents.fonts import Glyph, Sfnt
from trainingmgr.documents.fonts.subset import make_subset
from trainingmgr.documents.pdf import EmbeddedFont


class Place(NamedTuple):
    """Where a glyph is found: the name of its font in the page's resources, its code, its width there."""

    font: str
    code: str
    width: int


def embedded_fonts(glyphs: Iterable[Glyph], *, packed: bool = True) -> Iterator[tuple[Sfnt, EmbeddedFont]]:
    """A font for the glyphs of each source. That of a single name is too small for packing to be worth its time."""
    by_font: dict[Sfnt, set[tuple[int, str, bool]]] = {}
    for glyph in sorted(glyphs, key=lambda one: (str(one.font.path), one.number, one.text, one.narrow)):
        by_font.setdefault(glyph.font, set()).add(glyph.slot)
    for font, slots in by_font.items():
        yield font, EmbeddedFont(make_subset(font, slots), packed=packed)


def note_places(
    places: dict[Glyph, Place], name: str, font: Sfnt, embedded: EmbeddedFont, glyphs: Iterable[Glyph]
) -> None:
    """Write down where each of `glyphs` that is of `font` is found, now that it is embedded as `name`."""
    for glyph in glyphs:
        if glyph.font is font:
            code = embedded.codes[glyph.slot]
            places[glyph] = Place(name, f"{code:04X}", embedded.widths[code])
