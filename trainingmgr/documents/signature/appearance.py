"""What a visible signature looks like: two lines that say who signed, in letters that travel with the file."""

from trainingmgr.documents.fonts import Face, FontChain, Sfnt
from trainingmgr.documents.fonts.subset import Slot, make_subset
from trainingmgr.documents.pdf import EmbeddedFont, PdfWriter, deflate, dictionary, ref
from trainingmgr.documents.signature.field import Rectangle
from trainingmgr.documents.typeset import Span, Style, Typesetter

_TITLE = "电子签名 Digitally signed"
_LARGEST = 11.0
_LEADING = 1.4


class Bodies(PdfWriter):
    """Collects objects under numbers from `first` on, for a file that somebody else writes."""

    def __init__(self, first: int) -> None:
        self.bodies: list[bytes] = []
        self._first = first

    @property
    def next_number(self) -> int:
        return self._first + len(self.bodies)

    def reserve(self) -> int:
        self.bodies.append(b"null")
        return self.next_number - 1

    def add(self, body: str | bytes, number: int | None = None) -> int:
        number = number or self.reserve()
        self.bodies[number - self._first] = body.encode("latin-1") if isinstance(body, str) else body
        return number


class Appearance:
    """The look of one signer's field, made once and written into any number of files."""

    def __init__(self, name: str, rectangle: Rectangle, chain: FontChain) -> None:
        width, height = rectangle.right - rectangle.left, rectangle.top - rectangle.bottom
        self._box = f"[0 0 {width:g} {height:g}]"
        setter = Typesetter(chain)
        natural = max(setter.width(text, Style(Face.SONG, 1.0)) for text in (_TITLE, name))
        size = min(_LARGEST, width * 0.94 / natural, height / (2 * _LEADING))
        slots: dict[Sfnt, set[Slot]] = {}
        marks = [
            mark
            for row, text in enumerate((_TITLE, name))
            for mark in setter.single(Span(text, Style(Face.SONG, size))).marks(
                width * 0.03, height / 2 + size * (0.25 - row * _LEADING)
            )
        ]
        for mark in marks:
            slots.setdefault(mark.glyph.font, set()).add(mark.glyph.slot)
        numbers = {font: number for number, font in enumerate(slots)}
        self._fonts = [EmbeddedFont(make_subset(font, chosen)) for font, chosen in slots.items()]
        shown = [
            f"/F{numbers[mark.glyph.font]} {size:.2f} Tf 1 0 0 1 {mark.x:.2f} {mark.y:.2f} Tm "
            f"<{self._fonts[numbers[mark.glyph.font]].codes[mark.glyph.slot]:04X}> Tj"
            for mark in marks
        ]
        self._content = deflate("\n".join(["BT 0.2 g", *shown, "ET"]).encode("ascii"))

    def write(self, objects: Bodies) -> int:
        """Add the objects and return the number of the form that the field shows."""
        fonts = {f"F{number}": ref(font.write(objects)) for number, font in enumerate(self._fonts)}
        head = {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": self._box,
            "Resources": dictionary({"Font": dictionary(fonts)}),
        }
        return objects.add_stream(self._content, head)
