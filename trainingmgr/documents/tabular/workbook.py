"""Workbooks (.xlsx), read in a limited child process."""

import atexit
import contextlib
import io
import os
import socket
import struct
import subprocess  # nosec B404
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from trainingmgr.documents.tabular import limits
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table

_HEAD = struct.Struct("<I")
_SCRIPT = Path(__file__).with_name("_workbook_child.py")


class _Answer(msgspec.Struct):
    """What the child says: a sheet, or why there is none to read; neither when no sheet is left.

    `size` is how many columns or rows are too many.
    """

    name: str = ""
    rows: list[tuple[int, list[str]]] | None = None
    error: str = ""
    size: int = 0


_decoder = msgspec.msgpack.Decoder(_Answer)


class _Nursery:
    """The process that has the library loaded and forks a child a file; one a process of ours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Have it running, so that the first file does not wait for it."""
        with self._lock:
            self._ensure()

    def line(self) -> socket.socket:
        """A connection to a new child."""
        with self._lock:
            for attempt in (1, 2):
                control = self._ensure()
                ours, theirs = socket.socketpair()
                with theirs:
                    request = _HEAD.pack(limits.CHILD_MEMORY // 2**20) + _HEAD.pack(limits.CHILD_SECONDS)
                    try:
                        socket.send_fds(control, [request], [theirs.fileno()])
                    except OSError:
                        ours.close()
                        self._drop()
                        if attempt == 2:
                            raise
                        continue
                ours.settimeout(limits.CHILD_SECONDS + 5)
                return ours
        raise AssertionError("unreachable")

    def _ensure(self) -> socket.socket:
        if self._control is not None and self._owner == os.getpid():
            if self._process is not None and self._process.poll() is None:
                return self._control
            self._drop()
        # After a fork the parent's one is left alone: two writers on one socket would mix files up.
        ours, theirs = socket.socketpair()
        with theirs:
            # Our own interpreter and script, without a shell.
            self._process = subprocess.Popen(  # noqa: S603 # nosec B603
                [sys.executable, "-P", str(_SCRIPT), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._control, self._owner = ours, os.getpid()
        return ours

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
        self._control = self._process = None

    def stop(self) -> None:
        """End it; it ends by itself when our process is gone."""
        if self._owner == os.getpid():
            with self._lock:
                self._drop()


_nursery = _Nursery()
atexit.register(_nursery.stop)


def warm_up() -> None:
    """Start the helper process ahead of the first file (about 50 ms)."""
    _nursery.start()


def check_zip(data: bytes) -> zipfile.ZipFile:
    """Look at a zip's list of contents before anything is unpacked.

    Raises Refusal `file_damaged`, or `file_unpacks_too_large` (megabytes, limit in megabytes).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal("file_damaged") from error
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    ratio = any(
        entry.file_size > 2**20 and entry.file_size > limits.MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > limits.MAX_ZIP_ENTRIES or total > limits.MAX_UNPACKED or ratio:
        raise Refusal(
            "file_unpacks_too_large",
            megabytes=-(-total // 2**20),
            limit=limits.MAX_UNPACKED // 2**20,
        )
    return archive


def read_workbook(data: bytes) -> Iterator[Table]:
    """The visible sheets of a checked .xlsx file, one by one, in order.

    Raises Refusal `file_too_sparse` when the child dies over it (a cell far outside, a sheet larger
    than memory allows), `file_damaged`, `file_encrypted`, `sheet_too_wide` (sheet, columns, limit),
    `sheet_too_long` (sheet, rows, limit).
    """
    started = monotonic()
    with contextlib.closing(_nursery.line()) as line, line.makefile("rwb") as stream:
        question = msgspec.msgpack.encode(
            {"rows": limits.MAX_ROWS, "columns": limits.MAX_COLUMNS, "sheets": limits.MAX_SHEETS}
        )
        try:
            stream.write(_HEAD.pack(len(question)) + question + _HEAD.pack(len(data)))
            stream.write(data)
            stream.flush()
            while True:
                answer = _receive(stream)
                if answer.error:
                    raise _refusal(answer)
                if answer.rows is None:
                    return
                yield Table(answer.name, answer.rows)
                stream.write(b"n")
                stream.flush()
        except (OSError, EOFError, msgspec.DecodeError) as error:
            slow = monotonic() - started >= limits.CHILD_SECONDS
            raise Refusal("file_too_slow" if slow else "file_too_sparse") from error
        finally:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _receive(stream: Any) -> _Answer:
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (size,) = _HEAD.unpack(head)
    if size > 4 * limits.MAX_UNPACKED:
        raise EOFError
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return _decoder.decode(body)


def _refusal(answer: _Answer) -> Refusal:
    if answer.error == "sheet_too_wide":
        return Refusal(answer.error, sheet=answer.name, columns=answer.size, limit=limits.MAX_COLUMNS)
    if answer.error == "sheet_too_long":
        return Refusal(answer.error, sheet=answer.name, rows=answer.size, limit=limits.MAX_ROWS)
    return Refusal(answer.error)
