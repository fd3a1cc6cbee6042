"""Uploads of photographs as Windows, macOS and people of ill will make them."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from tests.photos import packed
from trainingmgr.documents import photo_files
from trainingmgr.documents.photo_files import files_in
from trainingmgr.documents.pictures import LARGEST_FILE
from trainingmgr.domain.refusal import Refusal


def zipped(*files: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def paths(data: bytes) -> list[str]:
    return [one.path for one in files_in("photos.zip", io.BytesIO(data))]


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        list(files_in("photos.zip", io.BytesIO(data)))
    return caught.value


def test_a_picture_alone_is_itself_whatever_its_name_says() -> None:
    (one,) = files_in("王小明.zip", io.BytesIO(b"\xff\xd8\xff picture"))
    assert (one.path, one.data, one.fault) == ("王小明.zip", b"\xff\xd8\xff picture", None)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize(
    "name", ["张三.jpg", "谁.jpg", "伟隆.jpg", "照片/王䶮.jpg", "单位\\阿依古丽·买买提.jpg", "plain.jpg"]
)
def test_names_are_read_as_chinese_windows_and_macos_write_them(encoding: str, name: str) -> None:
    assert paths(packed({name: b"x"}, encoding)) == [name]


def test_names_that_could_be_either_are_what_the_others_of_the_zip_are() -> None:
    # The two characters are good UTF-8 in GBK; alone they are taken for Chinese, beside others for what those are.
    assert "谁".encode("gb18030").decode() == "˭"
    assert paths(packed({"Müller-张三.jpg": b"x"}, "utf-8")) == ["Müller-张三.jpg"]
    assert paths(packed({"plain.jpg": b"x"}, "latin-1")) == ["plain.jpg"]


def test_a_name_beside_the_name_goes_before_it() -> None:
    beside = b"\1" + bytes(4) + "张三.jpg".encode()
    extra = struct.pack("<2H", 0x7075, len(beside)) + beside
    assert paths(packed({"______.jpg": b"x"}, "ascii", extra=extra)) == ["张三.jpg"]


def test_what_systems_lay_in_by_themselves_is_no_photograph() -> None:
    data = zipped(
        ("一组/", b""),
        ("一组/张三.jpg", b"1"),
        ("__MACOSX/一组/._张三.jpg", b"2"),
        ("一组/.DS_Store", b"3"),
        ("Thumbs.db", b"4"),
        ("._李四.jpg", b"5"),
    )
    assert paths(data) == ["一组/张三.jpg"]


def test_a_damaged_or_locked_file_is_told_of_and_the_others_are_read() -> None:
    data = bytearray(
        zipped(("a.jpg", b"A" * 50), ("b.jpg", b"B" * 50), ("c.jpg", b"C" * 50), how=zipfile.ZIP_STORED)
    )
    data[data.index(b"B" * 50)] = 0
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        at = archive.getinfo("c.jpg").header_offset
    for mark in (at + 6, data.rindex(b"PK\1\2") + 8):
        data[mark] |= 1
    found = {one.path: one for one in files_in("photos.zip", io.BytesIO(bytes(data)))}
    assert found["a.jpg"].data == b"A" * 50
    faults = {path: one.fault.code for path, one in found.items() if one.fault}
    assert faults == {"b.jpg": "asset.broken", "c.jpg": "photo.locked"}


def test_of_a_file_that_unpacks_to_more_than_a_picture_may_no_more_is_read() -> None:
    (one,) = files_in("bomb.zip", io.BytesIO(zipped(("a.jpg", bytes(LARGEST_FILE + 5_000_000)))))
    assert len(one.data) == LARGEST_FILE + 1


def large_contents() -> bytes:
    """A zip whose table of contents is longer than a thousand files need."""
    return zipped(*((f"{number:05d}{'x' * 200}", b"") for number in range(18_000)))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"PK\3\4 and nothing more", "photo.zip_broken"),
        (lambda: zipped(("a.jpg", b"1"))[:-10], "photo.zip_broken"),
        (lambda: zipped(*((f"{number}.jpg", b"") for number in range(1_001))), "photo.too_many"),
        (large_contents, "photo.too_many"),
    ],
    ids=["no zip", "cut off", "too many", "endless contents"],
)
def test_what_cannot_be_read_as_a_whole_is_refused(make: Callable[[], bytes], code: str) -> None:
    assert refused(make()).code == code


def test_a_zip_that_unpacks_to_too_much_is_refused_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_files, "LARGEST_WHOLE", 2_000_000)
    files = files_in("b.zip", io.BytesIO(zipped(*((f"{n}.jpg", bytes(900_000)) for n in range(9)))))
    assert [next(files).path, next(files).path] == ["0.jpg", "1.jpg"]
    with pytest.raises(Refusal) as caught:
        next(files)
    assert caught.value.code == "photo.zip_too_large"


def test_the_length_of_the_contents_is_the_one_that_is_read_where_the_old_field_lies() -> None:
    # In the end of a large zip the old fields may say anything; those of 64 bits count.
    whole = zipped(("a.jpg", b"1"))
    at = whole.rindex(b"PK\5\6")
    length = at - whole.index(b"PK\1\2")
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 50_000_000, at - length)
    lying = whole[:at] + large + struct.pack("<4sLQL", b"PK\6\7", 0, at, 1) + whole[at:]
    assert refused(lying).code == "photo.too_many"
