"""One file of many, for the printer: what the files have in common is written once."""

import os
from collections.abc import Callable, Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pikepdf
from pikepdf import Name

from trainingmgr.documents.pdf import PdfWriter, dictionary, ref, text_string

_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_IN_PROGRESS = 0
_LEFT_OUT = frozenset({"/Parent", "/StructParents", "/Annots", "/B"})


class MergePart(NamedTuple):
    """One document and the name of its bookmark."""

    title: str
    pdf: bytes


def merge_pdfs(
    parts: Iterable[MergePart], target: Path, *, title: str, progress: Callable[[int], None] | None = None
) -> int:
    """Write all pages of `parts` in their order to `target`, with a bookmark each; returns the number of pages.

    Parts are taken one at a time and written as they come, so memory stays flat however many they are. The
    file appears under its name only when it is whole. `progress` hears how many parts are done. Raises
    pikepdf.PdfError for a part that is no PDF, and ValueError if there is none.
    """
    partial = target.with_name(f".{target.name}.part")
    try:
        with partial.open("wb") as sink:
            pages = _Merger(sink).merge(parts, title, progress)
            sink.flush()
            os.fsync(sink.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return pages


class _Merger:
    def __init__(self, sink: BinaryIO) -> None:
        self._pdf = PdfWriter(sink)
        self._tree = self._pdf.reserve()
        self._written: dict[bytes, int] = {}
        self._pages: list[int] = []
        self._bookmarks: list[tuple[str, int]] = []

    def merge(self, parts: Iterable[MergePart], title: str, progress: Callable[[int], None] | None) -> int:
        for done, part in enumerate(parts, 1):
            with pikepdf.open(BytesIO(part.pdf)) as source:
                copier = _Copier(self._pdf, self._written)
                added = [self._add_page(page.obj, copier) for page in source.pages]
            if added:
                self._bookmarks.append((part.title, added[0]))
            if progress:
                progress(done)
        if not self._pages:
            raise ValueError("nothing to merge")
        self._finish(title)
        return len(self._pages)

    def _add_page(self, page: pikepdf.Object, copier: "_Copier") -> int:
        entries = {key[1:]: copier.copy(value) for key, value in page.items() if key not in _LEFT_OUT}
        for key in _INHERITED:
            if key[1:] not in entries and (value := _inherited(page, key)) is not None:
                entries[key[1:]] = copier.copy(value)
        number = self._pdf.add(dictionary({**entries, "Parent": ref(self._tree)}))
        self._pages.append(number)
        return number

    def _finish(self, title: str) -> None:
        kids = " ".join(map(ref, self._pages))
        self._pdf.add(
            dictionary({"Type": "/Pages", "Count": len(self._pages), "Kids": f"[{kids}]"}), self._tree
        )
        outline = self._pdf.reserve()
        numbers = [self._pdf.reserve() for _ in self._bookmarks]
        for at, (text, page) in enumerate(self._bookmarks):
            entries = {
                "Title": text_string(text),
                "Parent": ref(outline),
                "Dest": f"[{ref(page)} /Fit]",
                **({"Prev": ref(numbers[at - 1])} if at else {}),
                **({"Next": ref(numbers[at + 1])} if at + 1 < len(numbers) else {}),
            }
            self._pdf.add(dictionary(entries), numbers[at])
        ends = {"First": ref(numbers[0]), "Last": ref(numbers[-1]), "Count": len(numbers)}
        self._pdf.add(dictionary({"Type": "/Outlines", **ends}), outline)
        root = {
            "Type": "/Catalog",
            "Pages": ref(self._tree),
            "Outlines": ref(outline),
            "PageMode": "/UseOutlines",
            "Lang": "(zh-CN)",
            "ViewerPreferences": "<</DisplayDocTitle true>>",
        }
        information = {"Title": text_string(title), "Creator": "(trainingmgr)"}
        self._pdf.finish(self._pdf.add(dictionary(root)), self._pdf.add(dictionary(information)))


class _Copier:
    """Copies one source's objects. Children come before their parents, so that equal objects have equal bytes
    whatever file they are from, and are written once."""

    def __init__(self, pdf: PdfWriter, written: dict[bytes, int]) -> None:
        self._pdf = pdf
        self._written = written
        self._numbers: dict[tuple[int, int], int] = {}

    def copy(self, value: Any) -> str:
        """The value as it is written where it stands: an indirect object as a reference to its copy."""
        if not isinstance(value, pikepdf.Object):
            return _plain(value)
        if not value.is_indirect:
            return self._direct(value)
        if value.objgen not in self._numbers:
            self._numbers[value.objgen] = _IN_PROGRESS
            self._numbers[value.objgen] = self._write(value)
        if self._numbers[value.objgen] == _IN_PROGRESS:
            raise pikepdf.PdfError("an object of the page contains itself")
        return ref(self._numbers[value.objgen])

    def _direct(self, value: pikepdf.Object) -> str:
        if isinstance(value, pikepdf.Dictionary):
            return dictionary({_key(key): self.copy(item) for key, item in value.items()})
        if isinstance(value, pikepdf.Array):
            return f"[{' '.join(self.copy(item) for item in value)}]"
        return value.unparse().decode("latin-1")

    def _write(self, value: pikepdf.Object) -> int:
        if isinstance(value, pikepdf.Stream):
            data = value.read_raw_bytes()
            entries = {_key(key): self.copy(item) for key, item in value.items() if key != Name.Length}
            head = dictionary({**entries, "Length": len(data)}).encode("latin-1")
            body = b"%b\nstream\n%b\nendstream" % (head, data)
        else:
            body = self._direct(value).encode("latin-1")
        key = sha256(body).digest()
        if key not in self._written:
            self._written[key] = self._pdf.add(body)
        return self._written[key]


def _key(name: str) -> str:
    """A dictionary's key as it is written, without its slash."""
    return Name(name).unparse().decode("latin-1")[1:]


def _plain(value: object) -> str:
    """Numbers and truth values, which the reader hands over as Python's own."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else f"{value:f}" if not isinstance(value, int) else str(value)


def _inherited(page: pikepdf.Object, key: str) -> Any:
    node = page.get("/Parent")
    while node is not None:
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None
