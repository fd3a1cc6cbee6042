"""What no browser of ours sends and no database takes is turned away before a view sees it."""

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

MAX_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """A number in an address; one that is no id in either database is a wrong address (404)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": MAX_ID} | kwargs)


def an_id(text: str) -> int:
    """A number in a query that may be an id; ValueError for one that cannot."""
    number = int(text)
    if not 0 < number <= MAX_ID:
        raise ValueError("no id")
    return number


def init_app(app: Flask) -> None:
    """Bound the numbers in addresses, and refuse the character that PostgreSQL cannot store."""
    app.url_map.converters["int"] = IdConverter

    @app.before_request
    def _no_nul() -> None:
        if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
            abort(400)
        if request.method == "POST" and any("\0" in part for _name, part in request.form.items(multi=True)):
            abort(400)
