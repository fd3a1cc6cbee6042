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
    """One document, the name of its bookmark, and the one under which that stands with its neighbours'."""

    title: str
    pdf: bytes
    chapter: str = ""


class _Bookmark(NamedTuple):
    title: str
    page: int
    inside: list["_Bookmark"]


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
        self._bookmarks: list[_Bookmark] = []

    def merge(self, parts: Iterable[MergePart], title: str, progress: Callable[[int], None] | None) -> int:
        for done, part in enumerate(parts, 1):
            added = self._add(part.pdf)
            if added:
                self._bookmark(part, added[0])
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

    def _bookmark(self, part: MergePart, page: int) -> None:
        own = _Bookmark(part.title, page, [])
        if not part.chapter:
            self._bookmarks.append(own)
        elif self._bookmarks and self._bookmarks[-1].inside and self._bookmarks[-1].title == part.chapter:
            self._bookmarks[-1].inside.append(own)
        else:
            self._bookmarks.append(_Bookmark(part.chapter, page, [own]))

    def _write_bookmarks(self, parent: int, bookmarks: list[_Bookmark]) -> dict[str, str | int]:
        """Write bookmarks under `parent`; gives what it says of them."""
        numbers = [self._pdf.reserve() for _ in bookmarks]
        for at, one in enumerate(bookmarks):
            below = self._write_bookmarks(numbers[at], one.inside) if one.inside else {}
            entries = {
                "Title": text_string(one.title),
                "Parent": ref(parent),
                "Dest": f"[{ref(one.page)} /Fit]",
                **({"Prev": ref(numbers[at - 1])} if at else {}),
                **({"Next": ref(numbers[at + 1])} if at + 1 < len(numbers) else {}),
                **below,
                # A negative count: the viewer shows a chapter closed.
                **({"Count": -len(one.inside)} if one.inside else {}),
            }
            self._pdf.add(dictionary(entries), numbers[at])
        return {"First": ref(numbers[0]), "Last": ref(numbers[-1]), "Count": len(numbers)}

    def _finish(self, title: str) -> None:
        kids = " ".join(map(ref, self._pages))
        self._pdf.add(
            dictionary({"Type": "/Pages", "Count": len(self._pages), "Kids": f"[{kids}]"}), self._tree
        )
        outline = self._pdf.reserve()
        ends = self._write_bookmarks(outline, self._bookmarks)
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
