"""Reading a design from JSON and judging it as a whole, each fault named with its place."""

import re
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from trainingmgr.domain.design.fields import Field, UnknownFieldError, fields_of
from trainingmgr.domain.design.model import FORMAT, Align, AnyItem, Design, Paper, QrItem, TextItem
from trainingmgr.domain.refusal import Refusal

QR_SMALLEST = 30.0
"""Millimetres. A symbol of the size that a signed token needs is read by phones from this side length on."""

LARGEST_DATA = 256 * 1024

_NEARLY = 0.05

_NAMES = {
    Field.HOLDER_NAME,
    Field.HOLDER_LATIN_NAME,
    Field.HOLDER_NAME_EN,
    Field.SENTENCE_ZH,
    Field.SENTENCE_EN,
}

_PATH = re.compile(r"(?P<reason>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)


def read_design(data: bytes | str) -> Design:
    """A design from its JSON, checked for form and sense. Raises what `read_draft` and `check_design` raise."""
    design = read_draft(data)
    check_design(design)
    return design


def read_draft(data: bytes | str) -> Design:
    """A design from its JSON, checked for form alone, as it is while somebody works on it.

    Raises Refusal `design.too_large`, `design.not_json`, `design.newer_format` (format, known) or
    `design.malformed` (path, reason).
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
        return msgspec.convert(head, Design)
    except msgspec.ValidationError as error:
        match = _PATH.match(str(error))
        path = (match["path"] if match else "") or "$"
        raise Refusal(
            "design.malformed", path=path, reason=match["reason"] if match else str(error)
        ) from None


def write_design(design: Design) -> bytes:
    """The design as canonical JSON: equal designs give equal bytes."""
    # A number may have been given as a whole one: reading makes it what the file would give.
    return msgspec.json.encode(msgspec.convert(msgspec.to_builtins(design), Design), order="sorted")


def check_design(design: Design) -> None:
    """Say what of a well-formed design makes no sense. Raises the first of its `faults`."""
    for fault in faults(design):
        raise fault


def faults(design: Design) -> Iterator[Refusal]:
    """Everything of a well-formed design that makes no sense.

    Refusal `design.item_outside` (item, label), `design.unknown_field` (item, label, field),
    `design.sizes_reversed` (item, label), `design.spread_needs_one_line` (item, label),
    `design.qr_small` (item, smallest), `design.qr_twice` (item), `design.qr_missing`,
    `design.serial_missing` or `design.holder_missing`. `item` counts from 1.
    """
    symbols = 0
    printed: set[Field] = set()
    for number, item in enumerate(design.items, 1):
        yield from _faults_of_place(number, item, design.paper)
        if isinstance(item, TextItem):
            yield from _faults_of_text(number, item)
            printed.update(_asked_for(item))
        if isinstance(item, QrItem):
            symbols += 1
            if min(item.width, item.height) < QR_SMALLEST:
                yield Refusal("design.qr_small", item=number, smallest=QR_SMALLEST)
            if symbols > 1:
                yield Refusal("design.qr_twice", item=number)
    if not symbols:
        yield Refusal("design.qr_missing")
    if Field.SERIAL not in printed:
        yield Refusal("design.serial_missing")
    if not printed & _NAMES:
        yield Refusal("design.holder_missing")


def _faults_of_place(number: int, item: AnyItem, paper: Paper) -> Iterator[Refusal]:
    if item.x + item.width > paper.width + _NEARLY or item.y + item.height > paper.height + _NEARLY:
        yield Refusal("design.item_outside", item=number, label=getattr(item, "label", ""))


def _faults_of_text(number: int, item: TextItem) -> Iterator[Refusal]:
    if item.smallest > item.size:
        yield Refusal("design.sizes_reversed", item=number, label=item.label)
    if item.align is Align.SPREAD and item.wrap:
        yield Refusal("design.spread_needs_one_line", item=number, label=item.label)
    for paragraph in item.paragraphs:
        for run in paragraph.runs:
            try:
                fields_of(run.text)
            except UnknownFieldError as error:
                yield Refusal("design.unknown_field", item=number, label=item.label, field=error.name)


def _asked_for(item: TextItem) -> Iterator[Field]:
    for paragraph in item.paragraphs:
        for run in paragraph.runs:
            with suppress(UnknownFieldError):
                yield from fields_of(run.text)


def printed_fields(design: Design) -> Iterator[Field]:
    """Every field that some text of the design asks for, as often as it stands there."""
    for item in design.items:
        if isinstance(item, TextItem):
            for paragraph in item.paragraphs:
                for run in paragraph.runs:
                    yield from fields_of(run.text)
