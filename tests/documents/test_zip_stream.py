import io
import zipfile
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.documents import zip_stream
from trainingmgr.documents.zip_stream import length_of, stream

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\\0", exclude_categories=("Cc", "Cs")), min_size=1
)


def sized(files: list[tuple[str, bytes]]) -> list[tuple[str, int]]:
    return [(name, len(data)) for name, data in files]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=8, unique_by=lambda one: one[0]))
def test_what_is_read_back_is_what_went_in_and_the_length_is_told_beforehand(
    files: list[tuple[str, bytes]],
) -> None:
    written = b"".join(stream(files))
    assert len(written) == length_of(sized(files))
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert [(one.orig_filename, archive.read(one)) for one in archive.infolist()] == files


def test_more_files_than_the_old_format_counts_are_all_there(tmp_path: Path) -> None:
    files = [(f"CD2019-{number:05d}_王小明.pdf", b"%d" % number) for number in range(65_600)]
    path = tmp_path / "many.zip"
    with path.open("wb") as out:
        out.writelines(stream(files))
    assert path.stat().st_size == length_of(sized(files))
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 65_600
        assert archive.read("CD2019-65599_王小明.pdf") == b"65599"
    told = run(["unzip", "-tq", str(path)], capture_output=True, text=True, check=False)
    assert "No errors detected" in told.stdout, told.stdout + told.stderr


def test_places_too_far_for_the_old_format_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Four gigabytes take too long here; the way in which they are written does not.
    monkeypatch.setattr(zip_stream, "_MOST_BYTES", 150)
    files = [(f"{number}.pdf", bytes([number]) * 90) for number in range(5)]
    written = b"".join(stream(files))
    assert len(written) == length_of(sized(files))
    path = tmp_path / "far.zip"
    path.write_bytes(written)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name, _data in files] == [data for _name, data in files]
    assert run(["unzip", "-tq", str(path)], capture_output=True, check=False).returncode == 0


def test_a_file_is_asked_for_when_its_turn_comes_and_a_fault_leaves_no_zip() -> None:
    asked = []

    def files() -> object:
        for number in range(3):
            asked.append(number)
            if number == 2:
                raise OSError("gone")
            yield f"{number}.pdf", b"%PDF"

    pieces, got = stream(files()), []  # type: ignore[arg-type]  # a generator that fails
    got.append(next(pieces))
    assert asked == [0]
    with pytest.raises(OSError, match="gone"):
        got.extend(pieces)
    assert asked == [0, 1, 2]
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(got)))
