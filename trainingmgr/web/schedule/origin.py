"""Where the form of a session leads back to: the timetable, or the editor's grid from which it was opened."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for

from trainingmgr.models import Training

DAYS, PLACES, GROUPS = "day", "place", "group"
_EDITOR = "editor"


def of_grid(by: str, day: date | None) -> dict[str, Any]:
    """What the address of a form says where it is opened from the editor's grid of all days, or of `day` by something."""
    return {"from": _EDITOR, **({"by": by, "on": day.isoformat()} if day else {})}


def origin(values: Mapping[str, str]) -> dict[str, Any]:
    """What an address or a form says of where it was opened from; nothing where that is the timetable."""
    if values.get("from") != _EDITOR:
        return {}
    try:
        day = date.fromisoformat(values.get("on", ""))
    except ValueError:
        return of_grid(DAYS, None)
    by = values.get("by", "")
    return of_grid(by, day) if by in {PLACES, GROUPS} else of_grid(DAYS, None)


def way_back(training: Training, came: Mapping[str, Any], session_id: int = 0, *, placed: bool = True) -> str:
    """The address of where a form was opened from, at the session if one is given.

    Without anything said of it that is the timetable, or the list of sessions without a time.
    """
    anchor = f"s{session_id}" if session_id else None
    if not came and not placed:
        return url_for("schedule.plan", code=training.code, _anchor="unplaced")
    if not came:
        return url_for("schedule.index", code=training.code, _anchor=anchor)
    shown: dict[str, Any] = {"by": came["by"], "day": came["on"]} if "on" in came else {}
    return url_for("schedule.editor", code=training.code, _anchor=anchor, **shown)
