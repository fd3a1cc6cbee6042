"""Reading a design from JSON and judging it as a whole, each fault named with its place."""

import re
from collections.abc import Iterator

import msgspec

from trainingmgr.domain.design.fields import Field, UnknownFieldError, fields_of
from trainingmgr.domain.design.model import FORMAT, Align, Design, QrItem, TextItem
from trainingmgr.domain.refusal import Refusal

QR_SMALLEST = 30.0
"""Millimetres. A symbol of the size that a signed token needs is read by phones from this side length on."""

LARGEST_DATA = 256 * 1024

_NAMES = {
    Field.HOLDER_NAME,
    Field.HOLDER_LATIN_NAME,
    Field.HOLDER_NAME_EN,
    Field.SENTENCE_ZH,
    Field.SENTENCE_EN,
}

_PATH = re.compile(r"(?P<reason>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)


def read_design(data: bytes | str) -> Design:
    """A design from its JSON, checked for form and sense.

    Raises Refusal `design.too_large`, `design.not_json`, `design.newer_format` (format, known),
    `design.malformed` (path, reason), or what `check_design` raises.
    """
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > LARGEST_DATA:
        raise Refusal("design.too_large", longest=LARGEST_DATA)
    try:
        head = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal("design.not_json") from None
    if isinstance(head, dict) and isinstance(known := head.get("format"), int) and known > FORMAT:
        raise Refusal("design.newer_format", format=known, known=FORMAT)
    try:
        design = msgspec.convert(head, Design)
    except msgspec.ValidationError as error:
        match = _PATH.match(str(error))
        path = (match["path"] if match else "") or "$"
        raise Refusal(
            "design.malformed", path=path, reason=match["reason"] if match else str(error)
        ) from None
    check_design(design)
    return design


def write_design(design: Design) -> bytes:
    """The design as canonical JSON: equal designs give equal bytes."""
    # A number may have been given as a whole one: reading makes it what the file would give.
    return msgspec.json.encode(msgspec.convert(msgspec.to_builtins(design), Design), order="sorted")


def check_design(design: Design) -> None:
    """Say what of a well-formed design makes no sense.

    Raises Refusal `design.item_outside` (item, label), `design.unknown_field` (item, label, field),
    `design.sizes_reversed` (item, label), `design.spread_needs_one_line` (item, label),
    `design.qr_small` (smallest), `design.qr_twice`, `design.qr_missing`, `design.serial_missing` or
    `design.holder_missing`. `item` counts from 1.
    """
    for number, item in enumerate(design.items, 1):
        label = getattr(item, "label", "")
        if (
            item.x + item.width > design.paper.width + 0.05
            or item.y + item.height > design.paper.height + 0.05
        ):
            raise Refusal("design.item_outside", item=number, label=label)
        if isinstance(item, TextItem):
            _check_text(number, item)
        if isinstance(item, QrItem) and min(item.width, item.height) < QR_SMALLEST:
            raise Refusal("design.qr_small", smallest=QR_SMALLEST)
    symbols = sum(isinstance(item, QrItem) for item in design.items)
    if symbols != 1:
        raise Refusal("design.qr_twice" if symbols else "design.qr_missing")
    printed = frozenset(printed_fields(design))
    if Field.SERIAL not in printed:
        raise Refusal("design.serial_missing")
    if not printed & _NAMES:
        raise Refusal("design.holder_missing")


def _check_text(number: int, item: TextItem) -> None:
    if item.smallest > item.size:
        raise Refusal("design.sizes_reversed", item=number, label=item.label)
    if item.align is Align.SPREAD and item.wrap:
        raise Refusal("design.spread_needs_one_line", item=number, label=item.label)
    for paragraph in item.paragraphs:
        for run in paragraph.runs:
            try:
                fields_of(run.text)
            except UnknownFieldError as error:
                raise Refusal(
                    "design.unknown_field", item=number, label=item.label, field=error.name
                ) from None


def printed_fields(design: Design) -> Iterator[Field]:
    """Every field that some text of the design asks for, as often as it stands there."""
    for item in design.items:
        if isinstance(item, TextItem):
            for paragraph in item.paragraphs:
                for run in paragraph.runs:
                    yield from fields_of(run.text)
