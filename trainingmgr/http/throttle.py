"""How often one may ask: public pages by address; for passwords by address, by account and by both together.

The counts are kept in Redis where there is one, for all processes together, else in the memory of each.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, current_app, request
from flask_security import current_user
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from trainingmgr.http import counts

PER_ADDRESS = "30/minute; 300/hour"
PER_ACCOUNT = "100/hour"
PER_ACCOUNT_AND_ADDRESS = "8/5 minutes"
_GUARDED = {"security.login", "security.verify", "security.change_password"}
_SCOPE = "sign-in"

View = Callable[..., Any]


def at_most(rates: str) -> Callable[[View], View]:
    """Let each address ask for a page so often (`30/minute; 300/hour`); what is more is answered with 429."""
    limits = parse_many(rates)

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if current_app.config["RATELIMIT_ENABLED"]:
                _hit_all([(limit, (request.endpoint or "", caller_address())) for limit in limits])
            return view(*args, **kwargs)

        return counted

    return decorate


def caller_address() -> str:
    """The network address of whoever asks, as the server or its own reverse proxy knows it."""
    return request.remote_addr or ""


def init_app(app: Flask) -> None:
    """Count attempts on `app`'s password forms; too many are answered with 429.

    Configuration: RATELIMIT_ENABLED; RATELIMIT_STORAGE_URI, a Redis or empty for the memory of the process;
    RATELIMIT_KEY_PREFIX, which keeps installations apart that share a Redis.
    """
    # The library's name of a Redis that is reached through a socket.
    uri = app.config["RATELIMIT_STORAGE_URI"].replace("unix://", "redis+unix://", 1) or f"{counts.SCHEME}://"
    app.extensions["trainingmgr.throttle"] = FixedWindowRateLimiter(storage_from_string(uri))

    def count() -> None:
        if _guarded():
            _hit_all(_limits())

    def forgive(response: Response) -> Response:
        if _guarded() and request.endpoint == "security.login" and current_user.is_authenticated:
            for limit in parse_many(PER_ACCOUNT_AND_ADDRESS):
                _counter().clear(limit, *_key(_SCOPE, _account(), caller_address()))
        return response

    # Flask-Security's blueprint is its own to make; other pages need not ask at each request.
    app.before_request_funcs.setdefault("security", []).append(count)
    app.after_request_funcs.setdefault("security", []).append(forgive)


def _guarded() -> bool:
    enabled: bool = current_app.config["RATELIMIT_ENABLED"]
    return enabled and request.method == "POST" and request.endpoint in _GUARDED


def _hit_all(limits: list[tuple[RateLimitItem, tuple[str, ...]]]) -> None:
    # Every limit is hit, so that none is spared by another that is spent already.
    counter = _counter()
    within = [counter.hit(limit, *_key(*key)) for limit, key in limits]
    if not all(within):
        abort(429)


def _counter() -> FixedWindowRateLimiter:
    counter: FixedWindowRateLimiter = current_app.extensions["trainingmgr.throttle"]
    return counter


def _key(*parts: str) -> tuple[str, ...]:
    return (current_app.config["RATELIMIT_KEY_PREFIX"], *parts)


def _limits() -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    address, account = caller_address(), _account()
    return [
        *((limit, (_SCOPE, "address", address)) for limit in parse_many(PER_ADDRESS)),
        *((limit, (_SCOPE, "account", account)) for limit in parse_many(PER_ACCOUNT)),
        *((limit, (_SCOPE, account, address)) for limit in parse_many(PER_ACCOUNT_AND_ADDRESS)),
    ]


def _account() -> str:
    if request.endpoint != "security.login" and current_user.is_authenticated:
        email: str = current_user.email
        return email
    return request.form.get("email", "").strip().lower()[:254]
