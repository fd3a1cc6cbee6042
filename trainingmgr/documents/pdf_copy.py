"""Copies objects of one PDF into another that is being written."""

from hashlib import sha256
from typing import Any

import pikepdf
from pikepdf import Name

from trainingmgr.documents.pdf import PdfWriter, dictionary, ref

_IN_PROGRESS = 0
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


class Copier:
    """Copies one source's objects. Children come before their parents, so that equal objects have equal bytes
    whatever file they are from, and are written once; `written` remembers them from one source to the next."""

    def __init__(self, pdf: PdfWriter, written: dict[bytes, int]) -> None:
        self._pdf = pdf
        self._written = written
        self._numbers: dict[tuple[int, int], int] = {}

    def page(self, page: pikepdf.Object, left_out: frozenset[str] = frozenset()) -> dict[str, str]:
        """The entries of a page with what it inherits, but for its parent and those left out."""
        entries = {
            key[1:]: self.copy(value)
            for key, value in page.items()
            if key != "/Parent" and key not in left_out
        }
        for key in _INHERITED:
            if key[1:] not in entries and (value := _inherited(page, key)) is not None:
                entries[key[1:]] = self.copy(value)
        return entries

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
