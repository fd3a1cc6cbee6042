"""Who is asking, and whether they may: every route declares one of three answers.

`@public` routes are open, `@signed_in` routes need an account, `@requires(permission)` routes need
it in the organisation of what they show. A record of another organisation does not exist for the
asker (404); a lacking role is a 403. A route that declares nothing does not start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, abort, g, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission, Role, allows
from trainingmgr.extensions import db
from trainingmgr.models import Training
from trainingmgr.queries import accounts as account_queries
from trainingmgr.queries.accounts import Actor

View = Callable[..., Any]
_OPEN_ENDPOINTS = {"static", "security.login", "security.logout", "security.static"}
_ACCOUNT_ENDPOINTS = {"security.change_password", "security.verify"}


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its caller, for the gate and for the test that walks all routes."""

    kind: str
    permission: Permission | None = None


def public(view: View) -> View:
    """Mark a route as open to everybody."""
    view.access = Access("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a route as open to whoever has an account."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_sign_in()
        return view(*args, **kwargs)

    wrapper.access = Access("signed_in")  # type: ignore[attr-defined]
    return wrapper


def requires(permission: Permission) -> Callable[[View], View]:
    """Let a route's `code` in the address become its `training`, if the caller may.

    The view is called with `training` in place of `code`. `g.actor` says who acts, `g.role` with
    which role.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, code: str, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_sign_in()
            found = account_queries.training_and_role(db.session(), current_user.id, code)
            if found is None:
                abort(404)
            training, role = found
            if not allows(role, permission):
                abort(403)
            g.role, g.training = role, training
            return view(*args, training=training, **kwargs)

        wrapper.access = Access("training", permission)  # type: ignore[attr-defined]
        return wrapper

    return decorate


def requires_in_organisation(permission: Permission) -> Callable[[View], View]:
    """As `requires`, for routes of an organisation: `organisation_id` in the address is checked."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, organisation_id: int, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_sign_in()
            role = account_queries.role_in(db.session(), current_user.id, organisation_id)
            if role is None:
                abort(404)
            if not allows(role, permission):
                abort(403)
            g.role = role
            return view(*args, organisation_id=organisation_id, **kwargs)

        wrapper.access = Access("organisation", permission)  # type: ignore[attr-defined]
        return wrapper

    return decorate


def to_sign_in() -> Response:
    """Send a stranger to the sign-in page and, where a page was asked for, back to it afterwards."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    target = url_for("security.login", next=wanted)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("security.login")})
    return redirect(target, 303)


def actor() -> Actor:
    """The signed-in user, as services and the audit know them."""
    return Actor(user_id=current_user.id, name=current_user.name or current_user.email)


def may(permission: str) -> bool:
    """Tell a template whether the caller's role in what is shown allows `permission`."""
    role: Role | None = g.get("role")
    return role is not None and allows(role, Permission(permission))


def in_training(record: Any, training: Training) -> Any:
    """Give `record` back if it belongs to `training`; otherwise it does not exist (404)."""
    if record is None or record.training_id != training.id:
        abort(404)
    return record


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the route `endpoint` declares; None where it declares nothing."""
    if endpoint in _OPEN_ENDPOINTS:
        return Access("public")
    if endpoint in _ACCOUNT_ENDPOINTS:
        return Access("signed_in")
    return getattr(app.view_functions[endpoint], "access", None)


def init_app(app: Flask) -> None:
    """Close every route that does not say who may use it."""

    @app.before_request
    def _declared() -> None:
        if request.endpoint and access_of(app, request.endpoint) is None:
            abort(404)

    app.jinja_env.globals["may"] = may
