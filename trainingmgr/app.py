"""Puts one application together: settings, extensions, blueprints, commands."""

import contextlib
import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_security.core import RoleMixin, UserMixin
from flask_security.datastore import SQLAlchemyUserDatastore
from werkzeug.middleware.proxy_fix import ProxyFix

from trainingmgr import cli, http, web
from trainingmgr.config import Settings, load_settings
from trainingmgr.crypto import KeyRing
from trainingmgr.documents.fonts import configure_fonts
from trainingmgr.extensions import babel, csrf, db, security, tune_postgresql, tune_sqlite
from trainingmgr.http import locale
from trainingmgr.http.session import Sessions
from trainingmgr.models import User
from trainingmgr.queue import WakeUp
from trainingmgr.storage import FileStorage

_PACKAGE = Path(__file__).resolve().parent


def create_app(settings: Settings | None = None, overrides: Mapping[str, Any] | None = None) -> Flask:
    """Make an application for `settings` (read from the environment by default).

    `overrides` are Flask configuration values, for tests. Makes the instance folder and the keys
    where they are missing; touches no table.
    """
    settings = settings or load_settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    # A source tree brings the folder with it, open to every user of the machine.
    with contextlib.suppress(PermissionError):
        settings.instance.chmod(0o700)
    keyring = KeyRing.load_or_create(settings.keys_file)
    packaged = _PACKAGE / "templates"
    app = Flask(
        "trainingmgr",
        instance_path=str(settings.instance),
        template_folder=str(packaged if packaged.is_dir() else _PACKAGE.parent / "templates"),
        static_folder=str(_PACKAGE / "static"),
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    app.session_interface = Sessions()
    app.config.update(_flask_config(settings, keyring))
    app.config.update(overrides or {})
    app.extensions["trainingmgr.settings"] = settings
    app.extensions["trainingmgr.keyring"] = keyring
    app.extensions["trainingmgr.storage"] = FileStorage(settings.instance / "files")
    app.extensions["trainingmgr.wake_up"] = WakeUp(settings, keyring.secret_key)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    configure_fonts(settings.instance / "fonts")
    _init_extensions(app)
    http.init_app(app)
    for module in _modules(web, "views"):
        app.register_blueprint(module.bp)
    for module in _modules(cli):
        for command in module.commands:
            app.cli.add_command(command)
    return app


def _flask_config(settings: Settings, keyring: KeyRing) -> dict[str, Any]:
    sqlite = settings.database_url.startswith("sqlite")
    return {
        "SECRET_KEY": keyring.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # A fault would carry every value of its statement into the log: names, phones, sealed numbers.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True} | ({} if sqlite else {"pool_pre_ping": True}),
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "SESSION_COOKIE_NAME": "trainingmgr",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.https,
        "REMEMBER_COOKIE_DURATION": timedelta(days=14),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_TRANSLATION_DIRECTORIES": str(_PACKAGE / "translations"),
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_STORAGE_URI": settings.queue_url,
        "RATELIMIT_KEY_PREFIX": settings.queue_prefix,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": keyring.secret_key,
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_POST_CHANGE_VIEW": "/",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_JOIN_USER_ROLES": False,
    }


def _init_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        tune = tune_sqlite if db.engine.dialect.name == "sqlite" else tune_postgresql
        tune(db.engine)
    babel.init_app(app, locale_selector=locale.select)
    csrf.init_app(app)
    security.init_app(app, _Accounts(db, User, _NoRole))
    # Nobody is given a token to sign in by, so none is looked for.
    security.login_manager.request_loader(lambda _request: None)


class _Accounts(SQLAlchemyUserDatastore):
    """Finds the signed-in user with a statement built once: it runs before every page."""

    _by_session = sa.select(User).where(User.fs_uniquifier == sa.bindparam("fs_uniquifier"))

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> UserMixin | None:
        if kwargs.keys() == {"fs_uniquifier"}:
            return db.session().scalar(self._by_session, kwargs)
        return super().find_user(case_insensitive, **kwargs)


class _NoRole(RoleMixin):
    """Flask-Security wants a role table; ours hold a role per organisation, in `Membership`."""


def _modules(package: ModuleType, leaf: str = "") -> list[ModuleType]:
    """The feature modules of a layer, by name: what lies in the folder is what is served."""
    found = []
    for info in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{info.name}" + (f".{leaf}" if leaf else "")
        if not info.name.startswith("_") and (not leaf or importlib.util.find_spec(name)):
            found.append(importlib.import_module(name))
    return found
