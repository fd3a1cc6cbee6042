"""How a training is open, as the organiser sets it; the address to pass on; addresses of participants."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.public_address import is_local
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.qr import qr_picture
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import places
from trainingmgr.queries.open_registration import opening, public_page, standing
from trainingmgr.services import open_registration as service
from trainingmgr.web.open_registration.blueprint import bp
from trainingmgr.web.open_registration.forms import OpenForm

_FIELD_OF = {"open_registration.times_reversed": "closes_at", "open_registration.capacity": "capacity"}


@bp.route("/t/<code>/registration", methods=["GET", "POST"])
@requires(Permission.EDIT)
def settings(training: Training) -> ResponseReturnValue:
    """How the training is open, and how that stands."""
    session = db.session()
    present = opening(session, training.id)
    form = OpenForm.of(present.given, present.version, training.time_zone)
    if form.validate_on_submit():
        try:
            given = form.given(training.time_zone)
            service.set_open(actor(), training.id, given, version=form.began_from())
        except Refusal as refusal:
            _mark(form, refusal, training)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("open_registration.settings", code=training.code), 303)
    stands = standing(session, training)
    address = public_page(training)
    page = render_template(
        "open_registration/settings.html",
        training=training,
        form=form,
        stands=stands,
        state=stands.state.value,
        places=places.of(session, training),
        address=address,
        address_local=is_local(address),
        qr=qr_picture(address, address),
    )
    return page, int(g.get("refused", 422)) if form.errors else 200


def _mark(form: OpenForm, refusal: Refusal, training: Training) -> None:
    g.refused = 409 if refusal.code == "stale" else 422
    form.version.data = str(opening(db.session(), training.id).version)
    name = _FIELD_OF.get(refusal.code, "")
    if name:
        form[name].errors = [*form[name].errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))


@bp.get("/t/<code>/registration/poster")
@requires(Permission.EDIT)
def poster(training: Training) -> str:
    """The address and its QR on one sheet, to be printed and put up."""
    address = public_page(training)
    return render_template(
        "open_registration/poster.html",
        training=training,
        stands=standing(db.session(), training),
        address=address,
        qr=qr_picture(address, address),
    )


@bp.post("/t/<code>/roster/<int:registration_id>/own-address")
@requires(Permission.EDIT)
def renew_own(training: Training, registration_id: int) -> Response:
    """Give a participant another address for looking after the registration."""
    try:
        service.renew(actor(), training, registration_id)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        flash(sentence(refusal), "error")
    else:
        flash(_("The registration has a new address; the one before leads nowhere now."), "success")
    return _to_person(training, registration_id)


@bp.post("/t/<code>/roster/<int:registration_id>/own-address/close")
@requires(Permission.EDIT)
def close_own(training: Training, registration_id: int) -> Response:
    """Let a participant's address lead nowhere."""
    service.close(actor(), training, registration_id)
    flash(_("The address leads nowhere now."), "success")
    return _to_person(training, registration_id)


@bp.post("/t/<code>/roster/<int:registration_id>/own-address/send")
@requires(Permission.EDIT)
def send_own(training: Training, registration_id: int) -> Response:
    """Send a participant the address again."""
    try:
        service.send_again(actor(), training, registration_id)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        flash(sentence(refusal), "error")
    else:
        flash(_("The address is on its way by mail."), "success")
    return _to_person(training, registration_id)


def _to_person(training: Training, registration_id: int) -> Response:
    address = url_for("roster.person", code=training.code, registration_id=registration_id)
    return redirect(address, 303)
