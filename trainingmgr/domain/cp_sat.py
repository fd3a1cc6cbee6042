"""Whether OR-Tools is there (the extra `planner`). It is large, so nothing loads it before it is needed."""

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec

_log = logging.getLogger(__name__)


def is_installed() -> bool:
    """Whether it seems to be there; nothing is loaded to find that out."""
    return find_spec("ortools") is not None


def seems_usable() -> bool:
    """Whether it is installed and has not failed to load in this process; nothing is loaded to find that out."""
    return is_installed() and (not is_usable.cache_info().currsize or is_usable())


@cache
def is_usable() -> bool:
    """Whether it can be loaded, which it is by this. One that is broken is as good as none, and is tried once."""
    if not is_installed():
        return False
    try:
        import_module("ortools.sat.python.cp_model")
    except Exception:  # A library built for another machine fails in ways of its own.
        _log.warning(
            "OR-Tools is installed but cannot be loaded; proposals are made without it", exc_info=True
        )
        return False
    return True
