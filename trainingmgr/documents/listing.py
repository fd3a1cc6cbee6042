"""Lists and forms on A4: headings, facts, tables and room for a stamp, in Chinese and English.

What no font has is printed as its code point in brackets, so that a list can always be printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from trainingmgr.documents.fonts import Face, FontChain, font_chain
from trainingmgr.documents.fonts.canvas import LOCK, readable, registered
from trainingmgr.documents.fonts.chain import characters
from trainingmgr.documents.qr import qr_symbol

_MARGIN, _FOOT = 18 * mm, 12 * mm
_LINE = colors.HexColor("#b8bfbe")
_INK, _MUTED = colors.HexColor("#1d2625"), colors.HexColor("#5b6664")
_BODY, _SMALL, _SMALLEST = 10.5, 8.5, 6.5
_KEY_WIDTH = 34 * mm
_QR = 30 * mm
_SIDE, _ABOVE, _BELOW = 4, 3, 4  # white around the text of a cell
_WITH_HEADING = 32 * mm  # a heading and the first lines under it


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading over what follows; the two stay on one page."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `small` sets it in the muted ink of notes."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, a pair a line."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose head is repeated on each page. `widths` are shares of the line, equal by default.

    `together` counts the rows of each group that stays on one page; one that fits no page says its first cell again
    where it goes on.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    together: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """Room for a stamp on the right, with lines to be filled in by hand under the words."""

    words: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper to cut out: whose it is, lines of small text, and a QR symbol that holds `address`."""

    name: str
    lines: Sequence[str]
    address: str


@dataclass(frozen=True, slots=True)
class Slips:
    """Papers to cut out, two abreast, none of them across two pages."""

    slips: Sequence[Slip]


Block = Heading | Words | Facts | Table | Stamp | Slips


@dataclass(frozen=True, slots=True)
class Listing:
    """A printed list. `foot` stands at the foot of each page; `page` is a text with `{page}` and `{pages}`."""

    title: str
    blocks: Sequence[Block]
    under: str = ""
    foot: str = ""
    page: str = "{page} / {pages}"
    wide: bool = False


def draw_listing(listing: Listing, fonts: FontChain | None = None) -> bytes:
    """The list as a PDF. The same list gives the same bytes."""
    writer = _Writer(fonts or font_chain(), landscape(A4) if listing.wide else A4)
    with LOCK:
        pages = _build(writer, listing, "?")
        return readable(_build(writer, listing, str(pages[1]))[0])


