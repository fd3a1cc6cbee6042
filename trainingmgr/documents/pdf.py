"""Writes PDF objects as they are finished; the same objects give the same bytes."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from trainingmgr.documents.fonts.subset import Subset

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def ref(number: int) -> str:
    return f"{number} 0 R"


def text_string(text: str) -> str:
    """A text for a dictionary, in UTF-16 so that every character stands."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def date_string(day: date) -> str:
    return f"(D:{day:%Y%m%d}000000Z)"


def dictionary(entries: Mapping[str, object]) -> str:
    return "<<" + "".join(f"/{key} {value}" for key, value in entries.items()) + ">>"


def deflate(data: bytes, level: int = 9) -> bytes:
    return zlib.compress(data, level)


class Head(NamedTuple):
    """The beginning that many files have in common; see `PdfWriter.head`."""

    data: bytes
    offsets: tuple[int | None, ...]
    digest: Any


class PdfWriter:
    """Numbers objects and writes each at once to `sink`, keeping only where it stands.

    With a `head` the file begins with what another writer wrote.
    """

    def __init__(self, sink: BinaryIO, head: Head | None = None) -> None:
        self._sink = sink
        self._at = 0
        self._offsets: list[int | None] = []
        self._digest = sha256()
        if head is None:
            self._write(HEADER)
        else:
            sink.write(head.data)
            self._at = len(head.data)
            self._offsets = list(head.offsets)
            self._digest = head.digest.copy()

    def head(self, data: bytes) -> Head:
        """What was written so far, `data` being the sink's bytes, as the beginning of other files."""
        return Head(data, tuple(self._offsets), self._digest.copy())

    def _write(self, data: bytes) -> None:
        self._sink.write(data)
        self._digest.update(data)
        self._at += len(data)

    def reserve(self) -> int:
        """A number for an object that others point to before it is written."""
        self._offsets.append(None)
        return len(self._offsets)

    @property
    def next_number(self) -> int:
        """The number of the object that is added next."""
        return len(self._offsets) + 1

    def place(self, number: int) -> int:
        """Where the object begins that was written under this number. KeyError before it is."""
        offset = self._offsets[number - 1]
        if offset is None:
            raise KeyError(number)
        return offset

    def add(self, body: str | bytes, number: int | None = None) -> int:
        """Write an object, under a reserved number if one is given, and return its number."""
        number = number or self.reserve()
        self._offsets[number - 1] = self._at
        data = body.encode("latin-1") if isinstance(body, str) else body
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, data))
        return number

    def add_stream(self, packed: bytes, entries: Mapping[str, object], number: int | None = None) -> int:
        """Write a stream of data that `deflate` packed."""
        head = dictionary({**entries, "Filter": "/FlateDecode", "Length": len(packed)})
        return self.add(head.encode("latin-1") + b"\nstream\n" + packed + b"\nendstream", number)

    def add_raw(self, data: bytes, entries: Mapping[str, object]) -> int:
        """Write a stream of data as it is, or as `entries` says how it is packed."""
        head = dictionary({**entries, "Length": len(data)})
        return self.add(head.encode("latin-1") + b"\nstream\n" + data + b"\nendstream")

    def finish(self, root: int, info: int) -> None:
        """Write the table of objects. The file's identifier is the hash of what it holds."""
        start = self._at
        rows = [b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._offsets) + 1)]
        for offset in self._offsets:
            if offset is None:
                raise ValueError("an object was numbered and never written")
            rows.append(b"%010d 00000 n \n" % offset)
        identifier = f"<{self._digest.hexdigest()[:32]}>"
        trailer = dictionary(
            {
                "Size": len(self._offsets) + 1,
                "Root": ref(root),
                "Info": ref(info),
                "ID": f"[{identifier}{identifier}]",
            }
        )
        self._write(b"".join(rows) + f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode("ascii"))


class EmbeddedFont:
    """A subset with all that a PDF says about it, packed once and written into any number of files."""

    def __init__(self, subset: "Subset", *, packed: bool = True) -> None:
        self.codes = subset.codes
        self.widths = subset.widths
        self._length = len(subset.program)
        self._packing: dict[str, str] = {"Filter": "/FlateDecode"} if packed else {}
        self._program = deflate(subset.program) if packed else subset.program
        unicode = _to_unicode(subset.texts)
        self._unicode = deflate(unicode) if packed else unicode
        metrics = subset.metrics
        name = f"/{subset.name}"
        self._descriptor = {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 4,
            "FontBBox": f"[{' '.join(map(str, metrics.box))}]",
            "ItalicAngle": 0,
            "Ascent": metrics.ascent,
            "Descent": metrics.descent,
            "CapHeight": 730,
            "StemV": 80,
        }
        self._descendant = {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
            "CIDToGIDMap": "/Identity",
            "DW": 1000,
            "W": f"[0[{' '.join(map(str, subset.widths))}]]",
        }
        self._font = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
        }

    def write(self, pdf: PdfWriter) -> int:
        """Write the font's objects and return the number of the font itself."""
        program = self._add(pdf, self._program, {"Length1": self._length})
        descriptor = pdf.add(dictionary({**self._descriptor, "FontFile2": ref(program)}))
        descendant = pdf.add(dictionary({**self._descendant, "FontDescriptor": ref(descriptor)}))
        mapping = self._add(pdf, self._unicode, {})
        return pdf.add(
            dictionary({**self._font, "DescendantFonts": f"[{ref(descendant)}]", "ToUnicode": ref(mapping)})
        )

    def _add(self, pdf: PdfWriter, data: bytes, entries: Mapping[str, object]) -> int:
        head = dictionary({**entries, **self._packing, "Length": len(data)})
        return pdf.add(head.encode("latin-1") + b"\nstream\n" + data + b"\nendstream")


def _to_unicode(texts: Iterable[str]) -> bytes:
    rows = [f"<{code:04X}><{text.encode('utf-16-be').hex().upper()}>" for code, text in enumerate(texts, 1)]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
        f"{body}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
