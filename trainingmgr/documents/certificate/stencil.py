"""Texts that differ between two certificates only in some glyphs, kept as operators with gaps for their codes.

Where a name takes as much room as another one, everything around it stands where it stood. So a text is laid
out once for each way in which its personal words take room, and afterwards only filled in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from trainingmgr.documents.certificate.operators import Place, text_operators
from trainingmgr.documents.certificate.page import Box, Text
from trainingmgr.documents.certificate.textbox import Fitted, Flow, face_of, fit_text
from trainingmgr.documents.certificate.wording import Atom
from trainingmgr.documents.fonts import FontChain, Glyph, Sfnt
from trainingmgr.documents.typeset import NARROWED, Typesetter
from trainingmgr.domain.chinese import CLOSING, OPENING, is_east_asian
from trainingmgr.domain.design import Align, TextItem

_GAP = re.compile("\0(\\d+)\0")
_KEPT = 64
_EXACT = 0.001

Key = tuple[object, ...]


class Gap(NamedTuple):
    """Where glyphs of a personal word are filled in: those from `start` to `end`, of a tail all there are."""

    word: int
    start: int
    end: int | None


class Stencil(NamedTuple):
    """Operators in pieces with a gap between any two; `rooms` says how many ems each tail may take."""

    pieces: tuple[str, ...]
    gaps: tuple[Gap, ...]
    rooms: tuple[tuple[int, float], ...]


class Filled(NamedTuple):
    """A stencil with the words of one holder."""

    stencil: Stencil
    words: tuple[Sequence[Glyph], ...]

    def operators(self, places: Mapping[Glyph, Place]) -> str:
        codes = [[places[glyph].code for glyph in word] for word in self.words]
        pieces = iter(self.stencil.pieces)
        parts = [next(pieces)]
        for (word, start, end), piece in zip(self.stencil.gaps, pieces, strict=True):
            parts += codes[word][start:end]
            parts.append(piece)
        return "".join(parts)


class _Word(NamedTuple):
    """A personal word and the flow that it stands in.

    A `tail` is the last of its flow and such that nothing but its whole width matters; `key` is what it is
    told apart by, `tail_key` what a tail is.
    """

    glyphs: Sequence[Glyph]
    flow: int
    tail: bool
    key: Key
    tail_key: Key


class Stencils:
    """The stencils of one item in one edition. Safe to share between threads."""

    def __init__(
        self,
        item: TextItem,
        number: int,
        box: Box,
        setter: Typesetter,
        fonts: FontChain,
        places: Mapping[Glyph, Place],
    ) -> None:
        self._item, self._number, self._box = item, number, box
        self._setter, self._fonts, self._places = setter, fonts, places
        self._known: dict[Key, Stencil] = {}

    def fill(self, flows: Sequence[Flow]) -> Filled | tuple[Text, ...]:
        """The item's text with these words; laid out whole where shared words have glyphs that are not shared.

        Raises what `fit_text` raises.
        """
        words = tuple(self._words(flows))
        shape = tuple((flow.first, *(len(stretch.atoms) for stretch in flow.stretches)) for flow in flows)
        short: Key = ("tails", shape, *(word.tail_key or word.key for word in words))
        found = self._known.get(short)
        if found is None or any(_width(words[at]) > room for at, room in found.rooms):
            full: Key = ("all", shape, *(word.key for word in words))
            found = self._known.get(full)
            if found is None:
                found = self._make(flows, words)
                if found is None:
                    return fit_text(self._setter, self._item, self._number, flows, self._box).texts
                self._keep(short if found.rooms else full, found)
        return Filled(found, tuple(word.glyphs for word in words))

    def _keep(self, key: Key, stencil: Stencil) -> None:
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = stencil

    # -- what takes how much room

    def _words(self, flows: Sequence[Flow]) -> Iterator[_Word]:
        for number, flow in enumerate(flows):
            last = flow.stretches[-1].atoms[-1]
            may_end = self._may_end(flow, last)
            for stretch in flow.stretches:
                for atom in stretch.atoms:
                    if not atom.personal or not atom.text:
                        continue
                    face = face_of(stretch.run, self._item, atom)
                    glyphs = (self._fonts.shape_whole if atom.whole else self._fonts.shape)(atom.text, face)
                    if flow.latin and not NARROWED.isdisjoint(atom.text):
                        glyphs = [one.narrowed() if one.text in NARROWED else one for one in glyphs]
                    names = [self.font_of(glyph) for glyph in glyphs]
                    kinds = [_kind(one.text) for one in glyphs]
                    # What may be broken is broken by its own rules, so it stands for itself alone.
                    itself = "" if atom.whole else atom.text
                    widths = (one.advance for one in glyphs)
                    key = (face, itself, *zip(names, kinds, widths, strict=True))
                    tail = may_end and atom is last and all(map(_is_exact, glyphs))
                    yield _Word(
                        glyphs, number, tail, key, (face, kinds[0], *sorted(set(names))) if tail else ()
                    )

    def _may_end(self, flow: Flow, last: Atom) -> bool:
        """Whether the flow ends in a word behind which nothing moves with its width."""
        run = flow.stretches[-1].run
        return (
            (flow.paragraph.align or self._item.align) in {Align.LEFT, Align.JUSTIFY}
            and self._item.wrap
            and not self._item.tracking
            and run.scale <= 1
            and not run.gap
            and last.personal
            and (last.whole or last.anywhere)
            and last.text.isascii()
        )

    def font_of(self, glyph: Glyph) -> str:
        """The name of the font that the glyph is found in: a shared one, or the holder's own."""
        place = self._places.get(glyph)
        return place.font if place else own_font(glyph.font)

    # -- making one

    def _make(self, flows: Sequence[Flow], words: Sequence[_Word]) -> Stencil | None:
        """The stencil of a text with these words; None where shared words have glyphs that are not shared."""
        fitted = fit_text(self._setter, self._item, self._number, flows, self._box, numbered=True)
        owners = [(at, place) for at, word in enumerate(words) for place in range(len(word.glyphs))]
        names = [self.font_of(words[at].glyphs[place]) for at, place in owners]
        gaps = _Gaps(self._places, names)
        try:
            operators = [part for text in fitted.texts for part in text_operators(text, gaps)]
        except KeyError:
            return None
        split = _GAP.split("\n".join(operators))
        pieces = [split[0]]
        found: list[Gap] = []
        for number, piece in zip(split[1::2], split[2::2], strict=True):
            word, place = owners[int(number)]
            if found and not pieces[-1] and found[-1].word == word and found[-1].end == place:
                found[-1] = found[-1]._replace(end=place + 1)
                pieces[-1] = piece
            else:
                found.append(Gap(word, place, place + 1))
                pieces.append(piece)
        rooms = self._rooms(fitted, words, found)
        tails = {at for at, _ in rooms}
        return Stencil(
            tuple(pieces), tuple(gap._replace(end=None) if gap.word in tails else gap for gap in found), rooms
        )

    def _rooms(
        self, fitted: Fitted, words: Sequence[_Word], gaps: Sequence[Gap]
    ) -> tuple[tuple[int, float], ...]:
        """The room of each tail, if all of them stand in full size on the only line of their flows."""
        whole = {gap.word for gap in gaps if (gap.start, gap.end) == (0, len(words[gap.word].glyphs))}
        tails = [at for at, word in enumerate(words) if word.tail]
        if fitted.factor < 1 or not all(at in whole and fitted.lines[words[at].flow] == 1 for at in tails):
            return ()
        numbered = {
            -1 - mark.glyph.number: mark
            for text in fitted.texts
            for mark in text.marks
            if mark.glyph.number < 0
        }
        firsts = [sum(len(word.glyphs) for word in words[:at]) for at in tails]
        right = self._box.x + self._box.width
        return tuple(
            (at, (right - numbered[first].x) / numbered[first].size - _EXACT)
            for at, first in zip(tails, firsts, strict=True)
        )


