"""Plain printed matter: pages of set text and rules, written as a PDF. Lengths are in points from the top left corner."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import NamedTuple

from trainingmgr.documents.certificate.operators import text_operators
from trainingmgr.documents.certificate.page import Text
from trainingmgr.documents.embedding import Place, embedded_fonts, note_places
from trainingmgr.documents.fonts import Face, FontChain, Glyph
from trainingmgr.documents.pdf import PdfWriter, deflate, dictionary, ref, text_string
from trainingmgr.documents.typeset import Line, Mark, Span, Style, Typesetter

A4 = (595.276, 841.89)
_LEADING = 1.4
_ASCENT = 0.88
# What stands for a character that no font has.
_MISSING = "〓"


class Rule(NamedTuple):
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float = 0.5


@dataclass(slots=True)
class Sheet:
    """One page in the making."""

    marks: list[Mark] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


class Paper:
    """Sheets of one size in one language, and what sets text on them."""

    def __init__(self, fonts: FontChain, size: tuple[float, float], language: str) -> None:
        self.width, self.height = size
        self.sheets: list[Sheet] = []
        self._fonts = fonts
        self._setter = Typesetter(fonts)
        self._latin = language == "en"
        self._language = language

    def new_sheet(self) -> Sheet:
        """Begin another page."""
        sheet = Sheet()
        self.sheets.append(sheet)
        return sheet

    def style(self, size: float, *, bold: bool = False) -> Style:
        """Song of a size."""
        return Style(Face.SONG_BOLD if bold else Face.SONG, size, latin=self._latin)

    def lines(self, text: str, style: Style, width: float) -> list[Line]:
        """The text in lines of at most `width`; a piece that is longer is broken anywhere."""
        text = self._printable(text)
        if not text:
            return []
        found = self._setter.lines([Span(text, style)], width)
        if found is None:
            broken = replace(style, whole=False, anywhere=True)
            found = self._setter.lines([Span(text, broken)], width)
        return found or []

    def fitting(self, text: str, style: Style, width: float, smallest: float = 6.5) -> Style:
        """The style made so small that the text stands on one line of `width`, unbroken as a name must be."""
        whole = replace(style, whole=True)
        natural = self._setter.width(self._printable(text), whole) if text else 0.0
        if natural <= width:
            return whole
        size = style.size * width / natural * 0.99
        return replace(whole, size=size) if size >= smallest else replace(style, size=smallest)

    def text_height(self, lines: Sequence[Line], style: Style) -> float:
        """How much room lines take."""
        return len(lines) * style.size * _LEADING

    def put(
        self, sheet: Sheet, lines: Sequence[Line], style: Style, x: float, top: float, *, centred: float = 0.0
    ) -> float:
        """Write lines from `top` down, each in the middle of a width where `centred` gives one; where they end."""
        for line in lines:
            baseline = self.height - top - style.size * (_ASCENT + (_LEADING - 1) / 2)
            start = x + (centred - line.width) / 2 if centred else x
            sheet.marks += line.marks(start, baseline)
            top += style.size * _LEADING
        return top

    def rule(self, sheet: Sheet, x0: float, y0: float, x1: float, y1: float, thickness: float = 0.5) -> None:
        """Draw a line."""
        sheet.rules.append(Rule(x0, self.height - y0, x1, self.height - y1, thickness))

    def write(self, title: str, author: str) -> bytes:
        """The whole as a PDF. The same sheets give the same bytes."""
        buffer = BytesIO()
        writer = PdfWriter(buffer)
        tree = writer.reserve()
        fonts, places = self._embed(writer)
        resources = dictionary({"Font": dictionary(fonts)})
        pages = [
            writer.add(
                dictionary(
                    {
                        "Type": "/Page",
                        "Parent": ref(tree),
                        "MediaBox": f"[0 0 {self.width:g} {self.height:g}]",
                        "Resources": resources,
                        "Contents": ref(writer.add_stream(deflate(_content(sheet, places)), {})),
                    }
                )
            )
            for sheet in self.sheets
        ]
        kids = " ".join(map(ref, pages))
        writer.add(dictionary({"Type": "/Pages", "Kids": f"[{kids}]", "Count": len(pages)}), tree)
        root = writer.add(
            dictionary(
                {
                    "Type": "/Catalog",
                    "Pages": ref(tree),
                    "Lang": "(en)" if self._language == "en" else "(zh-CN)",
                    "ViewerPreferences": "<</DisplayDocTitle true>>",
                }
            )
        )
        info = writer.add(
            dictionary(
                {"Title": text_string(title), "Author": text_string(author), "Creator": "(trainingmgr)"}
            )
        )
        writer.finish(root, info)
        return buffer.getvalue()

    def _embed(self, writer: PdfWriter) -> tuple[dict[str, str], dict[Glyph, Place]]:
        glyphs = {mark.glyph for sheet in self.sheets for mark in sheet.marks}
        fonts: dict[str, str] = {}
        places: dict[Glyph, Place] = {}
        for number, (font, embedded) in enumerate(embedded_fonts(glyphs)):
            name = f"F{number}"
            fonts[name] = ref(embedded.write(writer))
            note_places(places, name, font, embedded, glyphs)
        return fonts, places

    def _printable(self, text: str) -> str:
        text = " ".join(text.split())
        for character in self._fonts.missing_characters(text):
            text = text.replace(character, _MISSING)
        return text


def _content(sheet: Sheet, places: dict[Glyph, Place]) -> bytes:
    parts = [
        f"{rule.thickness:g} w {rule.x0:.3f} {rule.y0:.3f} m {rule.x1:.3f} {rule.y1:.3f} l S"
        for rule in sheet.rules
    ]
    parts += text_operators(Text(tuple(sheet.marks)), places)
    return "\n".join(parts).encode("ascii")
