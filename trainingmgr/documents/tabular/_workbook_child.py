"""Opens workbooks in throw-away processes. Run as a script; imports nothing of this package.

The script stays as a small parent that has the reader's library loaded, and keeps one child ahead
of the work. The child waits for a socket, reads one file from it, and answers with one frame a sheet.
Whatever a hostile file does - exhausts memory, spins, crashes the library - happens to that child.

Frame: four bytes of length, then MessagePack. Asked on: one byte `n` for the next sheet.
"""

import contextlib
import datetime
import gc
import io
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import python_calamine

HEAD = struct.Struct("<I")
# Integers above this lose digits in a spreadsheet's numbers.
EXACT = 10**15


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        taken, tell = os.pipe()
        if os.fork() == 0:
            os.close(taken)
            wait_for_work(control, tell)
        os.close(tell)
        # One byte when the child has taken a file, two when there is no more to come, none if it died.
        said = os.read(taken, 2)
        os.close(taken)
        if len(said) == 2:
            return


def wait_for_work(control: socket.socket, tell: int) -> None:
    try:
        data, descriptors, _, _ = socket.recv_fds(control, HEAD.size * 2, 1)
        control.close()
        os.write(tell, b"ok" if not data else b"k")
        os.close(tell)
        if data:
            memory, seconds = HEAD.unpack(data[:4])[0], HEAD.unpack(data[4:8])[0]
            serve(socket.socket(fileno=descriptors[0]), memory * 1024 * 1024, seconds)
    finally:
        os._exit(0)


def serve(line: socket.socket, memory: int, seconds: int) -> None:
    for kind, limit in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
    ):
        # Not every system knows every limit; macOS ignores the one on memory.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, kind), (limit, limit))
    # One file and the end: looking for cycles would only copy the parent's pages.
    gc.disable()
    signal.alarm(seconds)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    stream = line.makefile("rwb")
    (size,) = HEAD.unpack(stream.read(HEAD.size))
    limits = msgspec.msgpack.decode(stream.read(size))
    (size,) = HEAD.unpack(stream.read(HEAD.size))
    data = stream.read(size)
    try:
        for answer in sheets(data, limits["rows"], limits["columns"], limits["sheets"]):
            send(stream, answer)
            if stream.read(1) != b"n":
                return
        send(stream, {})
    except python_calamine.PasswordError:
        send(stream, {"error": "file_encrypted"})
    except (python_calamine.CalamineError, ValueError, OSError, KeyError):
        send(stream, {"error": "file_damaged"})


def send(stream: Any, answer: dict[str, Any]) -> None:
    body = msgspec.msgpack.encode(answer)
    stream.write(HEAD.pack(len(body)) + body)
    stream.flush()


def sheets(data: bytes, max_rows: int, max_columns: int, max_sheets: int) -> Iterator[dict[str, Any]]:
    book = python_calamine.load_workbook(io.BytesIO(data))
    shown = [
        one.name
        for one in book.sheets_metadata
        if one.visible == python_calamine.SheetVisibleEnum.Visible
        and one.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    for name in shown[:max_sheets]:
        yield read(book.get_sheet_by_name(name), name, max_rows, max_columns)


def read(sheet: Any, name: str, max_rows: int, max_columns: int) -> dict[str, Any]:
    if sheet.start is None:
        return {"name": name, "rows": []}
    if sheet.total_width > max_columns:
        return {"name": name, "error": "sheet_too_wide", "size": sheet.total_width}
    numbered: list[list[Any]] = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [cell if type(cell) is str else text(cell) for cell in cells]
        if any(texts):
            if len(numbered) >= max_rows:
                return {"name": name, "error": "sheet_too_long", "size": sheet.total_height}
            numbered.append([number, texts])
    fill_merged(numbered, sheet.merged_cell_ranges or ())
    return {"name": name, "rows": numbered}


def fill_merged(numbered: list[list[Any]], ranges: Any) -> None:
    """Give every row of a range merged downwards the value of its first; sideways it stands once."""
    place = dict(numbered)
    for (top, left), (bottom, _right) in ranges:
        first = place.get(top + 1)
        if bottom == top or first is None or left >= len(first) or not first[left]:
            continue
        for number in range(top + 2, min(bottom + 1, numbered[-1][0]) + 1):
            cells = place.get(number)
            if cells is not None and left < len(cells) and not cells[left]:
                cells[left] = first[left]


def text(cell: Any) -> str:
    """A cell as the text that a reader of the sheet would type."""
    if type(cell) is float and -EXACT < cell < EXACT and cell == (whole := int(cell)):
        return str(whole)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return ""
        if abs(cell) >= EXACT:
            mantissa, _, exponent = f"{cell:.15E}".partition("E")
            return f"{mantissa.rstrip('0').rstrip('.')}E+{int(exponent)}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = not (cell.hour or cell.minute or cell.second or cell.microsecond)
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "minutes")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, datetime.time):
        return cell.isoformat("minutes")
    return str(cell)


if __name__ == "__main__":
    main()
