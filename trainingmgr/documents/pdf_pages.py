"""Pages of uploaded PDFs, reduced to what they draw."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf

from trainingmgr.documents.pdf import PdfWriter
from trainingmgr.documents.pdf_copy import Copier
from trainingmgr.domain.refusal import Refusal

MOST_PAGES = 20
MOST_CONTENT = 32 * 1024 * 1024
"""Bytes that a page's own drawing may unpack to."""

_PACKED_OTHERWISE = 64 * 1024  # what is not packed by deflate is unpacked whole, so only so much is taken
_KEPT = ("/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Group", "/Contents", "/UserUnit")
_ACTING = frozenset(
    {
        "/AA",
        "/A",
        "/OpenAction",
        "/JS",
        "/Metadata",
        "/PieceInfo",
        "/OPI",
        "/Ref",
        "/StructParent",
        "/StructParents",
    }
)
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


class Pages(NamedTuple):
    """A PDF of nothing but pages; the size is that of the first as it lies before the reader, in points."""

    data: bytes
    number: int
    width: int
    height: int


def prepare_pages(data: bytes) -> Pages:
    """The file's pages without remarks, forms, scripts, links and attachments, all fonts being in it.

    Raises Refusal: `asset.pdf_encrypted`, `asset.pdf_broken`, `asset.pdf_empty`, `asset.pdf_pages` (pages, most),
    `asset.pdf_font` (font) for a font that is not in the file, or `asset.pdf_too_large` for a page that would
    unpack to more than is reasonable.
    """
    try:
        with pikepdf.open(BytesIO(data)) as source:
            if source.is_encrypted:
                raise Refusal("asset.pdf_encrypted")
            count = len(source.pages)
            if not count:
                raise Refusal("asset.pdf_empty")
            if count > MOST_PAGES:
                raise Refusal("asset.pdf_pages", pages=count, most=MOST_PAGES)
            return _reduced(source, count)
    except pikepdf.PasswordError:
        raise Refusal("asset.pdf_encrypted") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal("asset.pdf_broken") from error


def _reduced(source: pikepdf.Pdf, count: int) -> Pages:
    for page in source.pages:
        _check_content(page)
    with pikepdf.new() as target:
        for page in source.pages:
            target.pages.append(page)
        for page in target.pages:
            for key in list(page.obj.keys()):
                if key not in {*_KEPT, "/Type", "/Parent"}:
                    del page.obj[key]
            page.contents_coalesce()
        target.remove_unreferenced_resources()
        _check_objects(target)
        copier = Copier(PdfWriter(BytesIO()), {})
        for page in target.pages:
            # What contains itself could not be copied into a certificate either.
            copier.page(page.obj)
        x0, y0, x1, y1 = (float(side) for side in target.pages[0].cropbox)
        width, height = abs(x1 - x0), abs(y1 - y0)
        if int(target.pages[0].obj.get("/Rotate", 0)) % 180:
            width, height = height, width
        if min(width, height) < 1:
            raise Refusal("asset.pdf_broken")
        buffer = BytesIO()
        target.save(buffer, deterministic_id=True, compress_streams=True, recompress_flate=False)
    return Pages(buffer.getvalue(), count, round(width), round(height))


def _check_content(page: pikepdf.Page) -> None:
    contents: Any = page.obj.get("/Contents", pikepdf.Array())
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    left = MOST_CONTENT
    for stream in streams:
        left -= _unpacked(stream, left)


def _unpacked(stream: Any, most: int) -> int:
    """How much the stream unpacks to; refused as soon as that is more than `most`."""
    raw = stream.read_raw_bytes()
    packing = stream.get("/Filter")
    names = [str(name) for name in packing] if isinstance(packing, pikepdf.Array) else [str(packing or "")]
    if names == [""]:
        size = len(raw)
    elif names == ["/FlateDecode"]:
        size = len(zlib.decompressobj().decompress(raw, most + 1))
    elif len(raw) <= _PACKED_OTHERWISE and "/FlateDecode" not in names:
        size = len(stream.read_bytes())
    else:
        raise Refusal("asset.pdf_too_large")
    if size > most:
        raise Refusal("asset.pdf_too_large")
    return size


def _check_objects(pdf: pikepdf.Pdf) -> None:
    for thing in _dictionaries(pdf):
        for key in _ACTING & set(thing.keys()):
            del thing[key]
        if isinstance(thing, pikepdf.Stream) and (thing.get("/Subtype") == "/PS" or "/F" in thing):
            raise Refusal("asset.pdf_broken")
        if thing.get("/Type") == "/Font" and not _is_embedded(thing):
            raise Refusal("asset.pdf_font", font=str(thing.get("/BaseFont", "?"))[1:])


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream, those that stand within others too."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            waiting += [value for _, value in thing.items() if _is_within(value)]
        elif isinstance(thing, pikepdf.Array):
            waiting += [value for value in thing if _is_within(value)]


def _is_within(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _is_embedded(font: Any) -> bool:
    kind = str(font.get("/Subtype", ""))
    if kind == "/Type3":
        return True
    if kind == "/Type0":
        return all(_is_embedded(descendant) for descendant in font.get("/DescendantFonts", []))
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(program in descriptor for program in _PROGRAMS)
