"""The designs that every installation has, each a JSON file here named by its key.

To add one, lay `KEY.json` beside `classic.json`: a `domain.design.Design` as `write_design` writes it. Its key
appears in `keys()` by itself. The tests of drawing run over all keys, in every language and kind; a built-in
design uses no assets, since it must print wherever the program is installed.
"""

from functools import cache
from pathlib import Path

from trainingmgr.domain.design import Design, read_design

_FOLDER = Path(__file__).parent

DEFAULT = "classic"


def keys() -> tuple[str, ...]:
    """The keys of all built-in designs, the default one first."""
    found = sorted(path.stem for path in _FOLDER.glob("*.json"))
    return (DEFAULT, *(key for key in found if key != DEFAULT))


@cache
def built_in(key: str = DEFAULT) -> Design:
    """The built-in design of this key. Raises KeyError."""
    if key not in keys():
        raise KeyError(key)
    return read_design((_FOLDER / f"{key}.json").read_bytes())
