"""The blueprint that the screens of units share."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from trainingmgr.extensions import db
from trainingmgr.models import Organisation, Unit
from trainingmgr.queries import unit as queries

bp = Blueprint("unit", __name__, url_prefix="/o/<int:organisation_id>/units")


def number_in(values: Mapping[str, str], name: str) -> int:
    """The id that a form or an address names; 0, which nothing has, for anything else."""
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def unit_named(organisation_id: int, unit_id: int) -> Unit:
    """The unit that an address names; 404 for one of another organisation."""
    row = queries.unit_of(db.session(), organisation_id, unit_id)
    if row is None:
        abort(404)
    return row


def organisation(organisation_id: int) -> Organisation:
    return db.session().get_one(Organisation, organisation_id)


def to_list(organisation_id: int) -> Response:
    return redirect(url_for("unit.index", organisation_id=organisation_id), 303)


def to_unit(organisation_id: int, unit_id: int) -> Response:
    return redirect(url_for("unit.show", organisation_id=organisation_id, unit_id=unit_id), 303)
