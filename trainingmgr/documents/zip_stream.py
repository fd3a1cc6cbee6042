"""Zips written from front to back, into a pipe as well as into a file.

Each file is stored as it is (PDFs are compressed already) with its size and checksum before it, which `zipfile`
cannot do without going back: so even readers that unpack while they receive understand it, and the length of
the whole is known beforehand.
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from zlib import crc32

_LOCAL = Struct("<4s2H3H3L2H")
_CENTRAL = Struct("<4s4B4H3L5H2L")
_END = Struct("<4s4H2LH")
_END_64 = Struct("<4sQ2H2L4Q")
_LOCATOR = Struct("<4sLQL")
_EXTRA_64 = Struct("<2HQ")

_VERSION, _VERSION_64 = 20, 45
_UNIX = 3
_UTF8 = 0x800
_MODE = 0o100644 << 16
# Days from 1980 on; the papers bear their dates inside, and the same papers make the same archive.
_DATE = (1 << 5) | 1
_MOST_FILES, _MOST_BYTES = 0xFFFF, 0xFFFF_FFFF
# What stands in place of a number that is told in 64 bits elsewhere.
_ELSEWHERE, _ELSEWHERE_FILES = 0xFFFF_FFFF, 0xFFFF


def length_of(files: Iterable[tuple[str, int]]) -> int:
    """How many bytes `stream` gives for files of these names and sizes."""
    at = directory = count = 0
    for name, size in files:
        letters = len(name.encode())
        directory += _CENTRAL.size + letters + (_EXTRA_64.size if at >= _MOST_BYTES else 0)
        at += _LOCAL.size + letters + size
        count += 1
    large = _END_64.size + _LOCATOR.size if _is_large(count, directory, at) else 0
    return at + directory + large + _END.size


def stream(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The zip of `files`, piece by piece. A name has no folder; no file may have 4 GB or more.

    Whatever `files` raises breaks the zip off: without its end no reader takes it for whole.
    """
    at, directory = 0, []
    for name, data in files:
        letters, checksum = name.encode(), crc32(data)
        directory.append(_central(letters, checksum, len(data), at))
        head = _LOCAL.pack(
            b"PK\3\4", _VERSION, _UTF8, 0, 0, _DATE, checksum, len(data), len(data), len(letters), 0
        )
        yield head + letters
        yield data
        at += len(head) + len(letters) + len(data)
    central = b"".join(directory)
    yield central
    yield _end(len(directory), len(central), at)


def _central(letters: bytes, checksum: int, size: int, at: int) -> bytes:
    far = at >= _MOST_BYTES
    extra = _EXTRA_64.pack(1, 8, at) if far else b""
    version = _VERSION_64 if far else _VERSION
    fixed = _CENTRAL.pack(
        b"PK\1\2", version, _UNIX, version, 0, _UTF8, 0, 0, _DATE, checksum, size, size,
        len(letters), len(extra), 0, 0, 0, _MODE, _ELSEWHERE if far else at,
    )  # fmt: skip
    return fixed + letters + extra


def _end(count: int, directory: int, at: int) -> bytes:
    if not _is_large(count, directory, at):
        return _END.pack(b"PK\5\6", 0, 0, count, count, directory, at, 0)
    return (
        _END_64.pack(
            b"PK\6\6", _END_64.size - 12, _VERSION_64, _VERSION_64, 0, 0, count, count, directory, at
        )
        + _LOCATOR.pack(b"PK\6\7", 0, at + directory, 1)
        + _END.pack(b"PK\5\6", 0, 0, *[_ELSEWHERE_FILES] * 2, *[_ELSEWHERE] * 2, 0)
    )


def _is_large(count: int, directory: int, at: int) -> bool:
    return count >= _MOST_FILES or directory >= _MOST_BYTES or at >= _MOST_BYTES
