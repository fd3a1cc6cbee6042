"""The public page: what the training is, whether it is open, and the form."""

import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainingmgr.domain.open_registration import OpenState
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.locale import language
from trainingmgr.http.registration_form import answer_form
from trainingmgr.http.registration_words import consent_words
from trainingmgr.http.throttle import at_most
from trainingmgr.models import Training
from trainingmgr.queries.accounts import training_by_code
from trainingmgr.queries.open_registration import Standing, standing
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services import open_registration as service
from trainingmgr.services.open_registration import Sent
from trainingmgr.web.open_registration.blueprint import bp
from trainingmgr.web.open_registration.forms import SendForm

_TAKES_FORMS = frozenset({OpenState.OPEN, OpenState.WAITING})


@bp.get("/r/<code>")
@at_most("60/minute")
@public
def show(code: str) -> str:
    """What the training is, whether registration is open, and the form where it is."""
    training, stands = open_training(code)
    return _page(training, stands, _form(training) if stands.state in _TAKES_FORMS else None)


@bp.post("/r/<code>")
@at_most("30/minute; 300/hour")
@public
def send(code: str) -> ResponseReturnValue:
    """Register; or show the form for another category, with what was typed."""
    training, stands = open_training(code)
    form = _form(training)
    if "again" in request.form:
        return _page(training, stands, form)
    if not form.validate() or form.checked is None:
        return _page(training, stands, form), 422
    sent = Sent(
        checked=form.checked,
        form_version=form.began_from(),
        category_id=form.category_id,
        consents=form.consented(),
        language=language(),
        once=(form.once.data or "")[:32],
    )
    try:
        received = service.register(training.id, sent)
    except Refusal as refusal:
        form.refuse(refusal)
        if refusal.code == "open_registration.unmarked":
            form.once.data = secrets.token_urlsafe(16)
        form.form_version.data = str(form_of(db.session(), training.id).version)
        return _page(training, standing(db.session(), training), form), 422
    if not received.token:
        # In the same words for whoever it is, and whatever is known of them.
        flash(
            _(
                "You are registered for this training already. If your mail address is known, the address under which you can change it was sent there again; else ask the organiser."
            ),
            "warning",
        )
        return redirect(url_for("open_registration.show", code=training.code), 303)
    flash(_("Thank you, your registration has arrived."), "success")
    return redirect(url_for("open_registration.show_own", code=training.code, own_key=received.token), 303)


def open_training(code: str) -> tuple[Training, Standing]:
    """The training of an address and how it stands; 404 for one that is not open to the public."""
    training = training_by_code(db.session(), code)
    stands = standing(db.session(), training) if training else None
    if training is None or stands is None or stands.state is OpenState.OFF:
        abort(404)
    return training, stands


def _form(training: Training) -> SendForm:
    present = form_of(db.session(), training.id)
    chosen = request.form.get("category", "")
    only = training.categories[0].id if len(training.categories) == 1 else None
    category = next((one.id for one in training.categories if str(one.id) == chosen), only)
    made = answer_form(
        present.definition,
        category,
        base=SendForm,
        consents=consent_words(training, present.definition),
    )
    form: SendForm = made()
    form.offer(training)
    if not form.is_submitted():
        form.once.data, form.form_version.data = secrets.token_urlsafe(16), str(present.version)
    elif "again" in request.form:
        form.form_version.data = str(present.version)
    return form


def _page(training: Training, stands: Standing, form: SendForm | None) -> str:
    return render_template(
        "open_registration/page.html", training=training, stands=stands, state=stands.state.value, form=form
    )
