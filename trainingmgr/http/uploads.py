"""How much may be sent at once: the installation's limit, and more where a route says so to those signed in."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, current_app, session

MEGABYTE = 1024 * 1024
View = Callable[..., Any]


def takes_up_to(size: int) -> Callable[[View], View]:
    """Let a route take `size` bytes in one request."""

    def mark(view: View) -> View:
        view.largest_upload = size  # type: ignore[attr-defined]
        return view

    return mark


class _Request(Request):
    # The body is read before a view's own check of who asks, so a stranger gets no more than elsewhere.
    @property
    def max_content_length(self) -> int | None:
        view = current_app.view_functions.get(self.endpoint or "")
        size: int | None = getattr(view, "largest_upload", None)
        return size if size and "_user_id" in session else super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


def init_app(app: Flask) -> None:
    """Let routes of `app` have limits of their own."""
    app.request_class = _Request
