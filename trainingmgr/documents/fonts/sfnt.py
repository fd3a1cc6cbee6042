"""Reads TrueType files in place: what is not asked for is never loaded."""

import mmap
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from operator import le
from pathlib import Path
from sys import byteorder

_NEEDED = ("head", "hhea", "maxp", "hmtx", "cmap", "loca", "glyf")
_RESTRICTED_EMBEDDING, _NO_SUBSETS, _ONLY_BITMAPS = 0x0002, 0x0100, 0x0200

_BOLD_FROM = 600

_WORDS, _SCALE, _MORE, _XY_SCALE, _TWO_BY_TWO, _INSTRUCTIONS = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100


class FontUnusable(Exception):  # noqa: N818 - it is the file that is at fault, and only this file is left out
    """Why a font file cannot be used: `cff`, `not_truetype`, `restricted`, `no_subsets` or `damaged`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Metrics:
    """In thousandths of an em, as PDF wants them."""

    ascent: int
    descent: int
    box: tuple[int, int, int, int]


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise FontUnusable("damaged") from error


class Sfnt:
    """One TrueType font (of a collection the first), mapped into memory read-only.

    With `data` it is a font that lies in no file, and `path` but its name. Raises FontUnusable when the file has no glyf outlines, forbids embedding or is damaged.
    Lookups only read and may be made from any thread.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.path = path
        self._in_file = data is None
        self._data = _mapped(path) if data is None else data
        try:
            self._open()
        except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
            raise FontUnusable("damaged") from error

    def file(self) -> str | BytesIO:
        """The whole font, for libraries that read it themselves."""
        return str(self.path) if self._in_file else BytesIO(self._data)

    def _open(self) -> None:
        start = 0
        if self._data[:4] == b"ttcf":
            (start,) = struct.unpack_from(">I", self._data, 12)
        kind = self._data[start : start + 4]
        if kind == b"OTTO":
            raise FontUnusable("cff")
        if kind not in {b"\0\1\0\0", b"true"}:
            raise FontUnusable("not_truetype")
        (count,) = struct.unpack_from(">H", self._data, start + 4)
        self._tables: dict[str, tuple[int, int]] = {}
        for at in range(start + 12, start + 12 + 16 * count, 16):
            tag, _, offset, length = struct.unpack_from(">4sIII", self._data, at)
            if offset + length > len(self._data):
                raise FontUnusable("damaged")
            self._tables[tag.decode("latin-1")] = (offset, length)
        if any(tag not in self._tables for tag in _NEEDED):
            raise FontUnusable("cff" if "CFF " in self._tables or "CFF2" in self._tables else "not_truetype")
        self._check_licence()
        self.units = self._u16("head", 18)
        self.glyph_count = self._u16("maxp", 4)
        self._metric_count = self._u16("hhea", 34)
        self._hmtx = self._tables["hmtx"][0]
        self._glyf = self._tables["glyf"][0]
        self._loca = self._tables["loca"][0]
        self._long_loca = self._u16("head", 50) == 1
        if not self.units or not self._metric_count or not self._is_whole():
            raise FontUnusable("damaged")
        self._read_cmap()
        self.bold = "OS/2" in self._tables and self._u16("OS/2", 4) >= _BOLD_FROM
        self.name = self._postscript_name()

    def _check_licence(self) -> None:
        """What the font's maker allows: we embed outlines, and only those that a document needs."""
        allowed = self._u16("OS/2", 8) if "OS/2" in self._tables else 0
        if allowed & 0xF == _RESTRICTED_EMBEDDING or allowed & _ONLY_BITMAPS:
            raise FontUnusable("restricted")
        if allowed & _NO_SUBSETS:
            raise FontUnusable("no_subsets")

    def _is_whole(self) -> bool:
        """Whether the tables are as long as they have to be, and every glyph lies within its table."""
        lengths = {tag: length for tag, (_, length) in self._tables.items()}
        plain = self.glyph_count - self._metric_count
        size = 4 if self._long_loca else 2
        if (
            plain < 0
            or lengths["hmtx"] < 4 * self._metric_count + 2 * plain
            or lengths["loca"] < size * (self.glyph_count + 1)
            or lengths["head"] < 54
        ):
            return False
        ends = array(
            "I" if self._long_loca else "H",
            self._data[self._loca : self._loca + size * (self.glyph_count + 1)],
        )
        if byteorder == "little":
            ends.byteswap()
        limit = lengths["glyf"] // (1 if self._long_loca else 2)
        return ends[-1] <= limit and all(map(le, ends, ends[1:]))

    def _u16(self, tag: str, at: int) -> int:
        value: int = struct.unpack_from(">H", self._data, self._tables[tag][0] + at)[0]
        return value

    def table(self, tag: str) -> bytes:
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]

    @property
    def metrics(self) -> Metrics:
        ascent, descent = struct.unpack_from(">hh", self._data, self._tables["hhea"][0] + 4)
        box = struct.unpack_from(">4h", self._data, self._tables["head"][0] + 36)
        left, bottom, right, top = (self._thousandths(value) for value in box)
        return Metrics(self._thousandths(ascent), self._thousandths(descent), (left, bottom, right, top))

    def _thousandths(self, value: int) -> int:
        return round(value * 1000 / self.units)

    # -- characters to glyphs

    def _read_cmap(self) -> None:
        offset, _ = self._tables["cmap"]
        (count,) = struct.unpack_from(">H", self._data, offset + 2)
        found: dict[int, int] = {}
        for at in range(offset + 4, offset + 4 + 8 * count, 8):
            platform, encoding, relative = struct.unpack_from(">HHI", self._data, at)
            (form,) = struct.unpack_from(">H", self._data, offset + relative)
            if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
                found.setdefault(form, offset + relative)
        self._selectors = dict(self._read_selectors(found[14])) if 14 in found else {}
        if 12 in found:
            self._starts, self._ends, self._firsts = self._read_groups(found[12])
        elif 4 in found:
            self._starts, self._ends, self._firsts = self._read_segments(found[4])
        else:
            raise FontUnusable("not_truetype")

    def _read_groups(self, at: int) -> tuple["array[int]", "array[int]", "array[int]"]:
        (count,) = struct.unpack_from(">I", self._data, at + 12)
        numbers = array("I", self._data[at + 16 : at + 16 + 12 * count])
        if byteorder == "little":
            numbers.byteswap()
        return numbers[0::3], numbers[1::3], numbers[2::3]

    def _read_segments(self, at: int) -> tuple["array[int]", "array[int]", "array[int]"]:
        """Format 4 as groups of consecutive glyphs, so that one lookup serves both formats."""
        (twice,) = struct.unpack_from(">H", self._data, at + 6)
        shape = f">{twice // 2}H"
        ends = struct.unpack_from(shape, self._data, at + 14)
        starts = struct.unpack_from(shape, self._data, at + 16 + twice)
        deltas = struct.unpack_from(shape, self._data, at + 16 + 2 * twice)
        ranges_at = at + 16 + 3 * twice
        ranges = struct.unpack_from(shape, self._data, ranges_at)
        groups = array("I"), array("I"), array("I")
        for index, (start, end, delta, relative) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
            for code in range(start, min(end, 0xFFFE) + 1):
                glyph = code
                if relative:
                    place = ranges_at + 2 * index + relative + 2 * (code - start)
                    (glyph,) = struct.unpack_from(">H", self._data, place)
                    if not glyph:
                        continue
                glyph = (glyph + delta) & 0xFFFF
                if groups[1] and groups[1][-1] == code - 1 and groups[2][-1] + code - groups[0][-1] == glyph:
                    groups[1][-1] = code
                else:
                    for column, value in zip(groups, (code, code, glyph), strict=True):
                        column.append(value)
        return groups

    def _read_selectors(self, at: int) -> Iterator[tuple[int, tuple[int, int]]]:
        (count,) = struct.unpack_from(">I", self._data, at + 6)
        for place in range(at + 10, at + 10 + 11 * count, 11):
            selector = int.from_bytes(self._data[place : place + 3], "big")
            default, other = struct.unpack_from(">II", self._data, place + 3)
            yield selector, (at + default if default else 0, at + other if other else 0)

    def glyph(self, code: int) -> int:
        """The glyph of a code point; 0 when the font has none."""
        at = bisect_right(self._starts, code) - 1
        if at < 0 or code > self._ends[at]:
            return 0
        glyph = self._firsts[at] + code - self._starts[at]
        return glyph if glyph < self.glyph_count else 0

    def variant(self, code: int, selector: int) -> int:
        """The glyph of an ideographic variation sequence; 0 when the font does not know the sequence."""
        default, other = self._selectors.get(selector, (0, 0))
        if other:
            for known, glyph in self._records(other, 5, ">3sH"):
                if known == code:
                    return glyph
        if default:
            for first, more in self._records(default, 4, ">3sB"):
                if first <= code <= first + more:
                    return self.glyph(code)
        return 0

    def _records(self, at: int, size: int, shape: str) -> Iterator[tuple[int, int]]:
        (count,) = struct.unpack_from(">I", self._data, at)
        for code, value in struct.iter_unpack(shape, self._data[at + 4 : at + 4 + size * count]):
            yield int.from_bytes(code, "big"), value

    # -- glyphs

    def advance(self, glyph: int) -> int:
        """In the font's own units."""
        return self.metric(glyph)[0]

    def metric(self, glyph: int) -> tuple[int, int]:
        """Advance and left bearing in the font's own units."""
        if glyph < self._metric_count:
            advance, bearing = struct.unpack_from(">Hh", self._data, self._hmtx + 4 * glyph)
        else:
            (advance,) = struct.unpack_from(">H", self._data, self._hmtx + 4 * (self._metric_count - 1))
            place = self._hmtx + 4 * self._metric_count + 2 * (glyph - self._metric_count)
            (bearing,) = struct.unpack_from(">h", self._data, place)
        return advance, bearing

    def _span(self, glyph: int) -> tuple[int, int]:
        if self._long_loca:
            start, end = struct.unpack_from(">II", self._data, self._loca + 4 * glyph)
        else:
            start, end = (2 * half for half in struct.unpack_from(">HH", self._data, self._loca + 2 * glyph))
        return self._glyf + start, self._glyf + end

    def ink(self, glyph: int) -> tuple[int, int] | None:
        """Leftmost and rightmost ink in the font's own units; None for a glyph without an outline."""
        start, end = self._span(glyph)
        if end - start < 10:
            return None
        left, _, right = struct.unpack_from(">3h", self._data, start + 2)
        return left, right

    def outline(self, glyph: int) -> tuple[bytes, list[int]]:
        """The glyph's record without hinting, and where in it the numbers of its component glyphs stand."""
        start, end = self._span(glyph)
        record = self._data[start:end]
        if len(record) < 10:
            return b"", []
        (contours,) = struct.unpack_from(">h", record)
        if contours >= 0:
            at = 10 + 2 * contours
            (length,) = struct.unpack_from(">H", record, at)
            return record[:at] + b"\0\0" + record[at + 2 + length :], []
        return self._composite(bytearray(record))

    def _composite(self, record: bytearray) -> tuple[bytes, list[int]]:
        places, at, flags = [], 10, _MORE
        while flags & _MORE:
            (flags,) = struct.unpack_from(">H", record, at)
            struct.pack_into(">H", record, at, flags & ~_INSTRUCTIONS)
            places.append(at + 2)
            at += 8 if flags & _WORDS else 6
            at += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _TWO_BY_TWO else 0
        return bytes(record[:at]), places

    def _postscript_name(self) -> str:
        """As the name table gives it, reduced to what a PDF name may hold; else the file's own."""
        if "name" in self._tables:
            offset, _ = self._tables["name"]
            count, strings = struct.unpack_from(">HH", self._data, offset + 2)
            for at in range(offset + 6, offset + 6 + 12 * count, 12):
                platform, _, _, name, length, place = struct.unpack_from(">6H", self._data, at)
                if name == 6:
                    raw = self._data[offset + strings + place : offset + strings + place + length]
                    text = raw.decode("utf-16-be" if platform in {0, 3} else "latin-1", "ignore")
                    if clean := "".join(c for c in text if c.isascii() and (c.isalnum() or c == "-")):
                        return clean
        return "".join(c for c in self.path.stem if c.isascii() and (c.isalnum() or c == "-")) or "Font"
