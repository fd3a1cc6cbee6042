"""Uploaded photographs one by one, out of zips too.

What is read is a stranger's: nothing of it is unpacked to a disk, and no size that it states is believed.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from os import SEEK_END
from struct import Struct, unpack_from
from typing import IO, NamedTuple

from trainingmgr.documents.pictures import LARGEST_FILE
from trainingmgr.domain.person import has_han
from trainingmgr.domain.refusal import Refusal

MOST_FILES = 1_000
LARGEST_WHOLE = 400 * 1024 * 1024
"""What a zip may unpack to, in bytes; photographs are compressed already, so this is no less than it holds."""

# A thousand files with long names, their folders, and what macOS lays beside each.
_LONGEST_CONTENTS = 4 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_END, _END_64, _LOCATOR_64 = Struct("<4s4H2LH"), Struct("<4sQ2H2L4Q"), 20
_ZIP = b"PK\3\4"
_EMPTY_ZIP = b"PK\5\6"
_LOCKED = 0x1
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What operating systems lay into folders and zips beside what somebody put there.
_NOT_ONES_OWN = re.compile(
    r"(?:^|[/\\])(?:__MACOSX[/\\].*|\._[^/\\]*|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.I
)
_FAULTY = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)


class Found(NamedTuple):
    """A file by the path that it was sent under; `data` is empty where `fault` says why it could not be read."""

    path: str
    data: bytes
    fault: Refusal | None = None


def files_in(name: str, file: IO[bytes]) -> Iterator[Found]:
    """The files in an upload: those of a zip, else the upload itself.

    A file of a zip that is damaged or locked is given with its fault, and no other suffers by it. Raises Refusal
    `photo.zip_broken` (file), `photo.too_many` (most) or `photo.zip_too_large` (file, most: in megabytes) where
    the zip as a whole cannot be read.
    """
    head = file.read(4)
    file.seek(0)
    if head not in {_ZIP, _EMPTY_ZIP}:
        yield Found(name, file.read(LARGEST_FILE + 1))
        return
    try:
        # The library reads the whole table of contents, which a small file can make as large as memory.
        if _length_of_contents(file) > _LONGEST_CONTENTS:
            raise Refusal("photo.too_many", most=MOST_FILES)
        archive = zipfile.ZipFile(file)
    except _FAULTY:
        raise Refusal("photo.zip_broken", file=name) from None
    with archive:
        listed = [info for info in archive.infolist() if not info.is_dir()]
        named = zip(_paths(listed), listed, strict=True)
        wanted = [(path, info) for path, info in named if not _NOT_ONES_OWN.search(path)]
        if len(wanted) > MOST_FILES:
            raise Refusal("photo.too_many", most=MOST_FILES)
        left = LARGEST_WHOLE
        for path, info in wanted:
            found = _read(archive, path, info)
            left -= len(found.data)
            if left < 0:
                raise Refusal("photo.zip_too_large", file=name, most=LARGEST_WHOLE // _MEGABYTE)
            yield found


def _length_of_contents(file: IO[bytes]) -> int:
    """How many bytes a zip's table of contents has, as `zipfile` will read it; ValueError where there is none."""
    end = file.seek(0, SEEK_END)
    start = max(0, end - _END.size - 0xFFFF)
    file.seek(start)
    tail = file.read()
    at = len(tail) - _END.size
    if not (tail.startswith(_EMPTY_ZIP, max(at, 0)) and tail.endswith(b"\0\0")):
        at = tail.rfind(_EMPTY_ZIP)
    if at < 0 or at + _END.size > len(tail):
        raise ValueError("no end of a zip")
    length: int = _END.unpack_from(tail, at)[5]
    file.seek(max(0, start + at - _LOCATOR_64 - _END_64.size))
    large = file.read(_END_64.size)
    file.seek(0)
    if large.startswith(b"PK\6\6") and len(large) == _END_64.size:
        length = max(length, _END_64.unpack(large)[8])
    return length


def _read(archive: zipfile.ZipFile, path: str, info: zipfile.ZipInfo) -> Found:
    if info.flag_bits & _LOCKED:
        return Found(path, b"", Refusal("photo.locked"))
    if info.compress_type not in _PLAIN:
        return Found(path, b"", Refusal("asset.broken"))
    try:
        with archive.open(info) as member:
            # One byte more than may be tells the judge of pictures that there is too much.
            return Found(path, member.read(LARGEST_FILE + 1))
    except _FAULTY:
        return Found(path, b"", Refusal("asset.broken"))


def _paths(listed: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """The paths of a zip's files as whoever packed it wrote them."""
    told = [_told_path(info) for info in listed]
    raw = [_raw_path(info) for info, path in zip(listed, told, strict=True) if not path]
    encoding = _encoding_of([one for one in raw if not one.isascii()])
    for info, path in zip(listed, told, strict=True):
        try:
            yield path or _raw_path(info).decode(encoding)
        except UnicodeDecodeError:
            yield info.orig_filename


def _told_path(info: zipfile.ZipInfo) -> str:
    return info.orig_filename if info.flag_bits & _UTF8 else _unicode_path(info.extra)


def _raw_path(info: zipfile.ZipInfo) -> bytes:
    # `zipfile` takes a name without the mark of UTF-8 for one of the first IBM PC, which loses nothing.
    return info.orig_filename.encode("cp437", "replace")


def _encoding_of(names: Sequence[bytes]) -> str:
    """In which encoding the names of one zip are that do not say so.

    macOS writes UTF-8, Chinese Windows GBK. Three names in a hundred of two characters are either by their
    bytes, so all are looked at together: Chinese in UTF-8 has longer letters than any GBK is taken for.
    """
    try:
        texts = [name.decode() for name in names]
    except UnicodeDecodeError:
        return "gb18030"
    if any(letter >= "\u0800" for text in texts for letter in text):
        return "utf-8"
    try:
        chinese = all(has_han(name.decode("gb18030")) for name in names)
    except UnicodeDecodeError:
        return "utf-8"
    return "gb18030" if chinese else "utf-8"


def _unicode_path(extra: bytes) -> str:
    """The name in UTF-8 that some packers put beside the one in the machine's encoding, if there is one."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = unpack_from("<2H", extra, at)
        if kind == _UNICODE_PATH and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "ignore")
        at += 4 + size
    return ""
