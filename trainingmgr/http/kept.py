"""Pages whose HTML is kept in the process under everything that went into it.

A page is found again only if what was read from the database for it, the reader, the role, the
language and the address are all the same, so it can be neither stale nor somebody else's, and
nothing has to be told when data change. What is new on each answer (the CSRF token, the nonce of the
policy) is put in anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import sqlalchemy as sa
from flask import g, request, session
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

from trainingmgr.http.headers import nonce
from trainingmgr.http.locale import language
from trainingmgr.models import Training

MOST_CHARACTERS = 4_000_000
"""How much HTML a process keeps at the most; some 80 rosters of 50 lines."""

_TOKEN, _NONCE = "\0token\0", "\0nonce\0"  # no text of a page holds a NUL
_COLUMNS = tuple(column.key for column in sa.inspect(Training).column_attrs)


class _Shelf:
    """The pages used last; the oldest go when there are more than `MOST_CHARACTERS` characters."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> str | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: str) -> None:
        with self._lock:
            self._characters += len(page) - len(self._pages.pop(key, ""))
            self._pages[key] = page
            while self._characters > MOST_CHARACTERS:
                _oldest, gone = self._pages.popitem(last=False)
                self._characters -= len(gone)


_shelf = _Shelf()


def kept(training: Training, content: Hashable, render: Callable[[], str]) -> str:
    """The page of `training` that `render` makes of `content`, kept for the next time that all is the same.

    `content` is what was read for the page, in values that compare by what they hold; `render` may
    use nothing beyond it but the training's columns, the reader, the role, the language and the address.
    """
    if "_flashes" in session or "_flashes" in g:
        return render()
    key = (
        request.endpoint,
        request.full_path,
        "HX-Request" in request.headers,
        language(),
        g.role,
        current_user.id,
        current_user.name,
        current_user.email,
        tuple([getattr(training, name) for name in _COLUMNS]),
        content,
    )
    page = _shelf.get(key)
    if page is None:
        fresh = render()
        _shelf.put(key, fresh.replace(generate_csrf(), _TOKEN).replace(nonce(), _NONCE))
        return fresh
    if _NONCE in page:
        page = page.replace(_NONCE, nonce())
    return page.replace(_TOKEN, generate_csrf())
