"""One field or question: how it is put, of whom it is asked, on what it depends."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import FieldKey, FormDefinition, Question
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.registration_words import field_label
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services import registration_form as service
from trainingmgr.web.registration_form.blueprint import bp
from trainingmgr.web.registration_form.forms import FieldForm, QuestionForm, for_training


@bp.route("/t/<code>/registration/form/question", methods=["GET", "POST"])
@requires(Permission.EDIT)
def new_question(training: Training) -> ResponseReturnValue:
    """Add a question."""
    present = form_of(db.session(), training.id)
    form = for_training(QuestionForm, training)()
    form.offer(present.definition, "", present.version)
    if form.validate_on_submit():
        try:
            service.add_question(actor(), training.id, form.question(), version=form.began_from())
        except Refusal as refusal:
            form.mark(refusal, form_of(db.session(), training.id).version)
        else:
            return _done(training)
    return _page(training, form, present.definition, "")


@bp.route("/t/<code>/registration/form/<field_key>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit(training: Training, field_key: str) -> ResponseReturnValue:
    """Change how a field or question is asked."""
    present = form_of(db.session(), training.id)
    one = present.definition.get(field_key)
    if one is None or field_key == FieldKey.NAME:
        abort(404)
    form = for_training(QuestionForm if isinstance(one, Question) else FieldForm, training)()
    form.offer(present.definition, field_key, present.version)
    if not form.is_submitted():
        form.show(one)
    elif isinstance(form, QuestionForm) and isinstance(one, Question):
        form.kind.data = one.kind.value
    if form.validate_on_submit():
        try:
            _change(training, field_key, form)
        except Refusal as refusal:
            form.mark(refusal, form_of(db.session(), training.id).version)
        else:
            return _done(training)
    return _page(training, form, present.definition, field_key)


def _change(training: Training, key: str, form: FieldForm) -> None:
    if isinstance(form, QuestionForm):
        service.change_question(actor(), training.id, key, form.question(), version=form.began_from())
        return
    service.change_field(
        actor(),
        training.id,
        FieldKey(key),
        modes=form.modes(),
        condition=form.asked_if(),
        sensitive=form.sensitive(),
        version=form.began_from(),
    )


def _done(training: Training) -> Response:
    flash(_("Saved."), "success")
    return _to_design(training)


def _to_design(training: Training, key: str = "") -> Response:
    target = url_for("registration_form.design", code=training.code, _anchor=f"f-{key}" if key else None)
    return redirect(target, 303)


def _page(training: Training, form: FieldForm, definition: FormDefinition, key: str) -> ResponseReturnValue:
    one = definition.get(key)
    page = render_template(
        "registration_form/field.html",
        training=training,
        form=form,
        key=key,
        title=field_label(definition, key) if key else _("Add a question"),
        own=not key or isinstance(one, Question),
        sensitive=one is not None and one.sensitive is not None,
    )
    return page, 422 if form.errors else 200


@bp.post("/t/<code>/registration/form/<field_key>/<any(up,down):direction>")
@requires(Permission.EDIT)
def move(training: Training, field_key: str, direction: str) -> Response:
    """Let a question change places with its neighbour."""
    service.move_question(actor(), training.id, field_key, "up" if direction == "up" else "down")
    return _to_design(training, field_key)


@bp.post("/t/<code>/registration/form/<field_key>/remove")
@requires(Permission.EDIT)
def remove(training: Training, field_key: str) -> Response:
    """Take a question away that nobody has answered."""
    try:
        service.remove_question(actor(), training.id, field_key)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        flash(sentence(refusal), "error")
        return _to_design(training, field_key)
    return _done(training)
