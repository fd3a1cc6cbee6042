"""Tables out: workbooks and csv files in which no cell can act."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

import xlsxwriter

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import ACTIVE

Cell = str | int | float | Decimal | date | None

_WIDEST, _NARROWEST = 60, 6
_SEEN_FOR_WIDTH = 300
_SHEET_NAME_DROPS = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class OutSheet:
    """A sheet to write: its name, its header, its rows, and above the header a title that may be empty."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    title: str = ""


def is_active(text: str) -> bool:
    """Tell whether a spreadsheet program could take `text` for more than text."""
    return text.startswith(ACTIVE)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A csv file as Excel reads it: UTF-8 with a mark, active-looking text behind an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_inert(cell) for cell in header])
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: Cell) -> str | int | float | Decimal | None:
    if isinstance(cell, str):
        return "'" + cell if is_active(cell) else cell
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else cell


def write_xlsx(sheets: Iterable[OutSheet]) -> bytes:
    """A workbook whose text cells are text whatever they begin with; columns are as wide as their content.

    Raises Refusal `too_many_rows` past 1,048,575 rows in one sheet.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    formats = _Formats(book)
    used: set[str] = set()
    for sheet in sheets:
        _write_sheet(book, formats, sheet, _sheet_name(sheet.name, used))
    book.close()
    return out.getvalue()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        top = {"valign": "top", "text_wrap": True}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format({"bold": True, "bottom": 1, "valign": "vcenter", "text_wrap": True})
        self.text = book.add_format({"num_format": "@", **top})
        # Shown with a quote in the edit line: stays text even when somebody edits the cell.
        self.active = book.add_format({"num_format": "@", "quote_prefix": True, **top})
        self.number = book.add_format(top)
        self.day = book.add_format({"num_format": "yyyy-mm-dd", **top})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", **top})


def _write_sheet(book: xlsxwriter.Workbook, formats: _Formats, sheet: OutSheet, name: str) -> None:
    page = book.add_worksheet(name)
    rows: Iterator[Sequence[Cell]] = iter(sheet.rows)
    first = list(islice(rows, _SEEN_FOR_WIDTH))
    for column, width in enumerate(column_widths([sheet.header, *first])):
        page.set_column(column, column, width)
    top = 0
    if sheet.title:
        page.set_row(0, 24)
        page.write_string(0, 0, sheet.title, formats.title)
        top = 1
    for column, text in enumerate(sheet.header):
        page.write_string(top, column, text, formats.header)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    number = top
    for number, row in enumerate(_both(first, rows), top + 1):
        if number > 1_048_575:
            raise Refusal("too_many_rows", limit=1_048_575)
        for column, cell in enumerate(row):
            _write_cell(page, formats, number, column, cell)
    if number > top and sheet.header:
        page.autofilter(top, 0, number, len(sheet.header) - 1)


def _both(first: list[Sequence[Cell]], rest: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield from first
    yield from rest


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet, formats: _Formats, row: int, column: int, cell: Cell
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell[:32_767], formats.active if is_active(cell) else formats.text)
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell.replace(tzinfo=None), formats.moment)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.day)
    elif isinstance(cell, int) and abs(cell) >= 10**15:
        page.write_string(row, column, str(cell), formats.text)
    else:
        page.write_number(row, column, cell, formats.number)


def column_widths(rows: Iterable[Sequence[Cell]]) -> list[int]:
    """Widths in a spreadsheet's units that fit the rows: a Chinese character counts as two."""
    widths: list[int] = []
    for row in rows:
        widths += [_NARROWEST] * (len(row) - len(widths))
        for column, cell in enumerate(row):
            if cell is not None:
                widths[column] = max(widths[column], min(_WIDEST, text_width(str(cell)) + 2))
    return widths


def text_width(text: str) -> int:
    """The width of the widest line of `text` in half-width columns."""
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in text.split("\n")),
        default=0,
    )


def _sheet_name(wanted: str, used: set[str]) -> str:
    base = " ".join(wanted.translate(_SHEET_NAME_DROPS).split()).strip("'")[:28] or "Sheet"
    name, number = base, 2
    while name.casefold() in used:
        name, number = f"{base} {number}", number + 1
    used.add(name.casefold())
    return name
