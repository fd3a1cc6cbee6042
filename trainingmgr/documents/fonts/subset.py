"""Small fonts to be embedded: the glyphs of one document and nothing else."""

import struct
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from sys import byteorder

from trainingmgr.documents.fonts.sfnt import Metrics, Sfnt

Slot = tuple[int, str]
"""A glyph of the source font and the text it stands for: a glyph with two texts takes two slots."""


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
    glyphs = [0, *(glyph for glyph, _ in ordered)]
    records: list[bytes] = [b""]
    parts: dict[int, int] = {}
    at = 1
    while at < len(glyphs):
        records.append(_record(font, glyphs[at], glyphs, parts))
        at += 1
    program = _program(font, glyphs, records)
    digest = sha256(program).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
    return Subset(
        name=f"{tag}+{font.name}",
        program=program,
        codes={slot: number for number, slot in enumerate(ordered, 1)},
        widths=tuple(round(font.advance(glyph) * 1000 / font.units) for glyph in glyphs[: len(ordered) + 1]),
        texts=tuple(text for _, text in ordered),
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
        if part not in parts:
            parts[part] = len(glyphs)
            glyphs.append(part)
        struct.pack_into(">H", changed, place, parts[part])
    return bytes(changed)


def _program(font: Sfnt, glyphs: list[int], records: list[bytes]) -> bytes:
    offsets, glyf = [0], bytearray()
    for record in records:
        glyf += record + b"\0" * (-len(record) % 4)
        offsets.append(len(glyf))
    head = bytearray(font.table("head"))
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    hhea = bytearray(font.table("hhea"))
    struct.pack_into(">H", hhea, 34, len(glyphs))
    maxp = bytearray(font.table("maxp"))
    struct.pack_into(">H", maxp, 4, len(glyphs))
    if len(maxp) >= 28:
        struct.pack_into(">H", maxp, 26, 0)
    metrics = (value for glyph in glyphs for value in font.metric(glyph))
    return _assemble(
        {
            b"glyf": bytes(glyf),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": struct.pack(">" + "Hh" * len(glyphs), *metrics),
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
