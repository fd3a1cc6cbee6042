"""Design files, those of strangers above all."""

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from trainingmgr.domain.design import Design, PictureItem, QrItem, TextItem, read_design, write_design
from trainingmgr.domain.design.model import Paragraph, Run
from trainingmgr.domain.design.parcel import FILE_FORMAT, MOST_ENTRIES, Packed, pack, unpack
from trainingmgr.domain.refusal import Refusal

PICTURE = b"bytes of a picture"
DIGEST = sha256(PICTURE).hexdigest()
NAME = f"pictures/{DIGEST}.png"


def words(text: str) -> TextItem:
    return TextItem(x=20, y=20, width=200, height=60, paragraphs=(Paragraph(runs=(Run(text),)),))


DESIGN = Design(
    items=(
        words("{holder_name} {serial} <script>alert(1)</script>"),
        QrItem(x=20, y=150, width=30, height=30),
        PictureItem(x=200, y=150, width=30, height=30, asset=DIGEST),
    )
)


def file() -> bytes:
    return pack("红金", "Red and gold", DESIGN, {DIGEST: Packed("image/png", PICTURE)})


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(*pairs: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return buffer.getvalue()


def changed(**manifest: Any) -> bytes:
    """The file with other values in its manifest."""
    found = entries(file())
    found["manifest.json"] = json.dumps(json.loads(found["manifest.json"]) | manifest).encode()
    return zipped(*found.items())


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        unpack(data)
    return caught.value


def test_a_design_comes_back_whole_from_its_file() -> None:
    parcel = unpack(file())
    assert (parcel.name_zh, parcel.name_en, parcel.design) == ("红金", "Red and gold", DESIGN)
    assert parcel.pictures == {DIGEST: PICTURE}


def test_the_same_design_gives_the_same_file() -> None:
    assert file() == file()


def test_a_file_names_its_pictures_by_their_digests_and_sums_everything_up() -> None:
    found = entries(file())
    assert set(found) == {"manifest.json", "design.json", NAME}
    files = json.loads(found["manifest.json"])["files"]
    assert files == {name: sha256(found[name]).hexdigest() for name in ("design.json", NAME)}


def test_a_picture_that_is_not_given_is_not_packed_around() -> None:
    with pytest.raises(KeyError):
        pack("红金", "", DESIGN, {})


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", file()[:-30], file()[:40] + b"\0" * 400])
def test_what_is_no_zip_file_is_none(data: bytes) -> None:
    assert refused(data).code == "design.file_not_one"


@pytest.mark.parametrize(
    "name",
    [
        "../design.json",
        "/etc/passwd",
        "pictures/../../x.png",
        "C:\\windows\\x.png",
        "design.json\0.png",
        f"pictures/{DIGEST}.svg",
        f"pictures/{DIGEST.upper()}.png",
        "pictures/",
        "readme.txt",
    ],
)
def test_names_that_no_design_file_has_are_refused(name: str) -> None:
    data = zipped(*entries(file()).items(), (name.replace("\0", "0"), b"x"))
    if "\0" in name:
        # The library writes no such name, so the bytes are put in by hand.
        data = data.replace(b"design.json0.png", b"design.json\0.png")
    assert refused(data).code == "design.file_path"


def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(*entries(file()).items(), ("design.json", b"{}"))
    assert refused(data).code == "design.file_twice"


def test_more_entries_than_a_design_can_have_are_not_even_looked_at() -> None:
    many = [(f"pictures/{number:064x}.png", b"") for number in range(MOST_ENTRIES)]
    assert refused(zipped(*entries(file()).items(), *many)).code == "design.file_too_many"


@pytest.mark.parametrize("size", [21, 60])
def test_a_bomb_is_put_down_before_it_goes_off(size: int) -> None:
    bomb = (f"pictures/{'b' * 64}.png", bytes(size * 1024 * 1024))
    data = zipped(*entries(file()).items(), bomb)
    assert len(data) < 200_000
    assert refused(data).code == "design.file_too_large"


def test_a_size_that_the_file_lies_about_is_not_believed() -> None:
    bomb = bytearray(zipped(("design.json", bytes(2 * 1024 * 1024))))
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (100).to_bytes(4, "little")
    assert refused(bytes(bomb)).code in {"design.file_not_one", "design.file_too_large"}


def test_a_locked_file_is_refused() -> None:
    data = bytearray(file())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data)).code == "design.file_locked"


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ({"kind": "something else"}, "design.file_not_one"),
        ({"format": "one"}, "design.file_not_one"),
        ({"format": FILE_FORMAT + 1, "more": 1}, "design.file_newer"),
        ({"more": 1}, "design.file_not_one"),
        ({"files": {}}, "design.file_incomplete"),
        ({"files": {"design.json": "0" * 64, NAME: DIGEST}}, "design.file_altered"),
    ],
)
def test_a_manifest_must_say_what_is_true(manifest: dict[str, Any], code: str) -> None:
    assert refused(changed(**manifest)).code == code