def _build(writer: "_Writer", listing: Listing, total: str) -> tuple[bytes, int]:
    buffer = BytesIO()

    def foot(canvas: Canvas, document: BaseDocTemplate) -> None:
        page = listing.page.format(page=document.page, pages=total)
        writer.line(canvas, listing.foot, _MARGIN, _FOOT)
        writer.line(canvas, page, writer.size[0] - _MARGIN, _FOOT, right=True)

    document = BaseDocTemplate(
        buffer,
        pagesize=writer.size,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + _FOOT / 2,
        title=listing.title,
        invariant=1,
        initialFontName=writer.font,
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    document.build(list(writer.flow(listing)))
    return buffer.getvalue(), document.page


class _Symbol(Flowable):
    """A QR symbol, `_QR` wide, that is read off paper by any telephone."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._symbol = qr_symbol(text)
        self.width = self.height = _QR

    def draw(self) -> None:
        """Set the dark modules, the first row on top."""
        side = _QR / self._symbol.modules
        path = self.canv.beginPath()
        for row, column, length in self._symbol.runs():
            path.rect(column * side, _QR - (row + 1) * side, length * side, side)
        self.canv.setFillColor(colors.black)
        self.canv.drawPath(path, stroke=0, fill=1)


class _Writer:
    """Sets blocks with fonts that have their characters."""

    def __init__(self, fonts: FontChain, size: tuple[float, float]) -> None:
        self._fonts, self.size = fonts, size
        self.font = registered(fonts.shape("一", Face.SONG)[0].font)
        self.width = size[0] - 2 * _MARGIN

    def flow(self, listing: Listing) -> list[Flowable]:
        flow: list[Flowable] = [self._paragraph(listing.title, 16, bold=True, centred=True)]
        if listing.under:
            flow.append(self._paragraph(listing.under, _SMALL, muted=True, centred=True))
        flow.append(Spacer(1, 4 * mm))
        for block in listing.blocks:
            flow += self._block(block)
        return flow

    def _block(self, block: Block) -> list[Flowable]:
        match block:
            case Heading(text):
                above = [CondPageBreak(_WITH_HEADING), Spacer(1, 3 * mm)]
                return [*above, self._paragraph(text, 12, bold=True), Spacer(1, 1.5 * mm)]
            case Words(text, small):
                size = _SMALL if small else _BODY
                return [self._paragraph(text, size, muted=small), Spacer(1, 2 * mm)]
            case Facts(pairs):
                rows = [
                    [self._paragraph(name, _BODY, muted=True), self._paragraph(value, _BODY)]
                    for name, value in pairs
                ]
                widths = [_KEY_WIDTH, self.width - _KEY_WIDTH]
                return (
                    [self._grid(rows, widths, [("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE)])] if rows else []
                )
            case Table():
                return [self._table(block), Spacer(1, 2 * mm)]
            case Stamp(words, lines):
                return [self._stamp(words, lines)]
            case Slips(slips):
                return [self._slips(slips)] if slips else []

    def _table(self, table: Table) -> Grid:
        shares = table.widths or [1.0] * len(table.head)
        widths = [self.width * share / sum(shares) for share in shares]
        rows = [[self._paragraph(text, _SMALL, bold=True) for text in table.head]]
        rows += [
            [self._fitted(text, width) for text, width in zip(row, widths, strict=True)] for row in table.rows
        ]
        style = [
            ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef2f1")),
        ]
        if table.together:
            style += self._unparted(table.together, rows, widths)
        return self._grid(rows, widths, style, repeat=1)

    def _unparted(
        self, together: Sequence[int], rows: list[list[Paragraph]], widths: list[float]
    ) -> list[Any]:
        """What keeps each group on one page, parting alone one that fits none; the last row never stands by itself."""
        heights = [
            max(
                cell.wrap(width - 2 * _SIDE, self.size[1])[1] for cell, width in zip(row, widths, strict=True)
            )
            + _ABOVE
            + _BELOW
            for row in rows
        ]
        room = self.size[1] - 2 * _MARGIN - _FOOT / 2 - heights[0] - 1
        spans: list[tuple[int, int]] = []
        after = 1
        for number in together:
            first, after = after, after + number
            start = first
            # A first part as tall as a whole page would leave the one that bears the title empty.
            most = room if sum(heights[first:after]) <= room else room - _WITH_HEADING
            for row in range(first + 1, after):
                if sum(heights[start : row + 1]) > most:
                    spans.append((start, row - 1))
                    start, most, rows[row][0] = row, room, rows[first][0]
            spans.append((start, after - 1))
        if len(spans) > 1 and spans[-1][0] == spans[-1][1]:
            start, last = spans[-2][0], spans[-1][1]
            if sum(heights[start : last + 1]) <= room:
                spans[-2:] = [(start, last)]
        return [("NOSPLIT", (0, start), (-1, last)) for start, last in spans]

    def _fitted(self, text: str, width: float) -> Paragraph:
        """Smaller before it takes more than three lines."""
        size = _BODY - 1
        while size > _SMALLEST and self._long(text, size) > 3 * (width - 8):
            size -= 0.5
        return self._paragraph(text, size)

    def _long(self, text: str, size: float) -> float:
        return sum(size if ord(one) > 0x2E7F else size * 0.55 for one in text)

    def _stamp(self, words: str, lines: Sequence[str]) -> Flowable:
        drawn = [self._paragraph(words, _BODY), Spacer(1, 22 * mm)]
        labels = max((self._long(line, _BODY) for line in lines), default=0) + 4 * mm
        rows = [[self._paragraph(line, _BODY), ""] for line in lines]
        drawn.append(
            self._grid(
                rows,
                [labels, 45 * mm],
                [("LINEBELOW", (1, 0), (1, -1), 0.5, _MUTED), ("LEFTPADDING", (0, 0), (0, -1), 0)],
            )
        )
        left = self.width * 0.52
        return KeepTogether(
            [Spacer(1, 6 * mm), self._grid([[Spacer(1, 1), drawn]], [left, self.width - left], [])]
        )

    def _slips(self, slips: Sequence[Slip]) -> Grid:
        half = self.width / 2
        cells: list[Any] = [self._slip(one, half) for one in slips]
        cells += [""] * (len(cells) % 2)
        rows = [cells[at : at + 2] for at in range(0, len(cells), 2)]
        cut = ("GRID", (0, 0), (-1, -1), 0.4, _LINE, 0, (2, 3))
        return self._grid(rows, [half, half], [cut])

    def _slip(self, slip: Slip, width: float) -> Grid:
        words = [self._paragraph(slip.name, 13, bold=True)]
        words += [self._paragraph(line, _SMALL, muted=True) for line in slip.lines]
        words.append(self._paragraph(slip.address, _SMALLEST, muted=True))
        side = _QR + 3 * mm
        return self._grid([[_Symbol(slip.address), words]], [side, width - side - 8], [])

    def _grid(self, rows: list[Any], widths: list[float], style: list[Any], repeat: int = 0) -> Grid:
        common: list[Any] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), _SIDE),
            ("RIGHTPADDING", (0, 0), (-1, -1), _SIDE),
            ("TOPPADDING", (0, 0), (-1, -1), _ABOVE),
            ("BOTTOMPADDING", (0, 0), (-1, -1), _BELOW),
        ]
        return Grid(rows, colWidths=widths, style=[*common, *style], repeatRows=repeat, hAlign="LEFT")

    def _paragraph(
        self, text: str, size: float, *, bold: bool = False, muted: bool = False, centred: bool = False
    ) -> Paragraph:
        style = ParagraphStyle(
            "text",
            fontName=self.font,
            fontSize=size,
            leading=size * 1.5,
            textColor=_MUTED if muted else _INK,
            alignment=1 if centred else 0,
            wordWrap="CJK",
        )
        face = Face.SONG_BOLD if bold else Face.SONG
        lines = "<br/>".join(self._marked(line, face) for line in text.splitlines())
        return Paragraph(lines, style)

    def _marked(self, text: str, face: Face) -> str:
        runs = groupby(self._drawable(text, face), lambda one: one[0])
        return "".join(
            f'<font name="{font}">{escape("".join(part for _font, part in run))}</font>' for font, run in runs
        )

    def _drawable(self, text: str, face: Face) -> list[tuple[str, str]]:
        """Each character with the font that has it."""
        found = []
        for one in characters(text):
            glyph = self._fonts.look_up(one, face)
            # A variation sequence that ReportLab cannot write is set as its base character.
            if glyph is not None and glyph.font.glyph(ord(one[0])):
                found.append((registered(glyph.font), one[0]))
            else:
                found.append((self.font, f"[U+{ord(one[0]):04X}]"))
        return found

    def line(self, canvas: Canvas, text: str, x: float, y: float, *, right: bool = False) -> None:
        """One line of small text, as at the foot of a page."""
        paragraph = self._paragraph(text, 8, muted=True)
        if right:
            paragraph.style.alignment = 2
        width = self.width * (0.25 if right else 0.72)
        paragraph.wrap(width, 20)
        paragraph.drawOn(canvas, x - width if right else x, y)
