"""Cards with names that stand on a table: a sheet of A4 each, folded twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from trainingmgr.documents.fonts import Face, FontChain
from trainingmgr.documents.fonts.canvas import LOCK, readable, registered
from trainingmgr.documents.fonts.chain import characters

_WIDTH, _HEIGHT = A4
_PANEL = _HEIGHT / 3
_MARGIN = 14 * mm
_BIGGEST, _SMALL, _FOOT = 118.0, 20.0, 9.0
# Two or three characters stand apart, as on printed cards; a name of many stands close.
_SPREAD = {2: 0.6, 3: 0.22}
_FAINT, _INK, _MUTED = colors.HexColor("#b8bfbe"), colors.black, colors.HexColor("#5b6664")


@dataclass(frozen=True, slots=True)
class TableCard:
    """A card: the name large, under it a line that may be empty; `foot` says on its base where it stands."""

    name: str
    under: str = ""
    foot: str = ""


def table_cards_pdf(cards: Sequence[TableCard], title: str, fonts: FontChain) -> bytes:
    """A page a card. Folded at its two lines it stands by itself, the name on both sides; or each side fits a
    holder of 200 by 100 mm. The same cards give the same bytes."""
    buffer = BytesIO()
    with LOCK:
        canvas = Canvas(buffer, pagesize=A4, invariant=1)
        canvas.setTitle(title)
        pen = _Pen(canvas, fonts)
        for card in cards:
            _folds(canvas)
            _side(pen, card, turned=True)
            _side(pen, card, turned=False)
            pen.centred(card.foot, Face.SONG, _FOOT, _PANEL / 2, _MUTED)
            canvas.showPage()
        canvas.save()
        return readable(buffer.getvalue())


def _folds(canvas: Canvas) -> None:
    canvas.setStrokeColor(_FAINT)
    canvas.setLineWidth(0.4)
    canvas.setDash(2, 4)
    for height in (_PANEL, 2 * _PANEL):
        canvas.line(0, height, _WIDTH, height)


def _side(pen: "_Pen", card: TableCard, *, turned: bool) -> None:
    """The name in the middle panel, or upside down in the upper one, so that it reads from both sides."""
    canvas = pen.canvas
    canvas.saveState()
    if turned:
        canvas.translate(_WIDTH, _HEIGHT)
        canvas.rotate(180)
    else:
        canvas.translate(0, _PANEL)
    room = _WIDTH - 2 * _MARGIN
    spread = _SPREAD.get(len(card.name), 0.04)
    size = min(_BIGGEST, _BIGGEST * room / pen.width(card.name, Face.KAI, _BIGGEST, spread))
    middle = _PANEL / 2 + (0.1 * _PANEL if card.under else 0)
    pen.centred(card.name, Face.KAI, size, middle - 0.36 * size, _INK, spread)
    if card.under:
        small = min(_SMALL, _SMALL * room / pen.width(card.under, Face.SONG, _SMALL))
        pen.centred(card.under, Face.SONG, small, 0.13 * _PANEL, _MUTED)
    canvas.restoreState()


class _Pen:
    """Writes lines of text with fonts that have their characters."""

    def __init__(self, canvas: Canvas, fonts: FontChain) -> None:
        self.canvas, self._fonts = canvas, fonts

    def width(self, text: str, face: Face, size: float, spread: float = 0.0) -> float:
        """How wide the text is, at least a point; `spread` is the air between two characters by their size."""
        drawn = self._drawable(text, face)
        wide = sum(pdfmetrics.stringWidth(part, font, size) for font, part in drawn)
        return max(1.0, wide + spread * size * (len(drawn) - 1))

    def centred(
        self, text: str, face: Face, size: float, y: float, colour: colors.Color, spread: float = 0.0
    ) -> None:
        """Write the text in the middle of the sheet's width."""
        self.canvas.setFillColor(colour)
        x = (_WIDTH - self.width(text, face, size, spread)) / 2
        for font, run in groupby(self._drawable(text, face), lambda one: one[0]):
            part = "".join(piece for _font, piece in run)
            line = self.canvas.beginText(x, y)
            line.setFont(font, size)
            line.setCharSpace(spread * size)
            line.textOut(part)
            self.canvas.drawText(line)
            x += pdfmetrics.stringWidth(part, font, size) + spread * size * len(part)

    def _drawable(self, text: str, face: Face) -> list[tuple[str, str]]:
        """Each character with the font that has it; one that no font has as its code point."""
        found = []
        for one in characters(text):
            glyph = self._fonts.look_up(one, face)
            if glyph is not None and glyph.font.glyph(ord(one[0])):
                found.append((registered(glyph.font), one[0]))
            else:
                plain = registered(self._fonts.shape("一", face)[0].font)
                found += [(plain, part) for part in f"[U+{ord(one[0]):04X}]"]
        return found
