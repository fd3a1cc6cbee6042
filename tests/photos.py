"""Photographs as people send them."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from struct import pack

from PIL import Image


def photo(number: int = 0, size: tuple[int, int] = (413, 579), form: str = "JPEG", **how: object) -> bytes:
    """A picture that is another for each number."""
    picture = Image.radial_gradient("L").resize(size).convert("RGB")
    picture.paste((number % 256, number // 256, 128), (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    """A zip of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def packed(files: Mapping[str, bytes], encoding: str, extra: bytes = b"") -> bytes:
    """A zip whose names are in `encoding`, without the mark of UTF-8, as Windows and macOS pack it."""
    whole, contents = b"", b""
    for name, data in files.items():
        raw, sums = name.encode(encoding), (zlib.crc32(data), len(data), len(data))
        contents += pack(
            "<4s2H4H3L5H2L",
            b"PK\1\2",
            20,
            20,
            0,
            0,
            0,
            33,
            *sums,
            len(raw),
            len(extra),
            0,
            0,
            0,
            0,
            len(whole),
        )
        contents += raw + extra
        whole += pack("<4s2H3H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, *sums, len(raw), 0) + raw + data
    end = pack("<4s4H2LH", b"PK\5\6", 0, 0, len(files), len(files), len(contents), len(whole), 0)
    return whole + contents + end
