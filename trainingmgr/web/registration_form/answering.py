"""A participant's answers: shown, put right, shown in clear with a note, and consents taken back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.answer_table import answer_file
from trainingmgr.http.registration_form import AnswerForm, answer_form, filled
from trainingmgr.http.registration_words import PERSONAL_FIELDS, consent_words, shown_answers
from trainingmgr.http.rendering import localised
from trainingmgr.http.roster_table import MIME
from trainingmgr.models import Training
from trainingmgr.queries.registration_answer import (
    AnswerRow,
    Answers,
    answers_of,
    consents_of,
    opened_answers,
    whole_table,
)
from trainingmgr.queries.registration_form import Form, form_of
from trainingmgr.queries.roster import Participant, participant
from trainingmgr.services import registration_form as service
from trainingmgr.web.registration_form.blueprint import bp


class KeptAnswers(AnswerForm):
    """A participant's answers as the organiser puts them right. What is sealed stays unless it is typed anew."""

    answers_version = HiddenField()


@bp.route("/t/<code>/roster/<int:registration_id>/answers", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_answers(training: Training, registration_id: int) -> ResponseReturnValue:
    """Put a participant's answers right."""
    who = _participant(training, registration_id)
    present, kept = form_of(db.session(), training.id), answers_of(db.session(), who.id)
    form = _form(training, who, present, kept)
    if form.validate_on_submit() and form.checked:
        try:
            service.answer(
                actor(),
                training,
                who.id,
                form.checked,
                consents=form.consented(),
                form_version=form.began_from(),
                version=form.answers_version.data or "",
            )
        except Refusal as refusal:
            form.refuse(refusal)
            form.answers_version.data = kept.version
        else:
            flash(_("Saved."), "success")
            return _to_person(training, who)
    form.form_version.data = str(present.version)
    page = render_template(
        "registration_form/answers.html", training=training, who=who, form=form, sealed=kept.sealed()
    )
    return page, 422 if form.errors else 200


def _form(training: Training, who: Participant, present: Form, kept: Answers) -> KeptAnswers:
    opened = opened_answers(db.session(), who.id)
    standing = {one.key for one in consents_of(db.session(), who.id) if one.withdrawn_at is None}
    made = answer_form(
        present.definition,
        who.category_id,
        base=KeptAnswers,
        consents={
            key: words
            for key, words in consent_words(training, present.definition).items()
            if key not in standing
        },
        lenient=True,
        left_out=PERSONAL_FIELDS,
        # Not shown: what is asked may depend on it.
        known={"sex": who.sex, **{key: opened[key] for key in kept.sealed()}},
    )
    form: KeptAnswers = made(
        data=filled(present.definition, kept.plain()) | {"answers_version": kept.version}
    )
    return form


@bp.post("/t/<code>/roster/<int:registration_id>/answers/reveal")
@requires(Permission.REVEAL)
def reveal(training: Training, registration_id: int) -> str:
    """Show all answers in clear this once; it is noted who asked."""
    who = _participant(training, registration_id)
    opened = service.reveal(actor(), training, who.id)
    session = db.session()
    answers = shown_answers(
        form_of(session, training.id).definition,
        answers_of(session, who.id),
        consents_of(session, who.id),
        opened,
    )
    return render_template("registration_form/revealed.html", training=training, who=who, answers=answers)


@bp.post("/t/<code>/roster/<int:registration_id>/answers/<field_key>/withdraw")
@requires(Permission.EDIT)
def withdraw(training: Training, registration_id: int, field_key: str) -> Response:
    """Note that the participant takes a consent back, and forget what it covered."""
    who = _participant(training, registration_id)
    service.withdraw(actor(), training, who.id, field_key)
    flash(_("The consent is taken back; what it covered is deleted."), "success")
    return _to_person(training, who)


@bp.get("/t/<code>/registration/answers.<any(csv,xlsx):form>")
@requires(Permission.EDIT)
def export(training: Training, form: str) -> Response:
    """Everybody's answers as a file, sealed ones masked."""
    return _file(training, form, whole_table(db.session(), training.id))


@bp.post("/t/<code>/registration/answers-in-clear")
@requires(Permission.REVEAL)
def export_in_clear(training: Training) -> Response:
    """Everybody's answers as a workbook, sealed ones in clear; it is noted who asked."""
    return _file(training, "xlsx", service.reveal_all(actor(), training))


def _file(training: Training, form: str, rows: list[AnswerRow]) -> Response:
    definition = form_of(db.session(), training.id).definition
    body = answer_file(form, localised(training, "title"), definition, rows)
    response = Response(body, mimetype=MIME[form])
    name = f"{training.code}-answers.{form}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _participant(training: Training, registration_id: int) -> Participant:
    found: Participant = in_training(participant(db.session(), training.id, registration_id), training)
    return found


def _to_person(training: Training, who: Participant) -> Response:
    target = url_for("roster.person", code=training.code, registration_id=who.id)
    return redirect(target, 303)
