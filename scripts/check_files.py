"""Checks what the repository itself holds: the locks, and files taken from elsewhere.

    python scripts/check_files.py

Every requirement in a lock is pinned with hashes and none carries a download address; vendored
browser files, divisions and fonts are those that their SHA256SUMS name, no more and no fewer; no committed
text names a package index to download from.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements/run.txt", "requirements/planner.txt", "requirements/dev.txt")
SUMMED = ("trainingmgr/static/vendor", "trainingmgr/documents/divisions", "trainingmgr/documents/fonts")
_NOT_SUMMED = {"SHA256SUMS", "LICENSE"}
_INDEX = re.compile(r"(--|\b)(index-url|extra-index-url|find-links|trusted-host)\b")


def lock_faults(name: str) -> list[str]:
    """What is wrong with a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    faults = [
        f"{name}:{number}: an address" for number, line in enumerate(text.splitlines(), 1) if "://" in line
    ]
    if _INDEX.search(text):
        faults.append(f"{name}: an option that names an index")
    for entry in re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text)):
        if entry.strip() and ("==" not in entry or "--hash=sha256:" not in entry):
            faults.append(f"{name}: not pinned with a hash: {entry.splitlines()[0]}")
    return faults


def sum_faults(folder: str) -> list[str]:
    """Where a folder differs from its SHA256SUMS."""
    root = ROOT / folder
    lines = (root / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = {name.strip(): digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    faults = []
    for name, digest in named.items():
        path = root / name
        if not path.is_file():
            faults.append(f"{folder}/{name}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"{folder}/{name}: not the file of SHA256SUMS")
    for path in committed(folder):
        name = path.relative_to(root).as_posix()
        if name not in named and path.name not in _NOT_SUMMED and path.suffix != ".py":
            faults.append(f"{folder}/{name}: not in SHA256SUMS")
    return faults


def index_faults() -> list[str]:
    """Committed settings that would send an installer to one particular index."""
    faults = []
    for path in committed("."):
        if path.suffix in {".toml", ".cfg", ".ini", ".txt", ".sh", ".yml"} or path.name in {
            "Makefile",
            "run",
        }:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"(index-url|find-links|trusted-host|registry)\s*[= ]\s*['\"]?https?://", line):
                    faults.append(f"{path.relative_to(ROOT)}:{number}: names a package index")
    return faults


def committed(folder: str) -> list[Path]:
    """The files of `folder` that git knows; every file where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = list((ROOT / folder).rglob("*"))
    return [path for path in found if path.is_file()]


def main() -> int:
    """Print every fault; 1 if there is one."""
    faults = [fault for name in LOCKS for fault in lock_faults(name)]
    faults += [fault for folder in SUMMED for fault in sum_faults(folder)]
    faults += index_faults()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
