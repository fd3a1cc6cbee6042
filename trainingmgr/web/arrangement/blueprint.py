"""The blueprint, and what an address says."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.models import Training

bp = Blueprint("arrangement", __name__, url_prefix="/t/<code>/arrangement")


def kind_or_404(into: str) -> ArrangementKind:
    """The kind of container that an address is about."""
    if into not in set(ArrangementKind):
        abort(404)
    return ArrangementKind(into)


def to_page(training: Training, kind: ArrangementKind) -> Response:
    """Back to the page of a kind."""
    return redirect(url_for("arrangement.show", code=training.code, into=kind.value), 303)
