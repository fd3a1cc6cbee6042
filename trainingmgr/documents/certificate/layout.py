"""A design and one certificate's facts become a page."""

from collections.abc import Iterator
from math import atan2, cos, degrees, radians, sin

from trainingmgr.documents.certificate import wording
from trainingmgr.documents.certificate.facts import Facts
from trainingmgr.documents.certificate.page import (
    MM,
    QR_QUIET,
    Backdrop,
    Box,
    Drawing,
    Element,
    Frame,
    Layer,
    Page,
    Picture,
    Qr,
    Text,
)
from trainingmgr.documents.certificate.textbox import is_personal, set_text, shared_glyphs
from trainingmgr.documents.fonts import Face, FontChain, Glyph
from trainingmgr.documents.typeset import Mark, Span, Style, Typesetter
from trainingmgr.domain.certificate import CertificateLanguage
from trainingmgr.domain.design import (
    AnyItem,
    BorderStyle,
    Design,
    PhotoItem,
    PictureItem,
    QrItem,
    SealItem,
    Shape,
    ShapeItem,
    ShownIn,
    SignatureItem,
    TextItem,
)
from trainingmgr.domain.refusal import Refusal

_STAMP_COLOUR = "#edbdb8"
_STAMP_WIDTH = 0.78  # of the paper's, or of its height where that is what holds it
_STAMP_STEEPNESS = 0.57  # of the diagonal's
_SEAL_COLOUR = "#b5473f"
_NO_SEAL = ("样章", "SAMPLE")
_EMPTY = "#999999"

_SHOWN: dict[ShownIn, frozenset[CertificateLanguage]] = {
    ShownIn.ALWAYS: frozenset(CertificateLanguage),
    ShownIn.CHINESE: frozenset({CertificateLanguage.ZH, CertificateLanguage.BOTH}),
    ShownIn.ENGLISH: frozenset({CertificateLanguage.EN, CertificateLanguage.BOTH}),
    ShownIn.ONLY_CHINESE: frozenset({CertificateLanguage.ZH}),
    ShownIn.ONLY_ENGLISH: frozenset({CertificateLanguage.EN}),
    ShownIn.BOTH: frozenset({CertificateLanguage.BOTH}),
}


def is_shown(item: AnyItem, language: CertificateLanguage) -> bool:
    return language in _SHOWN[item.shown_in]


