"""The script that sees to the system's programs, on machines that lack some."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "tools.sh"
NEEDED = {
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    "zbarimg": "zbar-tools",
    "softhsm2-util": "softhsm2",
    "chromium": "chromium",
}


def _machine(folder: Path, programs: set[str], user: int = 0) -> tuple[Path, Path]:
    """A folder of programs that is the whole machine, and the list of what its apt-get was asked for."""
    bin_folder, asked = folder / "bin", folder / "asked"
    bin_folder.mkdir()
    for name in ("cat", "dirname", "mktemp", "rm", "sh"):
        (bin_folder / name).symlink_to(str(shutil.which(name)))
    stubs = dict.fromkeys(programs, "exit 0") | {
        "apt-get": f'echo "$@" >>{asked}',
        "id": f"echo {user}",
        "uname": "echo Linux",
    }
    for name, body in stubs.items():
        stub = bin_folder / name
        stub.write_text(f"#!{shutil.which('sh')}\n{body}\n", encoding="utf-8")
        stub.chmod(0o755)
    return bin_folder, asked


def _run(bin_folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(bin_folder / "sh"), str(SCRIPT)],
        env={"PATH": str(bin_folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_root_gets_the_one_program_that_is_missing(tmp_path: Path, missing: str) -> None:
    bin_folder, asked = _machine(tmp_path, set(NEEDED) - {missing})
    done = _run(bin_folder)
    assert done.returncode == 0, done.stderr
    assert asked.read_text(encoding="utf-8").split()[-1] == NEEDED[missing]


@pytest.mark.parametrize("status", [0, 100])
def test_the_browser_comes_without_its_window_where_it_can_be_had_so(tmp_path: Path, status: int) -> None:
    bin_folder, asked = _machine(tmp_path, set(NEEDED) - {"qpdf", "chromium"})
    stub = bin_folder / "apt-cache"
    stub.write_text(f"#!{shutil.which('sh')}\nexit {status}\n", encoding="utf-8")
    stub.chmod(0o755)
    done = _run(bin_folder)
    assert done.returncode == 0, done.stderr
    browser = "chromium" if status else "chromium-headless-shell"
    assert asked.read_text(encoding="utf-8").split()[-2:] == ["qpdf", browser]


def test_a_whole_machine_is_left_alone_in_silence(tmp_path: Path) -> None:
    bin_folder, asked = _machine(tmp_path, set(NEEDED))
    done = _run(bin_folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not asked.exists()


def test_who_may_not_install_is_told_the_one_command(tmp_path: Path) -> None:
    bin_folder, asked = _machine(tmp_path, set(), user=1000)
    done = _run(bin_folder)
    assert done.returncode == 1
    assert "sudo apt-get install --yes poppler-utils qpdf zbar-tools softhsm2 chromium" in done.stderr
    assert not asked.exists()