def own_font(font: Sfnt) -> str:
    """The name under which a page knows the font of its holder's own glyphs, whoever else it is made for."""
    return f"P{crc32(f'{font.name} {font.path.name}'.encode()):08X}"


class _Gaps(dict[Glyph, Place]):
    """Finds shared glyphs where they are, and for a numbered one a gap with its number."""

    def __init__(self, places: Mapping[Glyph, Place], names: Sequence[str]) -> None:
        super().__init__(places)
        self._names = names

    def __missing__(self, glyph: Glyph) -> Place:
        if glyph.number >= 0:
            raise KeyError(glyph)
        number = -1 - glyph.number
        return Place(self._names[number], f"\0{number}\0", round(glyph.advance * 1000))


def _kind(text: str) -> str:
    """A character that stands for all that are set like this one inside a word that is not broken."""
    if len(text) == 1 and text.isascii():
        return "a" if text.isalpha() else "0" if text.isdigit() else text
    if is_east_asian(text[0]) and text[0].isalpha() and text not in CLOSING and text not in OPENING:
        return "一"
    return text


def _is_exact(glyph: Glyph) -> bool:
    return abs(glyph.advance * 1000 - round(glyph.advance * 1000)) < _EXACT


def _width(word: _Word) -> float:
    return sum(glyph.advance for glyph in word.glyphs)
