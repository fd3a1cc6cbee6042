"""The blueprint that the screens of the timetable share."""

from flask import Blueprint

bp = Blueprint("schedule", __name__)
