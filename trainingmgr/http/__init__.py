"""What every screen shares: who is asking, in which language, and what an error looks like."""

from flask import Flask

from trainingmgr.http import access, audit, errors, headers, locale, rendering, throttle, uploads, wellformed


def init_app(app: Flask) -> None:
    """Hang the shared parts on `app`."""
    uploads.init_app(app)
    wellformed.init_app(app)
    access.init_app(app)
    throttle.init_app(app)
    audit.init_app(app)
    headers.init_app(app)
    locale.init_app(app)
    rendering.init_app(app)
    errors.init_app(app)
