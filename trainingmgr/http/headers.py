"""Security headers on every answer: nothing from another host that a view does not allow, no inline script without
its nonce.
"""

import secrets

from flask import Flask, Response, g, request

_STATIC = "default-src 'none'"
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)


def nonce() -> str:
    """This answer's one-time mark for its own inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    value: str = g.csp_nonce
    return value


def unlisted(response: Response) -> Response:
    """For pages whose address is their key: no search engine lists them, should it ever come by one.

    Other sites are not told the address by the Referrer-Policy of all pages; our own forms are, or the guard
    against forged ones would refuse them.
    """
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def let_anyone_keep(seconds: int) -> None:
    """This answer is the same for everybody and may be kept for so long, which no other may."""
    g.cache_control = f"public, max-age={seconds}"


def let_asker_check() -> None:
    """This answer may be kept by whoever asked, who asks each time whether it still holds."""
    g.cache_control = "private, no-cache"


def allow_images_from(origin: str) -> None:
    """Let this answer load pictures from one other host, which is told the origin of ours and not the page."""
    g.image_origin = origin


def _policy() -> str:
    foreign = f" {g.image_origin}" if "image_origin" in g else ""
    mark = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"script-src 'self' {mark}; style-src 'self' {mark}; img-src 'self' data:{foreign}; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; object-src 'self'; frame-src 'self'"
    )


def init_app(app: Flask) -> None:
    """Set the headers on each answer of `app`, but those that a view has set otherwise."""
    always = list(_ALWAYS)
    if app.extensions["trainingmgr.settings"].https:
        always.append(("Strict-Transport-Security", "max-age=31536000"))
    app.jinja_env.globals["csp_nonce"] = nonce

    @app.after_request
    def _headers(response: Response) -> Response:
        is_static = request.endpoint == "static"
        policy = _STATIC if is_static else _policy()
        if "image_origin" in g:
            # Hosts of tiles refuse those who do not say where they come from.
            response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        given = dict(response.headers)
        for name, value in (*always, ("Content-Security-Policy", policy)):
            if name not in given:
                response.headers.add(name, value)
        if not is_static:
            response.headers["Cache-Control"] = g.get("cache_control", "no-store")
        return response
