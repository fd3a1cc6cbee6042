from pathlib import Path

import pytest

from trainingmgr.storage import FileStorage


def test_what_was_put_is_given_back_byte_for_byte(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    storage.put("certificates/ab/one.pdf", b"%PDF\x00\xff")
    assert storage.get("certificates/ab/one.pdf") == b"%PDF\x00\xff"
    assert [file.name for file in (tmp_path / "certificates" / "ab").iterdir()] == ["one.pdf"]


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    assert not storage.exists("nothing")
    with pytest.raises(FileNotFoundError):
        storage.get("nothing")


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/passwd"])
def test_a_key_never_leaves_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        FileStorage(tmp_path / "files").put(key, b"")


def test_every_key_is_listed_as_it_was_put(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "files")
    assert list(storage.all_keys()) == []
    for key in ("certificates/ab/one.pdf", "assets/two.png"):
        storage.put(key, b"x")
    assert set(storage.all_keys()) == {"certificates/ab/one.pdf", "assets/two.png"}
