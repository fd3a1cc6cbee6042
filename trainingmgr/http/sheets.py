"""What the tick-off sheets send and are asked: ticks, filters, places, the instant of a press."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.paging import Cursor, decode
from trainingmgr.http.rendering import clock
from trainingmgr.queries.sheet import Filters, Place, SheetPerson

_MAX_ID = 2**31


def ticks(form: Mapping[str, str], values: Collection[str]) -> dict[int, str]:
    """The ticks that a sheet was sent with: `m<id>` is the new value, `w<id>` what the page showed.

    What stands as it was shown is left out: somebody else may have changed it since. An empty value
    takes the tick away. Raises Refusal `tick_unknown` for a value that is none of `values`.
    """
    found: dict[int, str] = {}
    for name, value in form.items():
        number = name[1:]
        if name[:1] != "m" or not (number.isascii() and number.isdigit()) or int(number) >= _MAX_ID:
            continue
        if value and value not in values:
            raise Refusal("tick_unknown")
        if form.get("w" + number) != value:
            found[int(number)] = value
    return found


def filters(source: Mapping[str, str]) -> Filters:
    """The filters in an address or a form."""
    return Filters(
        text=source.get("q", "").strip()[:100],
        group=source.get("group", "")[:40],
        show=source.get("show", "")[:10],
    )


def place() -> Place | None:
    """Where the page asked for begins."""
    cursor = decode(request.args.get("at"))
    return Place(cursor.key, cursor.id, cursor.backwards) if cursor else None


def cursor(at: Place | None) -> str | None:
    """A place as it stands in an address."""
    return Cursor(at.key, at.id, at.backwards).encode() if at else None


def instant(text: str | None) -> datetime | None:
    """The instant of a press in an address or a form; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def wants_json() -> bool:
    """Tell whether the page's script asks, rather than a form."""
    return bool(request.accept_mimetypes.best == "application/json")


def state(people: Iterable[SheetPerson], zone: str) -> Response:
    """The ticks of a sheet for the page's script: id -> value, by whom, at what time of day."""
    ticked: dict[str, Any] = {
        str(one.id): [one.value, one.by, clock(one.at, zone) if one.at else ""] for one in people if one.value
    }
    return jsonify(ticks=ticked)


def saved(at: datetime | None, by: str, zone: str) -> Response:
    """The answer to a tap of the script's: by whom it stands, and since what time of day."""
    return jsonify(stamp=f"{by} {clock(at, zone)}".strip() if at else "")
