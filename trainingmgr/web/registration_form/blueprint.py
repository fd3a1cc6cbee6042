"""The blueprint that the screens of registration forms share."""

from flask import Blueprint

bp = Blueprint("registration_form", __name__)
