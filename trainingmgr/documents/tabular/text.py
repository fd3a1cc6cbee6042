"""Text tables: which encoding, which delimiter, which cells."""

import contextlib
import csv
import io
import re
import unicodedata
from collections import Counter

from trainingmgr.documents.tabular import limits
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DELIMITERS = ",\t;"
# A Chinese character inside a Latin word is a European letter read in the wrong encoding.
_MISREAD = re.compile(r"[A-Za-z][\u4e00-\u9fff][a-z]{2}")
_CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def decode(data: bytes) -> str:
    """The text of a file: by its byte-order mark, else UTF-8, else GB18030, each strictly.

    UTF-16 without a mark is told by its zero bytes. Raises Refusal `file_undecodable` (byte: offset
    from 0, row: line from 1, encoding), or `file_not_a_table` for binary data.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding, len(bom))
    if b"\x00" in data:
        return _utf16(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        rough = data.decode("utf-8", errors="replace")
        if len(_CJK.findall(rough)) > 2 * rough.count("\ufffd"):
            raise _undecodable(data, error, "UTF-8") from error
    text = _strict(data, "gb18030", 0)
    odd = _MISREAD.search(text) or re.search("[\x80-\x9f\ue000-\uf8ff]{2}", text)
    if odd:
        offset = len(text[: odd.start() + 1].encode("gb18030"))
        raise Refusal("file_undecodable", byte=offset, row=text.count("\n", 0, odd.start()) + 1, encoding="")
    return text


def _strict(data: bytes, encoding: str, skipped: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error, encoding.upper(), skipped) from error


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str, skipped: int = 0) -> Refusal:
    newline = "\n".encode(encoding) if encoding.startswith("UTF-") else b"\n"
    row = data[: error.start].count(newline) + 1
    return Refusal("file_undecodable", byte=error.start + skipped, row=row, encoding=encoding)


def _utf16(data: bytes) -> str:
    fitting = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = any(unicodedata.category(c) in {"Cn", "Co", "Cc"} and c not in "\t\r\n" for c in set(text))
        if not strange and re.search(f"[{_DELIMITERS}\n]", text):
            fitting.append(text)
    if len(fitting) != 1:
        raise Refusal("file_not_a_table", kind="binary")
    return fitting[0]


def read_text(data: bytes) -> Table:
    """A comma-, tab- or semicolon-separated file. Rows are counted as a spreadsheet program counts them.

    Raises Refusal: what `decode` raises, `csv_quote_open` (row), `cell_too_long` (row),
    `sheet_too_long`, `sheet_too_wide`.
    """
    delimiter, text, skipped = _delimiter(decode(data))
    csv.field_size_limit(limits.MAX_CELL)
    try:
        return Table("", _rows(text, delimiter, skipped, strict=True))
    except csv.Error as error:
        if "end of data" in str(error) or "field larger" in str(error):
            raise Refusal("csv_quote_open", row=_row_of_open_quote(text, delimiter, skipped)) from error
    # Letters after a closing quote: loose, but every row is there.
    return Table("", _rows(text, delimiter, skipped, strict=False))


def _rows(text: str, delimiter: str, skipped: int, *, strict: bool) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    for number, cells in enumerate(reader, skipped + 1):
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        if len(cells) > limits.MAX_COLUMNS and any(cells[limits.MAX_COLUMNS :]):
            raise Refusal("sheet_too_wide", sheet="", columns=len(cells), limit=limits.MAX_COLUMNS)
        if len(rows) == limits.MAX_ROWS:
            raise Refusal("sheet_too_long", sheet="", rows=number, limit=limits.MAX_ROWS)
        if any("\n" in cell and _holds_row(cell, delimiter) for cell in cells):
            raise Refusal("csv_quote_open", row=number)
        rows.append((number, cells[: limits.MAX_COLUMNS]))
    return rows


def _holds_row(cell: str, delimiter: str) -> bool:
    """Tell whether a stray quote has run over whole rows: lines with delimiters of their own inside one cell."""
    lines = cell.split("\n")
    return len(lines) > 20 or sum(line.count(delimiter) >= 2 for line in lines) >= 2


def _row_of_open_quote(text: str, delimiter: str, skipped: int) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = skipped
    with contextlib.suppress(csv.Error):
        for _ in reader:
            number += 1
    return number + 1


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the text without a line `sep=;`, and how many rows that line was."""
    named = re.match(r"sep=(.)\r?\n", text)
    if named:
        return named[1], text[named.end() :], 1
    sample = text[:20_000]
    best = (",", 0, 0)
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))[:60]
        except csv.Error:
            continue
        widths = Counter(len(cells) for cells in rows if len(cells) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            if (count, width) > best[1:]:
                best = (delimiter, count, width)
    return best[0], text, 0
