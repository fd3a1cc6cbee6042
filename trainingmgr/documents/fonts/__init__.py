"""The fonts of printed documents: bundled ones first, then an installation's own, then the system's."""

from trainingmgr.documents.fonts.chain import (
    BUNDLED,
    Face,
    FontChain,
    Glyph,
    IgnoredFont,
    characters,
    configure_fonts,
    font_chain,
    load_chain,
)
from trainingmgr.documents.fonts.sfnt import FontUnusable, Sfnt
from trainingmgr.documents.fonts.substitutes import SubstitutedChain

__all__ = [
    "BUNDLED",
    "Face",
    "FontChain",
    "FontUnusable",
    "Glyph",
    "IgnoredFont",
    "Sfnt",
    "SubstitutedChain",
    "characters",
    "configure_fonts",
    "font_chain",
    "load_chain",
]
