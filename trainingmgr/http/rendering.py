"""How values look on a screen: dates and times in both languages, numbers, addresses of own files."""

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask import Flask, current_app, request, url_for
from flask_babel import Locale, get_locale, get_translations
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from trainingmgr.config import PUBLIC_URL_LINE
from trainingmgr.crypto import HIDDEN
from trainingmgr.http.labels import LABELS, label
from trainingmgr.http.locale import language

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | None, *, weekday: bool = True) -> str:
    """A day: 2019年10月30日（周三） or Wed 30 Oct 2019."""
    if value is None:
        return ""
    if language() == "zh":
        mark = f"（周{WEEKDAYS_ZH[value.weekday()]}）" if weekday else ""
        return f"{value.year}年{value.month}月{value.day}日{mark}"
    mark = f"{WEEKDAYS_EN[value.weekday()]} " if weekday else ""
    return f"{mark}{value.day} {MONTHS_EN[value.month - 1]} {value.year}"


def days(start: date, end: date) -> str:
    """A span of days, no longer than it has to be: 2019年10月30日至11月2日, 30 Oct – 2 Nov 2019."""
    if start == end:
        return day(start, weekday=False)
    if language() == "zh":
        tail = f"{end.day}日"
        if (start.year, start.month) != (end.year, end.month):
            tail = f"{end.month}月{tail}"
        if start.year != end.year:
            tail = f"{end.year}年{tail}"
        return f"{start.year}年{start.month}月{start.day}日至{tail}"
    head = f"{start.day}"
    if (start.year, start.month) != (end.year, end.month):
        head += f" {MONTHS_EN[start.month - 1]}"
    if start.year != end.year:
        head += f" {start.year}"
    return f"{head} – {end.day} {MONTHS_EN[end.month - 1]} {end.year}"


def local(value: datetime, zone: str) -> datetime:
    """An instant in the zone of its training."""
    return value.astimezone(ZoneInfo(zone))


def clock(value: datetime, zone: str) -> str:
    """The time of day of an instant in a zone, as 09:00."""
    return local(value, zone).strftime("%H:%M")


def moment(value: datetime | None, zone: str = "Asia/Shanghai") -> str:
    """An instant with its day and time of day in a zone."""
    if value is None:
        return ""
    there = local(value, zone)
    return f"{day(there.date(), weekday=False)} {there:%H:%M}"


def zone_name(zone: str) -> str:
    """What a zone's time is called where its name in the database says nothing: 北京时间 for Asia/Shanghai."""
    _ = translator()
    if zone == "Asia/Shanghai":
        return _("Beijing time")
    return get_timezone_name(ZoneInfo(zone), locale=get_locale())


def number(value: Decimal | int | float) -> str:
    """An exact number without trailing zeros, its thousands set apart."""
    if isinstance(value, Decimal):
        text = f"{value:,.2f}"
        return text.rstrip("0").rstrip(".")
    return f"{value:,}"


def localised(record: object, field: str) -> str:
    """The field of a record that comes in two languages (`title` for `title_zh` and `title_en`)."""
    zh, en = getattr(record, f"{field}_zh"), getattr(record, f"{field}_en")
    return str((en or zh) if language() == "en" else (zh or en))


@cache
def _digest(path: str, _modified: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


@cache
def _asset(filename: str) -> str:
    file = Path(current_app.static_folder or "") / filename
    return url_for("static", filename=filename, v=_digest(str(file), file.stat().st_mtime))


def asset(filename: str) -> str:
    """The address of a file under `static/`; it changes with the file, so it may be kept for ever."""
    return _asset.__wrapped__(filename) if current_app.debug else _asset(filename)


def here(**changes: object) -> str:
    """This page's address with some of its query values changed; None takes a value out."""
    query = {name: value for name, value in request.args.items() if name not in changes}
    query |= {name: str(value) for name, value in changes.items() if value is not None}
    address = url_for(request.endpoint or "training.index", **(request.view_args or {}))
    # Not as arguments of `url_for`: the asker chose the names, and some mean something there.
    return f"{address}?{urlencode(query)}" if query else address


def readable_address() -> str:
    """This page's address, to come back to; of a form that was sent, that of the form where it has one."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return "/"
    return request.path


# What ends a sentence is no part of an address in it, and one whose secret part is hidden leads nowhere.
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'“”‘’，。；：、！？（）《》【】]*[^\s<>\"'“”‘’，。；：、！？（）《》【】.,;:!?)\]]"
)


def linked(text: str) -> Markup:
    """A plain text with the addresses in it as links, wherever they stand; a Chinese one has no spaces around them."""
    found, end = Markup(""), 0
    for match in _ADDRESS.finditer(text):
        if HIDDEN in match[0]:
            continue
        found += text[end : match.start()]
        found += Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(match[0])
        end = match.end()
    return found + text[end:]


_CATALOGUES: dict[Locale | None, Callable[..., str]] = {}


def translator() -> Callable[..., str]:
    """`gettext` for the language of the screen, found once for a whole page.

    A page asks for eighty texts, and `flask_babel.gettext` looks for the language at each of them:
    that was a fifth of what the page cost.
    """
    locale = get_locale()
    if locale not in _CATALOGUES:
        find = get_translations().ugettext

        def translate(message: str, /, **values: object) -> str:
            text: str = find(message)
            return text % values if values else text

        _CATALOGUES[locale] = translate
    return _CATALOGUES[locale]


def quick_gettext(message: str, /, **values: object) -> str:
    """The text in the language of the screen, for macros that do not see the page's own `_`."""
    return translator()(message, **values)


def _page_values() -> dict[str, object]:
    spoken = language()
    return {"_": translator(), "language": lambda: spoken}


def init_app(app: Flask) -> None:
    """Give templates the filters and globals."""
    app.context_processor(_page_values)
    app.jinja_env.filters.update(
        day=day,
        days=days,
        clock=clock,
        moment=moment,
        zone_name=zone_name,
        number=number,
        local=local,
        localised=localised,
        linked=linked,
    )
    app.jinja_env.globals.update(
        asset=asset,
        days=days,
        has_endpoint=lambda endpoint: endpoint in app.view_functions,
        here=here,
        readable_address=readable_address,
        label=label,
        labels=LABELS,
        public_url_line=PUBLIC_URL_LINE,
        _=quick_gettext,
    )
