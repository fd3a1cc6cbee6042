"""Buses: added, changed, taken away, and sent along on visits."""

from collections import defaultdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Bus, Training
from trainingmgr.queries import bus as bus_queries
from trainingmgr.services import bus as bus_service
from trainingmgr.services.bus import BusDraft
from trainingmgr.web.visit.blueprint import bp
from trainingmgr.web.visit.forms import BusForm

_TEXTS = ("name", "plate", "driver", "driver_phone", "leader", "leader_phone")


@bp.get("/t/<code>/buses/new")
@requires(Permission.EDIT)
def new_bus(training: Training) -> str:
    """An empty form."""
    return _page(training, _form(training), None)


@bp.post("/t/<code>/buses/new")
@requires(Permission.EDIT)
def create_bus(training: Training) -> Any:
    """Add a bus."""
    return _take(training, None)


@bp.get("/t/<code>/buses/<int:bus_id>")
@requires(Permission.EDIT)
def edit_bus(training: Training, bus_id: int) -> str:
    """The form of a bus."""
    bus = _own(training, bus_id)
    return _page(training, _form(training, bus), bus)


@bp.post("/t/<code>/buses/<int:bus_id>")
@requires(Permission.EDIT)
def update_bus(training: Training, bus_id: int) -> Any:
    """Change a bus."""
    return _take(training, _own(training, bus_id))


@bp.post("/t/<code>/buses/<int:bus_id>/delete")
@requires(Permission.EDIT)
def delete_bus(training: Training, bus_id: int) -> Response:
    """Take a bus away, off every visit too."""
    bus_service.delete_bus(actor(), training.id, bus_id)
    flash(_("The bus was removed."), "success")
    return redirect(url_for("visit.index", code=training.code), 303)


@bp.post("/t/<code>/visits/<int:session_id>/buses")
@requires(Permission.EDIT)
def set_rides(training: Training, session_id: int) -> Response:
    """Say which buses go along on a visit, and which groups ride in them."""
    bus_service.set_rides(actor(), training.id, session_id, _ticked())
    flash(_("The buses of the visit are saved."), "success")
    return redirect(url_for("visit.index", code=training.code, _anchor=f"v{session_id}"), 303)


def _ticked() -> dict[int, list[str]]:
    """The ticked boxes: the number of a bus that goes along, or that number, a colon and a group."""
    found: dict[int, list[str]] = defaultdict(list)
    for value in request.form.getlist("ride"):
        number, _colon, group = value.partition(":")
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise NotFound("not_found")
        found[int(number)] += [group] if group else []
    return found


def _own(training: Training, bus_id: int) -> Bus:
    bus: Bus = in_training(bus_queries.bus_of(db.session(), training.id, bus_id), training)
    return bus


def _form(training: Training, bus: Bus | None = None) -> BusForm:
    form = BusForm(obj=bus, leads=str(bus.leader_registration_id or "") if bus else "")
    form.offer(bus_queries.leader_choices(db.session(), training.id))
    return form


def _take(training: Training, bus: Bus | None) -> Any:
    form, code = _form(training, bus), training.code
    if form.validate():
        values: dict[str, Any] = {name: form[name].data or "" for name in _TEXTS}
        leads = form.leads.data
        draft = BusDraft(
            **values, seats=form.seats.data or 0, leader_registration_id=int(leads) if leads else None
        )
        try:
            bus_service.save_bus(actor(), training.id, draft, bus.id if bus else None)
        except NotFound:
            raise
        except Refusal as refusal:
            form.name.errors = [*form.name.errors, sentence(refusal)]
        else:
            flash(_("The bus is saved."), "success")
            return redirect(url_for("visit.index", code=code), 303)
    return _page(training, form, bus), 422


def _page(training: Training, form: BusForm, bus: Bus | None) -> str:
    return render_template("visit/bus.html", training=training, form=form, bus=bus)
