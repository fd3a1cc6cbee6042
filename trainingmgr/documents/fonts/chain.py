"""Which font draws which character, and which characters none can draw."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from trainingmgr.documents.fonts.sfnt import FontUnusable, Sfnt
from trainingmgr.documents.fonts.subset import SIDE_BEARING, Slot
from trainingmgr.domain.glyph import Substitute

BUNDLED = Path(__file__).parent


class Face(Enum):
    """The hands a document is written in; the value is the bundled file."""

    SONG = "NotoSerifSC-Regular.ttf"
    SONG_BOLD = "NotoSerifSC-Bold.ttf"
    KAI = "LXGWWenKai-Regular.ttf"


# Fonts made for rare characters that a system may have, under the names of their files.
_SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_SYSTEM_NAMES = ("HanaMin*.ttf", "hanazono*.ttf", "BabelStoneHan*.ttf")

# Joining and stacking scripts, which glyph by glyph would come out wrong rather than plain.
_SHAPED_BLOCKS = ((0x0900, 0x109F), (0x1780, 0x18AF), (0x1A20, 0x1AAF), (0xA840, 0xA87F), (0x11000, 0x11FFF))
_IDEOGRAPHS = ((0x20000, 0x2FFFD), (0x30000, 0x3FFFD))
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


class Glyph(NamedTuple):
    """One drawn character: `text` is what the reader copies, `advance` in ems; see `narrowed`."""

    font: Sfnt
    number: int
    text: str
    advance: float
    narrow: bool = False

    @property
    def slot(self) -> Slot:
        return self.number, self.text, self.narrow

    def narrowed(self) -> "Glyph":
        """The glyph without the white of its square: full-width quotation marks as Latin text needs them."""
        ink = self.font.ink(self.number)
        if ink is None:
            return self
        return self._replace(narrow=True, advance=(ink[1] - ink[0]) / self.font.units + 2 * SIDE_BEARING)


@dataclass(frozen=True, slots=True)
class IgnoredFont:
    """A font file that is left out, with the reason of `FontUnusable`."""

    path: Path
    reason: str


def characters(text: str) -> list[str]:
    """The text's characters, each with its variation selector; marks are composed where Unicode can.

    Only marks: to compose everything would replace compatibility ideographs, which names may be written with.
    """
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if not found or not unicodedata.category(character).startswith("M"):
            found.append(character)
        elif _within(ord(character), _SELECTORS):
            found[-1] += character
        elif unicodedata.combining(character):
            found[-1:] = unicodedata.normalize("NFC", found[-1] + character)
        else:
            found.append(character)
    return found


class FontChain:
    """The bundled faces and, behind them, the fonts that fill their gaps.

    Safe to share between threads.
    """

    def __init__(
        self, faces: Mapping[Face, Sfnt], fallbacks: Sequence[Sfnt] = (), ignored: Sequence[IgnoredFont] = ()
    ) -> None:
        self.faces, self.fallbacks, self.ignored = dict(faces), tuple(fallbacks), tuple(ignored)
        self._orders = {face: _order(face, faces, fallbacks) for face in Face}
        self._find = lru_cache(maxsize=4096)(self.look_up)

    def shape(self, text: str, face: Face) -> list[Glyph]:
        """The text's glyphs, each from the first font that has it; ValueError for a missing character."""
        glyphs = []
        for character in self.spelled(text):
            glyph = self._find(character, face)
            if glyph is None:
                raise ValueError(f"no font has {character!r}")
            glyphs.append(glyph)
        return glyphs

    def shape_whole(self, text: str, face: Face) -> list[Glyph]:
        """As `shape`, but in one font throughout if any has every character: a name is not patched."""
        parts = self.spelled(text)
        for font in self._orders[face]:
            glyphs = [found for part in parts if (found := _glyph(font, part))]
            if len(glyphs) == len(parts):
                return glyphs
        return self.shape(text, face)

    def missing_characters(self, text: str) -> tuple[str, ...]:
        """The characters that no font can draw, each once, in the order of the text."""
        if text.isascii() and text.isprintable():
            return ()
        missing = (c for c in self.spelled(text) if self._find(c, Face.SONG) is None)
        return tuple(dict.fromkeys(missing))

    def has(self, character: str) -> bool:
        """Whether a font draws this character itself."""
        return self._find(character, Face.SONG) is not None

    def substitutes_in(self, text: str) -> tuple[Substitute, ...]:
        """What the text is printed with in place of characters that no font has, in the order of the text."""
        del text
        return ()

    def spelled(self, text: str) -> list[str]:
        """The characters that are set for the text."""
        return characters(text)

    def look_up(self, character: str, face: Face) -> Glyph | None:
        """The glyph of one character as `characters` gives them, None where no font has it."""
        if not _drawable(character):
            return None
        for exact in (True, False) if len(character) > 1 else (False,):
            for font in self._orders[face]:
                if glyph := _glyph(font, character, exact=exact):
                    return glyph
        return None


