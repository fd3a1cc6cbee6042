"""Sets text in lines: measures, breaks by the Chinese rules, justifies. Lengths are in points."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from trainingmgr.documents.fonts import Face, FontChain, Glyph
from trainingmgr.domain.chinese import (
    CLOSING,
    HALF_CLOSING,
    HALF_OPENING,
    OPENING,
    is_east_asian,
    unbreakable_pieces,
)

# Between a Chinese character and a Latin letter or figure stands a little air.
_MIXED_GAP = 0.1
# More than this between two characters looks worse than a line that ends early.
_WIDEST_GAP = 0.28
_WIDEST_SPACE = 0.6
# Of the half that a mark gives up to another: with all of it readers of the PDF would see words overlap.
_SHARED = 0.98
# Full-width in Chinese fonts; Latin text takes their ink alone.
_ORPHAN = 3  # so few characters do not stand alone in a paragraph's last line
NARROWED = frozenset("“”‘’…")


@dataclass(frozen=True, slots=True)
class Style:
    """`whole` keeps the text in one piece and one font, as a name must be; `personal` marks what differs from
    one holder to the next; `latin` sets marks narrow; `tracking` is put between two characters;
    `anywhere` lets a line break between any two of them."""

    face: Face
    size: float
    whole: bool = False
    personal: bool = False
    latin: bool = False
    colour: str = "#000000"
    tracking: float = 0.0
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; `gap` is air on either side of it.

    With `first` the glyphs of a personal span stand for others of their kind: they get that number and those
    after it, counted from -1 downwards, so that they can be found again.
    """

    text: str
    style: Style
    gap: float = 0.0
    first: int | None = None


class Mark(NamedTuple):
    """One glyph at its place on the page, `x` being where its own left edge falls."""

    glyph: Glyph
    x: float
    y: float
    size: float
    personal: bool
    colour: str


@dataclass(slots=True)
class _Box:
    glyph: Glyph
    style: Style
    width: float
    before: float = 0.0
    may_break: bool = False
    stretches: bool = False

    @property
    def space(self) -> bool:
        return self.glyph.text.isspace()

    @property
    def tail(self) -> float:
        """What a closing mark gives up at the end of a line."""
        return _half_given(self, HALF_CLOSING)


def _half_given(box: _Box, marks: frozenset[str]) -> float:
    full = box.glyph.text in marks and not box.style.latin and box.glyph.advance > 0.9
    return box.style.size / 2 if full else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A broken line: its natural width, and how its marks stand from its left edge."""

    boxes: tuple[_Box, ...]
    width: float
    last: bool

    def marks(self, x: float, y: float, *, width: float | None = None) -> list[Mark]:
        """The line's marks from `x` on the baseline `y`, stretched to `width` where that looks well."""
        chinese, spaces = self._room(width)
        placed = []
        for index, box in enumerate(self.boxes):
            if index:
                x += box.before + (chinese if box.stretches else 0.0)
            style = box.style
            placed.append(Mark(box.glyph, x, y, style.size, style.personal, style.colour))
            x += box.width + (spaces if box.space else 0.0)
        return placed

    def _room(self, width: float | None) -> tuple[float, float]:
        """How much wider each gap between Chinese characters, and each space, is set."""
        missing = (width or self.width) - self.width
        if missing <= 0 or self.last:
            return 0.0, 0.0
        gaps = sum(box.stretches for box in self.boxes[1:])
        spaces = sum(box.space for box in self.boxes)
        size = self.boxes[0].style.size
        if gaps > spaces:
            return (missing / gaps, 0.0) if missing / gaps <= _WIDEST_GAP * size else (0.0, 0.0)
        if spaces and missing / spaces <= _WIDEST_SPACE * size:
            return 0.0, missing / spaces
        return 0.0, 0.0


class Typesetter:
    """Breaks spans into lines with the fonts of one chain."""

    def __init__(self, fonts: FontChain) -> None:
        self._fonts = fonts

    def width(self, text: str, style: Style) -> float:
        return self.single(Span(text, style)).width

    def count(self, span: Span) -> int:
        """How many glyphs the span has."""
        return len(self._boxes([span]))

    def single(self, *spans: Span) -> Line:
        """The spans on one line, however long it becomes."""
        boxes = self._boxes(spans)
        return Line(tuple(boxes), _width(boxes), last=True)

    def lines(self, spans: Sequence[Span], width: float, indent: float = 0.0) -> list[Line] | None:
        """The spans in lines of at most `width`, the first shorter by `indent`.

        None when a piece that may not be broken is longer than a line.
        """
        return _lines(self._boxes(spans), width, indent)

    def filled(self, spans: Sequence[Span], width: float, indent: float = 0.0) -> list[Line] | None:
        """As `lines`, but a last line of hardly any characters is given some of the others' where that costs no line."""
        boxes = self._boxes(spans)
        lines = _lines(boxes, width, indent)
        if lines is None or len(lines) == 1 or len(lines[-1].boxes) > _ORPHAN:
            return lines
        for less in (1.0, 2.0):
            closer = _lines(boxes, width - less * boxes[-1].style.size, indent)
            if closer and len(closer) == len(lines) and len(closer[-1].boxes) > _ORPHAN:
                return closer
        return lines

    def balanced(self, spans: Sequence[Span], width: float) -> list[Line] | None:
        """As `lines`, in as few lines, but these as nearly of one length as they can be."""
        boxes = self._boxes(spans)
        lines = _lines(boxes, width)
        if lines is None or len(lines) == 1:
            return lines
        narrow, wide = 0.0, width
        while wide - narrow > width / 50:
            middle = (narrow + wide) / 2
            narrower = _lines(boxes, middle)
            if narrower is not None and len(narrower) == len(lines):
                lines, wide = narrower, middle
            else:
                narrow = middle
        return lines

    def _boxes(self, spans: Sequence[Span]) -> list[_Box]:
        boxes: list[_Box] = []
        gap = 0.0
        for span in spans:
            if not span.text:
                continue
            first, *rest = (_set_once if span.style.personal else _set)(self._fonts, span)
            if span.first is not None:
                for number, box in enumerate((first, *rest), span.first):
                    box.glyph = box.glyph._replace(number=-1 - number)
            if boxes:
                first = _joined(boxes[-1], first, max(gap, span.gap))
            boxes += [first, *rest]
            gap = span.gap
        return boxes


