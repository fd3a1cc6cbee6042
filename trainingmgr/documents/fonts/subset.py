"""Small fonts to be embedded: the glyphs of one document and nothing else."""

import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from sys import byteorder

from trainingmgr.documents.fonts.sfnt import Metrics, Sfnt

Slot = tuple[int, str, bool]
"""A glyph of the source font, the text it stands for (a glyph with two texts takes two slots), and whether it
is narrowed to its ink."""

SIDE_BEARING = 0.06
"""The air that a narrowed glyph keeps on either side of its ink, in ems."""

_ARGUMENTS_ARE_WORDS_AND_OFFSETS = 0x3


@dataclass(frozen=True, slots=True)
class Subset:
    """An embeddable font. `codes` says under which number (from 1) each slot is shown; `widths` are in
    thousandths of an em, by number, the first for the empty glyph 0."""

    name: str
    program: bytes
    codes: Mapping[Slot, int]
    widths: tuple[int, ...]
    texts: tuple[str, ...]
    metrics: Metrics


def make_subset(font: Sfnt, slots: Iterable[Slot]) -> Subset:
    """A TrueType program of the slots' glyphs and their components; the same slots give the same bytes."""
    ordered = sorted(set(slots))
    glyphs = [0, *(glyph for glyph, _, _ in ordered)]
    metrics = [font.metric(0), *(_metric(font, slot) for slot in ordered)]
    records: list[bytes] = [b""]
    parts: dict[int, int] = {}
    for glyph, _, narrow in ordered:
        records.append(
            _narrowed(font, glyph, glyphs, parts) if narrow else _record(font, glyph, glyphs, parts)
        )
    while len(records) < len(glyphs):
        glyph = glyphs[len(records)]
        metrics.append(font.metric(glyph))
        records.append(_record(font, glyph, glyphs, parts))
    program = _program(font, metrics, records)
    digest = sha256(program).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
    return Subset(
        name=f"{tag}+{font.name}",
        program=program,
        codes={slot: number for number, slot in enumerate(ordered, 1)},
        widths=tuple(round(advance * 1000 / font.units) for advance, _ in metrics[: len(ordered) + 1]),
        texts=tuple(text for _, text, _ in ordered),
        metrics=font.metrics,
    )


def _record(font: Sfnt, glyph: int, glyphs: list[int], parts: dict[int, int]) -> bytes:
    """The glyph's outline with its components renumbered; new components join the end of `glyphs`."""
    record, places = font.outline(glyph)
    if not places:
        return record
    changed = bytearray(record)
    for place in places:
        (part,) = struct.unpack_from(">H", changed, place)
        struct.pack_into(">H", changed, place, _component(part, glyphs, parts))
    return bytes(changed)


def _component(part: int, glyphs: list[int], parts: dict[int, int]) -> int:
    if part not in parts:
        parts[part] = len(glyphs)
        glyphs.append(part)
    return parts[part]


def _metric(font: Sfnt, slot: Slot) -> tuple[int, int]:
    glyph, _, narrow = slot
    ink = font.ink(glyph)
    if not narrow or ink is None:
        return font.metric(glyph)
    bearing = round(SIDE_BEARING * font.units)
    return ink[1] - ink[0] + 2 * bearing, bearing


def _narrowed(font: Sfnt, glyph: int, glyphs: list[int], parts: dict[int, int]) -> bytes:
    """The glyph as a composite that moves its ink to the left edge; readers take its place and width as one."""
    record, _ = font.outline(glyph)
    if not record:
        return record
    left, bottom, right, top = struct.unpack_from(">4h", record, 2)
    shift = round(SIDE_BEARING * font.units) - left
    part = _component(glyph, glyphs, parts)
    box = (left + shift, bottom, right + shift, top)
    return struct.pack(">5hHHhh", -1, *box, _ARGUMENTS_ARE_WORDS_AND_OFFSETS, part, shift, 0)


def _program(font: Sfnt, metrics: Sequence[tuple[int, int]], records: Sequence[bytes]) -> bytes:
    offsets, glyf = [0], bytearray()
    for record in records:
        glyf += record + b"\0" * (-len(record) % 4)
        offsets.append(len(glyf))
    head = bytearray(font.table("head"))
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    hhea = bytearray(font.table("hhea"))
    struct.pack_into(">H", hhea, 34, len(records))
    maxp = bytearray(font.table("maxp"))
    struct.pack_into(">H", maxp, 4, len(records))
    (elements, depth) = struct.unpack_from(">HH", maxp, 28)
    struct.pack_into(">HHH", maxp, 26, 0, max(elements, 1), max(depth, 1))
    numbers = (number for metric in metrics for number in metric)
    return _assemble(
        {
            b"glyf": bytes(glyf),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": struct.pack(">" + "Hh" * len(records), *numbers),
            b"loca": struct.pack(f">{len(offsets)}I", *offsets),
            b"maxp": bytes(maxp),
        }
    )


def _assemble(tables: Mapping[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    directory, body = bytearray(header), bytearray()
    head_at = 0
    for tag in sorted(tables):
        data = tables[tag]
        place = len(header) + 16 * count + len(body)
        if tag == b"head":
            head_at = place
        directory += struct.pack(">4sIII", tag, _checksum(data), place, len(data))
        body += data + b"\0" * (-len(data) % 4)
    whole = directory + body
    struct.pack_into(">I", whole, head_at + 8, (0xB1B0AFBA - _checksum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def _checksum(data: bytes) -> int:
    words = array("I", data + b"\0" * (-len(data) % 4))
    if byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
