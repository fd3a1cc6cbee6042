"""Rows of a form that are added, removed and moved by plain buttons: no script is needed."""

import re
from typing import Any

from flask import request

_BUTTON = re.compile(r"(contributors|stops)-(?:add|(\d{1,3})-(up|down|remove))")


def act(form: Any) -> bool:
    """Do what the row button that sent `form` says; False where it was sent to be saved.

    The button's name is `rows`, its value `contributors-add`, `stops-2-up` and the like.
    """
    asked = _BUTTON.fullmatch(request.form.get("rows", ""))
    if asked is None:
        return False
    field = form[asked[1]]
    values = [dict(row) for row in field.data]
    if asked[2] is None:
        if len(values) < field.max_entries:
            values.append({})
    elif (place := int(asked[2])) < len(values):
        _move(values, place, asked[3])
    fill_rows(field, values)
    return True


def fill_rows(field: Any, values: list[dict[str, Any]]) -> None:
    """Let a list of rows have these, in place of its own."""
    while field.entries:
        field.pop_entry()
    field.last_index = -1
    for value in values:
        field.append_entry(value)


def _move(values: list[dict[str, Any]], place: int, way: str) -> None:
    row = values.pop(place)
    if way != "remove":
        values.insert(max(0, place - 1) if way == "up" else place + 1, row)
