"""China's divisions of the upper two levels, as the vendored list has them (`scripts/vendor.sh`)."""

import json
from functools import cache
from pathlib import Path

from trainingmgr.domain.division import Division, build_divisions

_FOLDER = Path(__file__).parent


@cache
def all_divisions() -> tuple[Division, ...]:
    """Every division of province and prefecture level in the order of its code, each province before its cities."""
    return build_divisions(_rows("provinces"), _rows("cities"))


def _rows(name: str) -> list[tuple[str, str]]:
    rows = json.loads((_FOLDER / f"{name}.json").read_bytes())
    return [(row["code"], row["name"]) for row in rows]
