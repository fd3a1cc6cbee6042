"""The rooms and halls that an organisation's sessions are held in."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.models import Training, Venue
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.services import schedule as schedule_service
from trainingmgr.services.schedule import VenueDraft
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.forms import VenueForm, put_beside

_TEXTS = ("name_zh", "name_en", "address")
_FACTS = ("capacity", "latitude", "longitude")


@bp.get("/t/<code>/venues")
@requires(Permission.VIEW)
def venues(training: Training) -> str:
    """Every room, by name."""
    rows = schedule_queries.venues(db.session(), training.organisation_id)
    return render_template("schedule/venues.html", training=training, rows=rows)


@bp.get("/t/<code>/venues/new")
@requires(Permission.EDIT)
def new_venue(training: Training) -> str:
    """An empty form."""
    return render_template("schedule/venue.html", training=training, form=VenueForm(), venue=None)


@bp.post("/t/<code>/venues/new")
@requires(Permission.EDIT)
def create_venue(training: Training) -> Any:
    """Add a room."""
    return _take(training, None)


@bp.get("/t/<code>/venues/<int:venue_id>")
@requires(Permission.EDIT)
def edit_venue(training: Training, venue_id: int) -> str:
    """The form of a room."""
    venue = _own(training, venue_id)
    return render_template("schedule/venue.html", training=training, form=VenueForm(obj=venue), venue=venue)


@bp.post("/t/<code>/venues/<int:venue_id>")
@requires(Permission.EDIT)
def update_venue(training: Training, venue_id: int) -> Any:
    """Change a room."""
    return _take(training, _own(training, venue_id))


@bp.post("/t/<code>/venues/<int:venue_id>/delete")
@requires(Permission.EDIT)
def delete_venue(training: Training, venue_id: int) -> Response:
    """Delete a room."""
    code = training.code
    _own(training, venue_id)
    schedule_service.delete_venue(actor(), training.organisation_id, venue_id)
    flash(_("The room was deleted."), "success")
    return redirect(url_for("schedule.venues", code=code), 303)


def _own(training: Training, venue_id: int) -> Venue:
    venue = db.session.get(Venue, venue_id)
    if venue is None or venue.organisation_id != training.organisation_id:
        raise NotFound("not_found")
    return venue


def _take(training: Training, venue: Venue | None) -> Any:
    form, code = VenueForm(), training.code
    if form.validate():
        values: dict[str, Any] = {name: form[name].data or "" for name in _TEXTS}
        draft = VenueDraft(**values | {name: form[name].data for name in _FACTS})
        try:
            schedule_service.save_venue(actor(), training.organisation_id, draft, venue.id if venue else None)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(_("The room is saved."), "success")
            return redirect(url_for("schedule.venues", code=code), 303)
    return render_template("schedule/venue.html", training=training, form=form, venue=venue), 422
