"""Signing in through the front door: throttled, audited, with a cookie that nothing else can read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import FAST_HASH
from tests.factories import PASSWORD, Cast
from trainingmgr.app import create_app
from trainingmgr.config import Settings, load_settings
from trainingmgr.extensions import db
from trainingmgr.http import throttle
from trainingmgr.models import AuditEntry, User


def _guarded(settings: Settings) -> Flask:
    return create_app(
        settings,
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": True,
            "RATELIMIT_STORAGE_URI": "",
            "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": FAST_HASH,
        },
    )


@pytest.fixture
def guarded(app: Flask, run_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with throttling on, as it runs outside tests."""
    monkeypatch.setattr(throttle, "PER_ADDRESS", "6/minute")
    made = _guarded(run_settings)
    made.test_client_class = type(app.test_client())
    yield made
    with made.app_context():
        db.engine.dispose()


def _try(client: FlaskClient, email: str, password: str = "wrong", **values: str) -> int:
    client.set_cookie("trainingmgr_language", "en")
    return client.post(
        "/login", data={"email": email, "password": password}, environ_overrides=values
    ).status_code


def _actions(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    rows = session.execute(
        sa.select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.action.startswith("user."))
        .order_by(AuditEntry.id)
    )
    return [(action, actor) for action, actor in rows]


def test_sign_in_sign_out_and_failures_are_audited(app: Flask, session: Session, cast: Cast) -> None:
    client = app.test_client()
    assert _try(client, "owner@example.org") == 200
    assert _try(client, "secret-typed-in-the-wrong-field@example.org") == 200
    assert _try(client, "owner@example.org", PASSWORD) == 302
    assert _actions(session) == [
        ("user.sign_in_failed", "owner"),
        ("user.sign_in_failed", "?"),
        ("user.sign_in", "owner"),
    ]
    entries = session.scalars(sa.select(AuditEntry)).all()
    assert not any("secret-typed" in str(entry.details) + entry.actor for entry in entries)


def test_signing_out_needs_the_pages_own_mark_and_is_audited(
    session: Session, cast: Cast, run_settings: Settings
) -> None:
    real = create_app(run_settings, {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": FAST_HASH})
    client = real.test_client()

    def token() -> str:
        page = client.get("/password" if signed_in else "/login", base_url="https://localhost")
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
        assert found
        return found[1]

    def post(path: str, **values: str) -> int:
        return client.post(
            path, data=values, base_url="https://localhost", headers={"Referer": "https://localhost/"}
        ).status_code

    signed_in = False
    assert post("/login", email="owner@example.org", password=PASSWORD) == 400
    assert post("/login", email="owner@example.org", password=PASSWORD, csrf_token=token()) == 302
    signed_in = True
    assert post("/logout") == 400
    assert client.get("/logout", base_url="https://localhost").status_code == 405
    assert post("/logout", csrf_token=token()) == 302
    assert _actions(session)[-2:] == [("user.sign_in", "owner"), ("user.sign_out", "owner")]
    with real.app_context():
        db.engine.dispose()


def test_a_changed_password_is_audited_and_ends_other_sessions(
    app: Flask, session: Session, cast: Cast
) -> None:
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        assert _try(client, "owner@example.org", PASSWORD) == 302
    new = "another long password"
    answer = here.post(
        "/password", data={"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    )
    assert answer.status_code == 302
    assert ("user.password", "owner") in _actions(session)
    assert here.get("/password").status_code == 200
    assert there.get("/password").status_code == 302
    assert _try(app.test_client(), "owner@example.org", new) == 302


def test_guessing_one_account_is_stopped_and_others_still_get_in(
    guarded: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", "100/minute")
    client = guarded.test_client()
    tries = [_try(client, "owner@example.org") for _ in range(9)]
    assert tries == [200] * 8 + [429]
    assert _try(client, "owner@example.org", PASSWORD) == 429
    assert _try(guarded.test_client(), "owner@example.org", PASSWORD, REMOTE_ADDR="10.0.0.9") == 302
    assert _try(guarded.test_client(), "viewer@example.org", PASSWORD) == 302


def test_trying_many_accounts_from_one_address_is_stopped(guarded: Flask, cast: Cast) -> None:
    tries = [_try(guarded.test_client(), f"nobody{number}@example.org") for number in range(7)]
    assert tries == [200] * 6 + [429]
    assert _try(guarded.test_client(), "nobody@example.org", REMOTE_ADDR="10.0.0.9") == 200


def test_a_right_password_forgives_the_wrong_ones_before_it(
    guarded: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", "100/minute")
    for _ in range(3):
        tries = [_try(guarded.test_client(), "owner@example.org") for _ in range(5)]
        assert tries == [200] * 5
        assert _try(guarded.test_client(), "owner@example.org", PASSWORD) == 302


def test_too_many_attempts_are_told_in_the_users_language(guarded: Flask, cast: Cast) -> None:
    client = guarded.test_client()
    for _ in range(6):
        _try(client, "owner@example.org")
    client.set_cookie("trainingmgr_language", "en")
    answer = client.post("/login", data={"email": "owner@example.org", "password": "x"})
    assert "Too many attempts" in answer.get_data(as_text=True)


def _cookie(app: Flask) -> str:
    answer = app.test_client().post("/login", data={"email": "owner@example.org", "password": PASSWORD})
    return next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("trainingmgr="))


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask, cast: Cast) -> None:
    cookie = _cookie(app)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" in cookie


def test_without_https_the_session_cookie_still_travels(
    app: Flask, cast: Cast, run_settings: Settings
) -> None:
    plain = _guarded(replace(run_settings, public_url=""))
    assert "Secure" not in _cookie(plain)
    with plain.app_context():
        db.engine.dispose()


def test_a_deactivated_account_stays_outside(app: Flask, session: Session, cast: Cast) -> None:
    session.execute(sa.update(User).where(User.email == "viewer@example.org").values(active=False))
    session.commit()
    assert _try(app.test_client(), "viewer@example.org", PASSWORD) == 200


def test_the_callers_address_is_taken_from_our_own_proxies_alone(tmp_path: Path) -> None:
    seen: list[str] = []
    for proxies in ("0", "1"):
        settings = load_settings({"TRAININGMGR_INSTANCE": str(tmp_path), "TRAININGMGR_PROXIES": proxies})
        app = create_app(settings)
        app.before_request_funcs.setdefault(None, []).insert(0, lambda: _address(seen))
        app.test_client().get("/login", headers={"X-Forwarded-For": "198.51.100.7"})
    assert seen == ["127.0.0.1", "198.51.100.7"]


def _address(seen: list[str]) -> None:
    from flask import request

    seen.append(request.remote_addr or "")
