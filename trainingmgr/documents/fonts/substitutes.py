"""A chain of fonts with an organisation's own ways to print what no font has."""

from collections.abc import Callable, Sequence
from threading import Lock

from trainingmgr.documents.fonts.chain import Face, FontChain, Glyph, characters
from trainingmgr.documents.fonts.sfnt import Sfnt
from trainingmgr.documents.fonts.traced import font_of_picture
from trainingmgr.domain.glyph import Substitute, SubstituteKind


class SubstitutedChain(FontChain):
    """The fonts of `base`, and for characters that none of them has the substitutes.

    As soon as a font has a character, it is printed as itself. A picture becomes an outline, so that it is set,
    coloured and copied like any character; `picture` gives its bytes by their SHA-256 at the first use.
    """

    def __init__(
        self, base: FontChain, substitutes: Sequence[Substitute], picture: Callable[[str], bytes]
    ) -> None:
        super().__init__(base.faces, base.fallbacks, base.ignored)
        self._base = base
        self._picture = picture
        self._known = {one.character: one for one in substitutes}
        self._drawn: dict[str, Sfnt] = {}
        self._lock = Lock()

    def has(self, character: str) -> bool:
        return self._base.has(character)

    def missing_characters(self, text: str) -> tuple[str, ...]:
        missing = (
            c
            for c in self.spelled(text)
            if not self._base.has(c) and self._of(c) is not SubstituteKind.PICTURE
        )
        return tuple(dict.fromkeys(missing))

    def substitutes_in(self, text: str) -> tuple[Substitute, ...]:
        used = (self._known[c] for c in characters(text) if c in self._known and not self._base.has(c))
        return tuple(dict.fromkeys(used))

    def _of(self, character: str) -> SubstituteKind | None:
        known = self._known.get(character)
        return known.kind if known else None

    def spelled(self, text: str) -> list[str]:
        if not self._known.keys() & set(parts := characters(text)):
            return parts
        found: list[str] = []
        for character in parts:
            if self._of(character) is SubstituteKind.TEXT and not self._base.has(character):
                found += characters(self._known[character].value)
            else:
                found.append(character)
        return found

    def look_up(self, character: str, face: Face) -> Glyph | None:
        glyph = super().look_up(character, face)
        if glyph is None and self._of(character) is SubstituteKind.PICTURE:
            return self._traced(character)
        return glyph

    def _traced(self, character: str) -> Glyph:
        with self._lock:
            if character not in self._drawn:
                digest = self._known[character].value
                self._drawn[character] = font_of_picture(self._picture(digest), character, digest)
            font = self._drawn[character]
        number = font.glyph(ord(character[0]))
        return Glyph(font, number, character, font.advance(number) / font.units)
