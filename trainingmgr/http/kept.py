"""Pages whose HTML is kept in the process under everything that went into it.

A page is found again only if what was read from the database for it, the reader, the role, the
language and the address are all the same, so it can be neither stale nor somebody else's, and
nothing has to be told when data change. What is new on each answer (the CSRF token, the nonce of the
policy) is put in anew.

A page that a million records have, each its own, cannot be kept so: none is asked for twice. There the
HTML is kept under its shape (which parts are on it), and what is true of one record is put in anew as well.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from urllib.parse import quote

import sqlalchemy as sa
from flask import g, request, session
from flask_security import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from trainingmgr.http.headers import nonce
from trainingmgr.http.locale import language
from trainingmgr.models import Training

MOST_CHARACTERS = 4_000_000
"""How much HTML a process keeps at the most; some 80 rosters of 50 lines."""

# What is new on each answer, and how the others are marked in a page: no text holds a NUL. Within an address
# that was built of it a mark is quoted like the rest, and once more within an address in that.
_FRESH: dict[str, Callable[[], str]] = {"csrf_token": generate_csrf, "csp_nonce": nonce}
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")
_NULS = ("\0", "%00", "%2500")
_COLUMNS = tuple(column.key for column in sa.inspect(Training).column_attrs)


class _Page:
    """The HTML of a page, open where it has marks of what is new on each answer, or of values with these `names`."""

    def __init__(self, html: str, names: Iterable[str] = ()) -> None:
        self.length = len(html)
        known = {
            f"{nul}{name}{nul}": (name, times)
            for name in (*_FRESH, *names)
            for times, nul in enumerate(_NULS)
        }
        self._parts = re.split(f"({'|'.join(known)})", html)
        self._places = list(enumerate(self._parts))[1::2]
        self._marks = {mark: known[mark] for _at, mark in self._places}

    def filled(self, values: Mapping[str, str]) -> str:
        """The page for this answer, with these values, escaped and in addresses quoted."""
        texts = {}
        for mark, (name, times) in self._marks.items():
            text = _FRESH[name]() if name in _FRESH else values[name]
            for _time in range(times):
                text = _quoted(text)
            texts[mark] = escape(text)
        parts = self._parts.copy()
        for at, mark in self._places:
            parts[at] = texts[mark]
        return "".join(parts)


def _quoted(text: str) -> str:
    return _UNSAFE.sub(lambda run: _quoted_run(run[0]), text)


@lru_cache(maxsize=1024)
def _quoted_run(run: str) -> str:
    # The papers of a class share most of their words, and Chinese ones take long to quote.
    return quote(run, safe="")


class _Shelf:
    """The pages used last; the oldest go when there are more than `MOST_CHARACTERS` characters."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, _Page] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> _Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: _Page) -> None:
        with self._lock:
            former = self._pages.pop(key, None)
            self._characters += page.length - (former.length if former else 0)
            self._pages[key] = page
            while self._characters > MOST_CHARACTERS:
                _oldest, gone = self._pages.popitem(last=False)
                self._characters -= gone.length


_shelf = _Shelf()


def kept(training: Training, content: Hashable, render: Callable[[], str]) -> str:
    """The page of `training` that `render` makes of `content`, kept for the next time that all is the same.

    `content` is what was read for the page, in values that compare by what they hold; `render` may
    use nothing beyond it but the training's columns, the reader, the role, the language and the address.
    """
    columns = tuple([getattr(training, name) for name in _COLUMNS])
    address = (request.full_path, "HX-Request" in request.headers, g.role)
    return _kept((address, columns, content), render, MappingProxyType({}))


def kept_shape(shape: Hashable, values: Mapping[str, str], render: Callable[[Mapping[str, str]], str]) -> str:
    """The page of this `shape` with these `values`, laid out once for all records whose page has that shape.

    `render` is given a mark for each value, by the same name, and may put it wherever the text of an element,
    an attribute or an address that is built of it may stand; the value comes there escaped, in an address
    quoted. It may do nothing else to a mark, and use nothing beyond marks and `shape` but the reader and the
    language: not the address of the page, which is another for each record.
    """
    return _kept(shape, lambda: render({name: _mark(name) for name in values}), values)


def _mark(name: str) -> str:
    return f"\0{name}\0"


def _kept(content: Hashable, render: Callable[[], str], values: Mapping[str, str]) -> str:
    if "_flashes" in session or "_flashes" in g:
        return _Page(render(), values).filled(values)
    reader = (current_user.id, current_user.name, current_user.email) if current_user.is_authenticated else ()
    key = (request.endpoint, language(), reader, content)
    page = _shelf.get(key)
    if page is None:
        html = render()
        if "csrf_token" in g:
            html = html.replace(generate_csrf(), _mark("csrf_token"))
        if "csp_nonce" in g:
            html = html.replace(nonce(), _mark("csp_nonce"))
        page = _Page(html, values)
        _shelf.put(key, page)
    return page.filled(values)
