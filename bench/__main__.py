"""`make bench`: runs the bench modules, each in a process of its own, and prints their rows."""

import argparse
import dataclasses
import importlib
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

from bench.row import Row

MODULES = (
    "certificates",
    "signing",
    "imports",
    "roster_page",
    "schedule_page",
    "editor",
    "clashes",
    "arrangement",
    "verification",
    "issuing",
    "memory",
)
_HEAD = ("what", "ours", "peer", "ratio", "spread", "aim", "")
_RIGHT = {1, 2, 3, 4}


def run_module(name: str) -> list[Row]:
    """The rows of one module, from a fresh process: none is measured in the heap of another."""
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--one", name], env=environment, stdout=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        sys.exit(f"bench.{name} failed")
    return [Row(**row) for row in json.loads(done.stdout)]


def run_here(name: str) -> None:
    """Print one module's rows as JSON; what it prints itself goes to the error stream."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    rows = list(importlib.import_module(f"bench.{name}").rows())
    json.dump([dataclasses.asdict(row) for row in rows], out)
    out.close()


def table(rows: list[Row]) -> str:
    """The rows as aligned text; a Chinese character takes two columns."""
    cells = [_HEAD] + [
        (
            row.name,
            row.ours,
            row.peer,
            f"{row.ratio:.3g}",
            f"±{row.spread:.0%}",
            row.aim,
            "ok" if row.ok else "MISSED",
        )
        for row in rows
    ]
    widths = [max(_width(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(_pad(text, widths[column], column in _RIGHT) for column, text in enumerate(line)).rstrip()
        for line in cells
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def main() -> int:
    """Run what was asked for; 1 if an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=MODULES, action="append", help="run this module alone")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--one", choices=MODULES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_here(options.one)
        return 0
    rows: list[Row] = []
    for name in options.only or MODULES:
        if not (Path(__file__).parent / f"{name}.py").is_file():
            sys.exit(f"there is no bench/{name}.py")
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += run_module(name)
    if options.json:
        print(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
