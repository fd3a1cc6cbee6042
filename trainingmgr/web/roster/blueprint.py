"""The blueprint that the screens of the roster share."""

from flask import Blueprint

bp = Blueprint("roster", __name__)
