"""Slows down guessing of passwords: by address, by account, and by both together.

The counts are kept where Flask-Limiter keeps its own: in Redis where there is one, else in the
memory of the process.
"""

from flask import Flask, Response, abort, request
from flask_limiter.util import get_remote_address
from flask_security import current_user
from limits import RateLimitItem, parse_many

from trainingmgr.extensions import limiter

PER_ADDRESS = "30/minute; 300/hour"
PER_ACCOUNT = "100/hour"
PER_ACCOUNT_AND_ADDRESS = "8/5 minutes"
_GUARDED = {"security.login", "security.verify", "security.change_password"}
_SCOPE = "sign-in"


def init_app(app: Flask) -> None:
    """Count attempts on `app`'s password forms; too many are answered with 429."""

    @app.before_request
    def _count() -> None:
        if not (
            app.config["RATELIMIT_ENABLED"] and request.method == "POST" and request.endpoint in _GUARDED
        ):
            return
        # Every limit is hit, so that none is spared by another that is spent already.
        within = [limiter.limiter.hit(limit, _SCOPE, *key) for limit, key in _limits()]
        if not all(within):
            abort(429)

    @app.after_request
    def _forgive(response: Response) -> Response:
        if (
            app.config["RATELIMIT_ENABLED"]
            and request.method == "POST"
            and request.endpoint == "security.login"
            and current_user.is_authenticated
        ):
            for limit in parse_many(PER_ACCOUNT_AND_ADDRESS):
                limiter.limiter.clear(limit, _SCOPE, _account(), get_remote_address())
        return response


def _limits() -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    address, account = get_remote_address(), _account()
    return [
        *((limit, ("address", address)) for limit in parse_many(PER_ADDRESS)),
        *((limit, ("account", account)) for limit in parse_many(PER_ACCOUNT)),
        *((limit, (account, address)) for limit in parse_many(PER_ACCOUNT_AND_ADDRESS)),
    ]


def _account() -> str:
    if request.endpoint != "security.login" and current_user.is_authenticated:
        email: str = current_user.email
        return email
    return request.form.get("email", "").strip().lower()[:254]
