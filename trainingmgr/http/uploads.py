"""Files that are sent: how many bytes a route takes, and what becomes of a form with a file."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, current_app, session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.words import sentence

MEGABYTE = 1024 * 1024
View = Callable[..., Any]


def takes_up_to(size: int) -> Callable[[View], View]:
    """Let a route take `size` bytes in one request."""

    def mark(view: View) -> View:
        view.largest_upload = size  # type: ignore[attr-defined]
        return view

    return mark


def keep_file(form: Any, keep: Callable[[str, bytes], str]) -> str | None:
    """The id under which `keep`, given name and bytes, holds the `file` of a sent form.

    None where nothing was sent or something is at fault, which then stands beside the field.
    """
    if not form.validate_on_submit():
        return None
    try:
        return keep(form.file.data.filename or "", form.file.data.read())
    except Refusal as refusal:
        form.file.errors = [sentence(refusal)]
        return None


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
