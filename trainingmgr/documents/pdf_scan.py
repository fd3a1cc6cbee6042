"""Takes pages out of files that `PdfWriter` wrote, whose objects stand in one known form, without parsing them."""

import re
from hashlib import sha256
from itertools import pairwise

from trainingmgr.documents.pdf import HEADER, PdfWriter

_REFERENCE = re.compile(rb"(\d+) 0 R")
_TRAILER = re.compile(
    rb"trailer\n<</Size \d+/Root (\d+) 0 R/Info (\d+) 0 R/ID \[<[0-9a-f]+><[0-9a-f]+>\]>>\nstartxref\n(\d+)\n%%EOF\n"
)
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_KIDS = re.compile(rb"/Kids \[(\d+) 0 R\]")
_NOT_COPIED = re.compile(rb"/(?:Parent \d+ 0 R|Annots ?\[[^\[\]]*\])")
_TYPE = rb"<</Type /Page/"
_OURS = b"/Creator (trainingmgr)"
_ROW = 20
_LONGEST_TRAILER = 400


class UnknownForm(Exception):  # noqa: N818 - the file is sound, only not of this program's writing
    """The file has to be read by a real parser."""


class ScannedPage:
    """The only page of a file of ours. Raises UnknownForm for any other file, or one that was changed since."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        trailer = _TRAILER.search(data, max(len(data) - _LONGEST_TRAILER, 0))
        if trailer is None or trailer.end() != len(data) or not data.startswith(HEADER):
            raise UnknownForm
        root, info, start = (int(number) for number in trailer.groups())
        self._read_table(start, trailer.start())
        if _OURS not in self._body(info):
            raise UnknownForm
        kids = _KIDS.search(self._body(self._found(_PAGES, self._body(root))))
        if kids is None:
            raise UnknownForm
        self._page = self._body(int(kids[1]))
        if not self._page.startswith(_TYPE):
            raise UnknownForm

    def _read_table(self, start: int, end: int) -> None:
        head, _, rows = self._data[start:end].partition(b" f \n")
        count = len(rows) // _ROW
        if not head.startswith(b"xref\n0 %d\n" % (count + 1)) or len(rows) % _ROW:
            raise UnknownForm
        try:
            self._starts = [int(rows[at : at + 10]) for at in range(0, len(rows), _ROW)]
        except ValueError:
            raise UnknownForm from None
        ordered = [*sorted(self._starts), start]
        self._ends = dict(pairwise(ordered))

    @staticmethod
    def _found(pattern: re.Pattern[bytes], text: bytes) -> int:
        match = pattern.search(text)
        if match is None:
            raise UnknownForm
        return int(match[1])

    def _body(self, number: int) -> bytes:
        if not 0 < number <= len(self._starts):
            raise UnknownForm
        start = self._starts[number - 1]
        written = self._data[start : self._ends[start]]
        head = b"%d 0 obj\n" % number
        if not written.startswith(head) or not written.endswith(b"\nendobj\n"):
            raise UnknownForm
        return written[len(head) : -len(b"\nendobj\n")]

    def copy(self, pdf: PdfWriter, known: dict[bytes, int], parent: int) -> int:
        """Write the page under `parent`, without its annotations, and return its number.

        `known` remembers by their hash the objects that were written, so that equal ones are written once.
        """
        numbers: dict[int, int] = {}

        def copied(number: int) -> int:
            if number not in numbers:
                numbers[number] = 0
                head, stream, data = self._body(number).partition(b"\nstream\n")
                body = renumbered(head) + stream + data
                digest = sha256(body).digest()
                if digest not in known:
                    known[digest] = pdf.add(body)
                numbers[number] = known[digest]
            if not numbers[number]:
                raise UnknownForm
            return numbers[number]

        def renumbered(text: bytes) -> bytes:
            return _REFERENCE.sub(lambda match: b"%d 0 R" % copied(int(match[1])), text)

        entries = renumbered(_NOT_COPIED.sub(b"", self._page))
        return pdf.add(entries.replace(_TYPE, b"<</Type /Page/Parent %d 0 R/" % parent, 1))
