"""A file of any table format that offices send, as sheets of text cells. Told by content, never by name."""

import re
from collections.abc import Callable, Iterator

from trainingmgr.config import MAX_UPLOAD_BYTES
from trainingmgr.documents.tabular.text import read_text
from trainingmgr.documents.tabular.workbook import check_zip, read_workbook
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
_OTHER_KINDS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "word"),
)


def tables(data: bytes) -> Iterator[Table]:
    """The sheets of a file, in order and as asked for; a text file is one sheet without a name.

    Raises Refusal: `file_empty`, `file_too_large` (megabytes, limit), `file_is_old_xls`,
    `file_encrypted`, `file_is_html`, `file_is_xml`, `file_not_a_table` (kind: pdf, image, archive,
    word, binary), and what the readers of workbooks and text raise.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise Refusal("file_empty")
    if len(data) > MAX_UPLOAD_BYTES:
        raise Refusal("file_too_large", megabytes=-(-len(data) // 2**20), limit=MAX_UPLOAD_BYTES // 2**20)
    if data.startswith(b"PK"):
        _check_xlsx(data)
        yield from read_workbook(data)
        return
    _refuse_others(data)
    yield read_text(data)


def _check_xlsx(data: bytes) -> None:
    with check_zip(data) as archive:
        names = {name.casefold() for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise Refusal("file_other_spreadsheet")
    if "word/document.xml" in names:
        raise Refusal("file_not_a_table", kind="word")
    raise Refusal("file_not_a_table", kind="archive")


def _refuse_others(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refusal("file_encrypted")
        if "WordDocument".encode("utf-16-le") in data:
            raise Refusal("file_not_a_table", kind="word")
        raise Refusal("file_is_old_xls")
    if data.startswith(_OLD_BIFF):
        raise Refusal("file_is_old_xls")
    for magic, kind in _OTHER_KINDS:
        if data.startswith(magic):
            raise Refusal("file_not_a_table", kind=kind)
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"").lower()
    if re.match(rb"<(?:!doctype html|html|head|meta|table|style|body)", head):
        raise Refusal("file_is_html")
    if head.startswith((b"<?xml", b"<workbook", b"mime-version")):
        raise Refusal("file_is_html" if b"<html" in head or head.startswith(b"mime") else "file_is_xml")


def pick_table(data: bytes, usable: Callable[[Table], bool]) -> Table:
    """The first sheet that is `usable`; when none is, the first that is not empty.

    Raises Refusal: what `tables` raises, and `file_empty` where every sheet is empty. A sheet that
    cannot be read is fatal only if no sheet before it was usable.
    """
    first: Table | None = None
    sheets = tables(data)
    try:
        for table in sheets:
            if usable(table):
                return table
            if first is None and table.rows:
                first = table
    finally:
        sheets.close()  # type: ignore[attr-defined]  # a generator
    if first is None:
        raise Refusal("file_empty")
    return first