def _set_once(fonts: FontChain, span: Span) -> tuple[_Box, ...]:
    """The boxes of a span as if it stood alone; nobody changes them afterwards."""
    style = span.style
    shape = fonts.shape_whole if style.whole else fonts.shape
    boxes: list[_Box] = []
    for piece in _pieces(span.text, style):
        first, *rest = (_box(glyph, style) for glyph in shape(piece, style.face))
        first.may_break = True
        boxes += [first, *rest]
    for before, box in pairwise(boxes):
        _meet(before, box)
    return tuple(boxes)


def _pieces(text: str, style: Style) -> Sequence[str]:
    """What may not be broken."""
    if style.anywhere:
        return text
    return [text] if style.whole else unbreakable_pieces(text)


# What a whole batch says is set once.
_set = lru_cache(maxsize=256)(_set_once)


def _joined(before: _Box, first: _Box, gap: float) -> _Box:
    """The first box of a span as it stands after another span."""
    box = replace(first, may_break=_may_part(before, first))
    if gap:
        box.before = gap - _half_given(box, HALF_OPENING) / 2
    _meet(before, box)
    return box


def _meet(before: _Box, box: _Box) -> None:
    meeting = _meeting(before.glyph.text, box.glyph.text)
    if meeting is not _NOTHING:
        box.before += _kern(meeting, before, box)
        in_name = before.style.whole and box.style.whole
        box.stretches = meeting.chinese and not in_name and not box.style.latin
    if box.style.tracking:
        box.before += box.style.tracking


def _box(glyph: Glyph, style: Style) -> _Box:
    if style.latin and glyph.text in NARROWED:
        glyph = glyph.narrowed()
    return _Box(glyph, style, glyph.advance * style.size)


def _may_part(before: _Box, box: _Box) -> bool:
    """Between two pieces a line may break, unless they are of two spans whose marks forbid it."""
    return before.glyph.text not in OPENING and box.glyph.text not in CLOSING


class _Meeting(NamedTuple):
    """What two characters side by side want of the gap between them."""

    chinese: bool = False
    mixed: bool = False
    after_closing: bool = False
    before_opening: bool = False


_NOTHING = _Meeting()


@lru_cache(maxsize=8192)
def _meeting(left: str, right: str) -> _Meeting:
    """Two marks side by side give up half a square; Chinese and Latin get a little air between them."""
    half = right in HALF_CLOSING or right in HALF_OPENING
    found = _Meeting(
        chinese=is_east_asian(left[0]) and is_east_asian(right[0]),
        mixed=(_is_ideograph(left) and _is_word(right)) or (_is_word(left) and _is_ideograph(right)),
        after_closing=left in HALF_CLOSING and half,
        before_opening=left in HALF_OPENING and right in HALF_OPENING,
    )
    return found if any(found) else _NOTHING


def _kern(meeting: _Meeting, before: _Box, box: _Box) -> float:
    if meeting.mixed and not box.before:
        return _MIXED_GAP * min(before.style.size, box.style.size)
    if meeting.after_closing:
        return -_SHARED * _half_given(before, HALF_CLOSING)
    return -_SHARED * _half_given(box, HALF_OPENING) if meeting.before_opening else 0.0


def _is_ideograph(text: str) -> bool:
    return is_east_asian(text[0]) and text[0].isalpha()


def _is_word(text: str) -> bool:
    return text[0].isalnum() and not is_east_asian(text[0])


def _width(boxes: Sequence[_Box]) -> float:
    return sum(box.width for box in boxes) + sum(box.before for box in boxes[1:])


def _lines(boxes: Sequence[_Box], width: float, indent: float = 0.0) -> list[Line] | None:
    lines: list[Line] = []
    start, room = 0, width - indent
    while start < len(boxes):
        end = _break(boxes, start, room)
        if end is None:
            return None
        kept = list(boxes[start:end])
        while kept[-1].space and len(kept) > 1:
            kept.pop()
        lines.append(Line(tuple(kept), _width(kept) - kept[-1].tail, last=end == len(boxes)))
        start, room = end, width
    return lines


def _break(boxes: Sequence[_Box], start: int, room: float) -> int | None:
    """Where the line that starts at `start` ends; None when not even its first piece fits."""
    used, end = 0.0, None
    for index in range(start, len(boxes)):
        box = boxes[index]
        if index > start:
            used += box.before
            if box.may_break:
                end = index
        used += box.width
        if used - box.tail > room and not box.space:
            return end
    return len(boxes)
