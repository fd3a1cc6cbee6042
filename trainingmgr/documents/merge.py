"""One file of many, for the printer: what the files have in common is written once."""

import os
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pikepdf

from trainingmgr.documents.pdf import PdfWriter, dictionary, ref, text_string
from trainingmgr.documents.pdf_copy import Copier
from trainingmgr.documents.pdf_scan import ScannedPage, UnknownForm

_LEFT_OUT = frozenset({"/StructParents", "/Annots", "/B", "/Metadata", "/AA"})


class MergePart(NamedTuple):
    """One document and the name of its bookmark."""

    title: str
    pdf: bytes


def merge_pdfs(
    parts: Iterable[MergePart], target: Path, *, title: str, progress: Callable[[int], None] | None = None
) -> int:
    """Write all pages of `parts` in their order to `target`, with a bookmark each; returns the number of pages.

    Form fields, signatures and links of the parts are left out: no signature survives in another file.
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
            added = self._add(part.pdf)
            if added:
                self._bookmarks.append((part.title, added[0]))
                self._pages += added
            if progress:
                progress(done)
        if not self._pages:
            raise ValueError("nothing to merge")
        self._finish(title)
        return len(self._pages)

    def _add(self, data: bytes) -> list[int]:
        try:
            return [ScannedPage(data).copy(self._pdf, self._written, self._tree)]
        except UnknownForm:
            with pikepdf.open(BytesIO(data)) as source:
                copier = Copier(self._pdf, self._written)
                return [self._add_page(page.obj, copier) for page in source.pages]

    def _add_page(self, page: pikepdf.Object, copier: Copier) -> int:
        entries = copier.page(page, _LEFT_OUT)
        return self._pdf.add(dictionary({**entries, "Parent": ref(self._tree)}))

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
