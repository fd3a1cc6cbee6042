"""The blueprint that the screens of open registration share."""

from flask import Blueprint

from trainingmgr.http.headers import unlisted

bp = Blueprint("open_registration", __name__)


bp.after_request(unlisted)
