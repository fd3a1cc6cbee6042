"""Choosing the screen's language. Signing in itself is Flask-Security's."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from trainingmgr.extensions import settings
from trainingmgr.http.access import public
from trainingmgr.http.locale import COOKIE, LANGUAGES

bp = Blueprint("accounts", __name__)


@bp.get("/language/<name>")
@public
def language(name: str) -> Response:
    """Remember the language and go back to where the choice was made."""
    if name not in LANGUAGES:
        abort(404)
    target = request.args.get("next", "/")
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    if parts.scheme or parts.netloc or not inside:
        target = "/"
    response = redirect(target, 303)
    response.set_cookie(
        COOKIE, name, max_age=365 * 86400, httponly=True, samesite="Lax", secure=settings.https
    )
    return response
