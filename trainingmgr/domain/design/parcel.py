"""The file in which a design travels: a zip of `manifest.json`, `design.json` and its pictures named by digest.

What is read is a stranger's: nothing of it is unpacked to a disk, no size that it states is believed.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import msgspec

from trainingmgr.domain.design.checks import LARGEST_DATA, read_design, write_design
from trainingmgr.domain.design.model import Design
from trainingmgr.domain.refusal import Refusal

FILE_KIND = "trainingmgr-design"
FILE_FORMAT = 1

MOST_ENTRIES = 130
LARGEST_PICTURE = 20 * 1024 * 1024
LARGEST_FILE = 40 * 1024 * 1024
"""Bytes of all entries together, unpacked."""

_MANIFEST, _DESIGN = "manifest.json", "design.json"
_PICTURE = re.compile(r"pictures/([0-9a-f]{64})\.(?:png|jpg|pdf)")
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}
# The same design gives the same file.
_MOMENT = (1980, 1, 1, 0, 0, 0)


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    format: int
    name_zh: str
    name_en: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Packed:
    """A picture or page of a parcel."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a design file holds. `pictures` are those that the design uses, by SHA-256."""

    name_zh: str
    name_en: str
    design: Design
    pictures: Mapping[str, bytes]


def pack(name_zh: str, name_en: str, design: Design, pictures: Mapping[str, Packed]) -> bytes:
    """The file of a design with all its pictures, by SHA-256; KeyError for one of them that is not given."""
    entries = {_DESIGN: write_design(design)}
    for digest in design.assets:
        packed = pictures[digest]
        entries[f"pictures/{digest}.{_ENDINGS[packed.media_type]}"] = packed.data
    files = {name: sha256(data).hexdigest() for name, data in entries.items()}
    manifest = _Manifest(FILE_KIND, FILE_FORMAT, name_zh, name_en, files)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {_MANIFEST: msgspec.json.encode(manifest), **entries}.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(data: bytes) -> Parcel:
    """The parcel in a file from elsewhere.

    Raises Refusal `design.file_not_one`, `design.file_too_many` (most), `design.file_path` (name),
    `design.file_twice` (name), `design.file_locked`, `design.file_too_large` (longest, in MB),
    `design.file_newer` (format, known), `design.file_altered` (name), `design.file_incomplete` (name),
    `design.file_picture_missing` (count), or what `read_design` raises.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = _entries(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError, zlib.error):
        raise Refusal("design.file_not_one") from None
    manifest = _manifest(entries)
    _check_sums(manifest, entries)
    design = read_design(entries[_DESIGN])
    pictures = {match[1]: data for name, data in entries.items() if (match := _PICTURE.fullmatch(name))}
    missing = [digest for digest in design.assets if digest not in pictures]
    if missing:
        raise Refusal("design.file_picture_missing", count=len(missing))
    used = {digest: pictures[digest] for digest in design.assets}
    return Parcel(manifest.name_zh, manifest.name_en, design, used)


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    listed = archive.infolist()
    if len(listed) > MOST_ENTRIES:
        raise Refusal("design.file_too_many", most=MOST_ENTRIES)
    entries: dict[str, bytes] = {}
    left = LARGEST_FILE
    for info in listed:
        # The name as it stands in the file: the library would cut some off quietly.
        name = info.orig_filename
        if name not in {_MANIFEST, _DESIGN} and not _PICTURE.fullmatch(name):
            raise Refusal("design.file_path", name=name[:80])
        if name in entries:
            raise Refusal("design.file_twice", name=name)
        if info.flag_bits & 0x1:
            raise Refusal("design.file_locked")
        limit = min(left, LARGEST_PICTURE if name.startswith("pictures/") else 2 * LARGEST_DATA)
        with archive.open(info) as file:
            entries[name] = file.read(limit + 1)
        if len(entries[name]) > limit:
            raise Refusal("design.file_too_large", longest=LARGEST_FILE // 1024 // 1024)
        left -= len(entries[name])
    return entries


def _manifest(entries: Mapping[str, bytes]) -> _Manifest:
    try:
        head = msgspec.json.decode(entries[_MANIFEST])
        kind, version = head["kind"], head["format"]
    except (KeyError, TypeError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal("design.file_not_one") from None
    if kind != FILE_KIND or not isinstance(version, int):
        raise Refusal("design.file_not_one")
    if version > FILE_FORMAT:
        raise Refusal("design.file_newer", format=version, known=FILE_FORMAT)
    try:
        return msgspec.convert(head, _Manifest)
    except msgspec.ValidationError:
        raise Refusal("design.file_not_one") from None


def _check_sums(manifest: _Manifest, entries: Mapping[str, bytes]) -> None:
    for name in (_DESIGN, *manifest.files):
        if name not in entries or name not in manifest.files:
            raise Refusal("design.file_incomplete", name=name[:80])
    for name, data in entries.items():
        if name == _MANIFEST:
            continue
        digest = sha256(data).hexdigest()
        match = _PICTURE.fullmatch(name)
        if manifest.files.get(name) != digest or (match and match[1] != digest):
            raise Refusal("design.file_altered", name=name)
