"""The blueprint that the screens of visits and buses share."""

from flask import Blueprint

bp = Blueprint("visit", __name__)