def _order(face: Face, faces: Mapping[Face, Sfnt], fallbacks: Sequence[Sfnt]) -> tuple[Sfnt, ...]:
    """The hand itself, then those of its weight before others; fonts of one weight keep their order."""
    own = faces[face]
    others = [font for other, font in faces.items() if other is not face]

    def other_weight(font: Sfnt) -> bool:
        return font.bold is not own.bold

    return own, *sorted(others, key=other_weight), *sorted(fallbacks, key=other_weight)


@lru_cache(maxsize=8192)
def _glyph(font: Sfnt, character: str, *, exact: bool = False) -> Glyph | None:
    """`exact` refuses the plain form of a character whose variant is asked for."""
    code = ord(character[0])
    number = font.variant(code, ord(character[1])) if len(character) > 1 else 0
    if not number and not exact:
        number = font.glyph(code)
    if not number or (font.ink(number) is None and not character.isspace()):
        return None
    return Glyph(font, number, character, font.advance(number) / font.units)


def _drawable(character: str) -> bool:
    base = character[0]
    category = unicodedata.category(base)
    if category == "Cn":
        # Python knows the characters of its own day; ideographs are added to their planes year by year.
        return _within(ord(base), _IDEOGRAPHS)
    if category[0] in "CM" or category in {"Zl", "Zp"}:
        return category == "Co"  # offices do keep rare names in the private use area of their own fonts
    if unicodedata.bidirectional(base) in {"R", "AL", "AN"}:
        return False
    return not _within(ord(base), _SHAPED_BLOCKS)


def _within(code: int, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in blocks)


def load_chain(folder: Path | None = None, *, system: bool = True) -> FontChain:
    """The bundled fonts, then those in `folder` by name, then the system's fonts of rare characters.

    Takes about ten milliseconds and little memory: files are mapped, not read. A file that cannot be used is
    left out and named in `ignored`.
    """
    fallbacks: list[Sfnt] = []
    ignored: list[IgnoredFont] = []
    for path in [*_own_fonts(folder), *(_system_fonts() if system else ())]:
        try:
            fallbacks.append(Sfnt(path))
        except FontUnusable as error:
            ignored.append(IgnoredFont(path, error.reason))
        except OSError:
            ignored.append(IgnoredFont(path, "unreadable"))
    return FontChain({face: Sfnt(BUNDLED / face.value) for face in Face}, fallbacks, ignored)


def _own_fonts(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    known = {".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2"}
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in known)


def _system_fonts() -> list[Path]:
    folders = [Path(folder).expanduser() for folder in _SYSTEM_FOLDERS]
    return [
        path
        for folder in folders
        if folder.is_dir()
        for name in _SYSTEM_NAMES
        for path in sorted(folder.rglob(name))
    ]


_lock = Lock()
_folder: Path | None = None
_shared: FontChain | None = None


def configure_fonts(folder: Path | None) -> None:
    """Say once a process where an installation keeps fonts of its own (`instance/fonts`)."""
    global _folder, _shared
    with _lock:
        if folder != _folder:
            _folder, _shared = folder, None


def font_chain() -> FontChain:
    """The process's chain, loaded at the first use."""
    global _shared
    with _lock:
        if _shared is None:
            _shared = load_chain(_folder)
        return _shared
