"""The blueprint that the screens of designs share."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from trainingmgr.extensions import db
from trainingmgr.models import Design, Organisation
from trainingmgr.queries import design as queries

bp = Blueprint("design", __name__, url_prefix="/o/<int:organisation_id>/designs")


def design_named(organisation_id: int, design_id: int) -> Design:
    """The design that an address names; 404 for one of another organisation."""
    row = queries.design_of(db.session(), organisation_id, design_id)
    if row is None:
        abort(404)
    return row


def organisation(organisation_id: int) -> Organisation:
    return db.session().get_one(Organisation, organisation_id)


def to_list(organisation_id: int) -> Response:
    return redirect(url_for("design.index", organisation_id=organisation_id), 303)


def to_editor(organisation_id: int, design_id: int, **more: object) -> Response:
    return redirect(
        url_for("design.edit", organisation_id=organisation_id, design_id=design_id, **more),  # type: ignore[arg-type]
        303,
    )
