"""The audit of signing in: Flask-Security's own pages, which no use case of ours stands behind."""

from typing import Any

from flask import Flask, Response, request
from flask_login import user_logged_out
from flask_security.signals import password_changed, user_authenticated, user_failed_authn

from trainingmgr.extensions import db
from trainingmgr.http.throttle import caller_address
from trainingmgr.models import User
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor


def init_app(app: Flask) -> None:
    """Record sign-in, sign-out, failures and password changes, in the transaction of the page itself."""

    def begin_as_writer() -> None:
        if request.method == "POST":
            session = db.session()
            session.rollback()
            session.connection(execution_options={"trainingmgr_begin": "IMMEDIATE"})

    def finish(response: Response) -> Response:
        # These pages commit what they change themselves; a failed attempt changes nothing but the audit.
        if request.method == "POST":
            session = db.session()
            if request.endpoint == "security.login" and response.status_code == 200 and not session.new:
                _record("user.sign_in_failed", None)
            if response.status_code < 500 and (session.new or session.dirty):
                session.commit()
            else:
                session.rollback()
        return response

    app.before_request_funcs.setdefault("security", []).append(begin_as_writer)
    app.after_request_funcs.setdefault("security", []).append(finish)
    for signal, receiver in (
        (user_authenticated, _signed_in),
        (user_failed_authn, _failed),
        (user_logged_out, _signed_out),
        (password_changed, _changed),
    ):
        signal.connect(receiver, app)


def _signed_in(_app: Flask, user: User, **_values: Any) -> None:
    _record("user.sign_in", user)


def _failed(_app: Flask, user: User | None = None, **_values: Any) -> None:
    _record("user.sign_in_failed", user)


def _signed_out(_app: Flask, user: User, **_values: Any) -> None:
    _record("user.sign_out", user)


def _changed(_app: Flask, user: User, **_values: Any) -> None:
    _record("user.password", user)


def _record(action: str, user: User | None) -> None:
    """What was typed for an unknown account is not kept: it is often a password in the wrong field."""
    who = Actor(user.id, user.name) if user is not None and getattr(user, "id", None) else Actor(None, "?")
    audit.record(db.session(), who, action, "user", who.user_id, address=caller_address())