def test_a_listed_file_that_is_missing_is_named() -> None:
    found = entries(file())
    del found[NAME]
    refusal = refused(zipped(*found.items()))
    assert (refusal.code, refusal.values["name"]) == ("design.file_incomplete", NAME)


def test_a_picture_under_another_digest_is_refused() -> None:
    found = entries(file())
    other = f"pictures/{'a' * 64}.png"
    found[other] = found[NAME]
    manifest = json.loads(found["manifest.json"])
    manifest["files"][other] = DIGEST
    found["manifest.json"] = json.dumps(manifest).encode()
    refusal = refused(zipped(*found.items()))
    assert (refusal.code, refusal.values["name"]) == ("design.file_altered", other)


def with_design(make: Callable[[dict[str, Any]], None]) -> bytes:
    found = entries(file())
    design = json.loads(found["design.json"])
    make(design)
    found["design.json"] = json.dumps(design).encode()
    manifest = json.loads(found["manifest.json"])
    manifest["files"]["design.json"] = sha256(found["design.json"]).hexdigest()
    found["manifest.json"] = json.dumps(manifest).encode()
    return zipped(*found.items())


def test_a_design_whose_picture_is_not_in_the_file_is_refused() -> None:
    refusal = refused(with_design(lambda design: design["items"][2].update(asset="c" * 64)))
    assert (refusal.code, refusal.values["count"]) == ("design.file_picture_missing", 1)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda design: design.update(format=99), "design.newer_format"),
        (lambda design: design.update(script="x"), "design.malformed"),
        (lambda design: design["items"][2].update(asset="../../keys"), "design.malformed"),
        (lambda design: design["items"][0].update(colour="red;}"), "design.malformed"),
        (lambda design: design["items"].pop(1), "design.qr_missing"),
    ],
)
def test_the_design_in_a_file_is_judged_as_any_other(
    make: Callable[[dict[str, Any]], None], code: str
) -> None:
    assert refused(with_design(make)).code == code


def test_markup_in_a_text_is_text() -> None:
    item = unpack(file()).design.items[0]
    assert isinstance(item, TextItem)
    assert item.paragraphs[0].runs[0].text.endswith("<script>alert(1)</script>")


def test_a_picture_that_the_design_does_not_show_is_left_in_the_file() -> None:
    plain = msgspec.structs.replace(DESIGN, items=DESIGN.items[:2])
    found = entries(file())
    found["design.json"] = write_design(plain)
    manifest = json.loads(found["manifest.json"])
    manifest["files"]["design.json"] = sha256(found["design.json"]).hexdigest()
    found["manifest.json"] = json.dumps(manifest).encode()
    assert unpack(zipped(*found.items())).pictures == {}
    assert read_design(found["design.json"]) == plain
