"""The list itself."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.http.access import requires
from trainingmgr.http.kept import kept
from trainingmgr.http.paging import decode
from trainingmgr.models import Training
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.listing import filters_of, listing


@bp.get("/t/<code>/roster")
@requires(Permission.VIEW)
def index(training: Training) -> ResponseReturnValue:
    """A page of the list, as the address narrows it."""
    found = listing(training, filters_of(request.args), decode(request.args.get("at")))
    return kept(
        training,
        found.content,
        lambda: render_template(
            "roster/index.html", training=training, list=found, statuses=RegistrationStatus
        ),
    )
