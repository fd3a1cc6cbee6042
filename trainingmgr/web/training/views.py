"""My trainings, one training's overview, and what is set about it."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from trainingmgr.domain.membership import Permission, allows
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.training import Outside
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires, requires_in_organisation, signed_in
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Organisation, Training
from trainingmgr.queries import accounts as account_queries
from trainingmgr.queries import audit
from trainingmgr.queries import training as queries
from trainingmgr.queries.training_copy import copy_preview
from trainingmgr.services import training as services
from trainingmgr.web.training.forms import FIELD_OF, CopyForm, TrainingForm
from trainingmgr.web.training.words import change_words, step_words

bp = Blueprint("training", __name__)


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """My trainings: running, coming, past."""
    session = db.session()
    organisations = [
        organisation
        for organisation, role in account_queries.organisations_of(session, current_user.id)
        if allows(role, Permission.EDIT)
    ]
    cards = queries.cards(session, current_user.id)
    return render_template("training/index.html", cards=cards, organisations=organisations)


@bp.route("/organisations/<int:organisation_id>/trainings/new", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def new(organisation_id: int) -> ResponseReturnValue:
    """Make a training from nothing."""
    form = TrainingForm()
    if form.validate_on_submit():
        try:
            training = services.create(actor(), organisation_id, form.input())
        except Refusal as refusal:
            _put_beside_its_field(form, refusal)
        else:
            return redirect(url_for("training.overview", code=training.code), 303)
    form.add_spare_rows()
    organisation = db.session.get_one(Organisation, organisation_id)
    return render_template("training/new.html", form=form, organisation=organisation), _status(form)


@bp.get("/t/<code>")
@requires(Permission.VIEW)
def overview(training: Training) -> ResponseReturnValue:
    """How the training stands and what to do next."""
    session = db.session()
    seen = queries.overview(session, training)
    steps = [step_words(training, step) for step in seen.next_steps]
    changes = change_words(training, audit.latest(session, training.id))
    return render_template(
        "training/overview.html", training=training, seen=seen, steps=steps, changes=changes
    )


@bp.route("/t/<code>/settings", methods=["GET", "POST"])
@requires(Permission.EDIT)
def settings(training: Training) -> ResponseReturnValue:
    """Change what is set about the training."""
    form = TrainingForm.of(training)
    if form.validate_on_submit():
        try:
            training = services.update(
                actor(), training, form.input(), form.began_from(training), Outside(form.outside.data or "")
            )
        except Refusal as refusal:
            _put_beside_its_field(form, refusal)
        else:
            flash(_("Saved."))
            return redirect(url_for("training.settings", code=training.code), 303)
    form.offer_outside(training)
    form.add_spare_rows()
    return render_template("training/settings.html", form=form, training=training), _status(form)


@bp.route("/t/<code>/copy", methods=["GET", "POST"])
@requires(Permission.EDIT)
def copy(training: Training) -> ResponseReturnValue:
    """Make next year's training from this one."""
    form = CopyForm(data={"title_zh": training.title_zh})
    if form.validate_on_submit() and form.start_date.data:
        try:
            made = services.copy(
                actor(),
                training,
                form.code.data or "",
                form.start_date.data,
                title_zh=form.title_zh.data or "",
                own=training.is_sample and bool(form.own.data),
                parts=form.parts(),
            )
        except Refusal as refusal:
            _put_beside_its_field(form, refusal)
        else:
            flash(_("Copied: the plan came along, the people did not. Lecturers are to be asked anew."))
            return redirect(url_for("training.overview", code=made.code), 303)
    preview = copy_preview(db.session(), training)
    return render_template(
        "training/copy.html", form=form, training=training, preview=preview, ticked=form.parts()
    ), _status(form)


@bp.post("/t/<code>/archive")
@requires(Permission.EDIT)
def archive(training: Training) -> ResponseReturnValue:
    """Put the training away."""
    services.archive(actor(), training)
    return redirect(url_for("training.overview", code=training.code), 303)


@bp.post("/t/<code>/reopen")
@requires(Permission.EDIT)
def reopen(training: Training) -> ResponseReturnValue:
    """Bring an archived training back."""
    services.reopen(actor(), training)
    return redirect(url_for("training.overview", code=training.code), 303)


def _put_beside_its_field(form: TrainingForm | CopyForm, refusal: Refusal) -> None:
    db.session.rollback()
    g.refused = 409 if refusal.code == "stale" else 422
    name, refusal = FIELD_OF.get(refusal.code, ""), dated(refusal)
    field = form._fields.get(name)
    if field is None:
        form.form_errors.append(sentence(refusal))
    else:
        field.errors = [*field.errors, sentence(refusal)]


def _status(form: TrainingForm | CopyForm) -> int:
    return int(g.get("refused", 422)) if form.errors else 200
