"""The blueprint that the screens of open registration share."""

from flask import Blueprint, Response

bp = Blueprint("open_registration", __name__)


@bp.after_request
def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