class Composer:
    """Lays the pages of one design out. Safe to share between threads."""

    def __init__(self, design: Design, fonts: FontChain) -> None:
        self.design = design
        self.width, self.height = design.paper.width * MM, design.paper.height * MM
        self.setter = Typesetter(fonts)
        self._personal = tuple(_differs(item) for item in design.items)

    def compose(self, facts: Facts) -> Page:
        """The whole page. Every character of the facts must be known to the fonts.

        Raises Refusal `certificate.does_not_fit` (item, label, text) or `certificate.photo_missing`.
        """
        return Page(self.width, self.height, tuple(self._layers(facts)))

    def personal_items(self, language: CertificateLanguage) -> tuple[tuple[int, AnyItem], ...]:
        """The items that may say something else on the next certificate of a batch, with their numbers from 1."""
        return tuple(
            (number, item)
            for number, (item, personal) in enumerate(zip(self.design.items, self._personal, strict=True), 1)
            if personal and is_shown(item, language)
        )

    def layer(self, number: int, item: AnyItem, facts: Facts) -> Layer:
        """One of the holder's own items by itself."""
        return self._layer(number, item, facts, personal=True)

    def ground(self, facts: Facts) -> Iterator[Layer]:
        """What is the same on every certificate of a batch, and empty layers where the holder's own come."""
        return self._layers(facts, with_personal=False)

    def shared_glyphs(self, facts: Facts) -> Iterator[Glyph]:
        """The glyphs of what all certificates of a batch say in texts that also say something personal."""
        for item, personal in zip(self.design.items, self._personal, strict=True):
            if personal and isinstance(item, TextItem) and is_shown(item, facts.snapshot.language):
                yield from shared_glyphs(self.setter, item, facts, self.box(item))

    def _layers(self, facts: Facts, *, with_personal: bool = True) -> Iterator[Layer]:
        paper = Box(0, 0, self.width, self.height)
        yield Layer(tuple(self._ground()), paper, personal=False)
        words = [text for text, on in self._stamps(facts) if on]
        if words:
            yield Layer((self._stamp(words),), paper, personal=False)
        for number, (item, personal) in enumerate(zip(self.design.items, self._personal, strict=True), 1):
            if not is_shown(item, facts.snapshot.language):
                continue
            if personal and not with_personal:
                yield Layer((), _reach(item, self.box(item)), personal=True)
            else:
                yield self._layer(number, item, facts, personal=personal)

    def box(self, item: AnyItem) -> Box:
        """The item's box on the page."""
        return Box(item.x * MM, self.height - (item.y + item.height) * MM, item.width * MM, item.height * MM)

    def _layer(self, number: int, item: AnyItem, facts: Facts, *, personal: bool) -> Layer:
        box = self.box(item)
        return Layer(tuple(self._elements(number, item, facts, box)), _reach(item, box), personal)

    def _elements(self, number: int, item: AnyItem, facts: Facts, box: Box) -> Iterator[Element]:
        match item:
            case TextItem():
                yield from set_text(self.setter, item, number, facts, box)
            case PictureItem() | SignatureItem():
                yield Picture(item.asset, box)
            case SealItem():
                yield from ((Picture(item.asset, box),) if item.asset else self._no_seal(box))
            case QrItem():
                yield from self._qr(item, facts, box)
            case PhotoItem():
                yield from self._photo(item, facts, box)
            case ShapeItem():
                yield Drawing(item.shape, box, item.stroke, item.fill, item.thickness)

    # -- what every certificate has

    def _ground(self) -> Iterator[Element]:
        background, paper = self.design.background, Box(0, 0, self.width, self.height)
        if background.colour != "#ffffff":
            yield Drawing(Shape.RECTANGLE, paper, None, background.colour, 0)
        if background.asset:
            yield Backdrop(background.asset, background.page, paper)
        if self.design.border.style is not BorderStyle.NONE:
            yield Frame(self.design.border)

    def _stamps(self, facts: Facts) -> Iterator[tuple[str, bool]]:
        yield wording.SAMPLE, facts.snapshot.is_sample
        yield wording.PREVIEW, facts.preview

    def _stamp(self, words: list[str]) -> Text:
        """Words across the page under everything else and light, so that what stands on them stays legible."""
        turn = radians(degrees(atan2(self.height, self.width)) * _STAMP_STEEPNESS)
        reach = min(self.width / cos(turn), self.height / sin(turn)) * _STAMP_WIDTH
        lines = [self.setter.single(Span(text, Style(Face.SONG_BOLD, 100.0))) for text in words]
        size = round(100.0 * reach / max(line.width for line in lines), 1)
        styled = [
            self.setter.single(Span(text, Style(Face.SONG_BOLD, size, colour=_STAMP_COLOUR)))
            for text in words
        ]
        top = (len(styled) - 1) * size * 0.65 - size * 0.36
        marks: list[Mark] = []
        for row, line in enumerate(styled):
            marks += line.marks(-line.width / 2, top - row * size * 1.3)
        c, s = cos(turn), sin(turn)
        return Text(tuple(marks), matrix=(c, s, -s, c, self.width / 2, self.height * 0.53), artifact=True)

    # -- items

    def _no_seal(self, box: Box) -> Iterator[Element]:
        """A plain ring with words in it: this program draws nobody's official seal."""
        side = min(box.width, box.height)
        ring = Box(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side)
        yield Drawing(Shape.ELLIPSE, _inside(ring, 1.0), _SEAL_COLOUR, None, 1.6)
        yield Drawing(Shape.ELLIPSE, _inside(ring, 4.0), _SEAL_COLOUR, None, 0.6)
        marks: list[Mark] = []
        middle_x, middle_y = ring.x + side / 2, ring.y + side / 2
        for text, size, down in ((_NO_SEAL[0], 0.26, 0.03), (_NO_SEAL[1], 0.13, -0.17)):
            style = Style(Face.SONG_BOLD, round(side * size, 2), colour=_SEAL_COLOUR)
            line = self.setter.single(Span(text, style))
            marks += line.marks(middle_x - line.width / 2, middle_y + side * down)
        yield Text(tuple(marks), artifact=True)

    def _qr(self, item: QrItem, facts: Facts, box: Box) -> Iterator[Element]:
        side = min(box.width, box.height)
        square = Box(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side)
        if facts.qr_text:
            yield Qr(facts.qr_text, square, item.colour)
        elif facts.preview:
            yield Drawing(Shape.RECTANGLE, square, _EMPTY, None, 0.6, dashed=True)

    def _photo(self, item: PhotoItem, facts: Facts, box: Box) -> Iterator[Element]:
        if facts.snapshot.photo:
            yield Picture(facts.snapshot.photo, box, cut=True)
        elif item.required and not facts.preview:
            raise Refusal("certificate.photo_missing")
        else:
            yield Drawing(Shape.RECTANGLE, box, _EMPTY, None, 0.6)


def _differs(item: AnyItem) -> bool:
    return isinstance(item, QrItem | PhotoItem) or (isinstance(item, TextItem) and is_personal(item))


def _reach(item: AnyItem, box: Box) -> Box:
    """Where the item may draw, which is a little more than its box."""
    if isinstance(item, QrItem):
        # A quiet zone is widest around the smallest symbol, which has 21 modules.
        more = min(box.width, box.height) * QR_QUIET / 21
    elif isinstance(item, TextItem):
        more = item.size / 4
    else:
        more = item.thickness if isinstance(item, ShapeItem) else 0.0
    return _inside(box, -more)


def _inside(box: Box, by: float) -> Box:
    return Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)
