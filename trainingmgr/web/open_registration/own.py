"""One's own registration, for whoever has its address: how it stands, change it, cancel it."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.domain.participant import phone_to_edit
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import EXPECTED_STATUSES
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.locale import language
from trainingmgr.http.registration_form import answer_form, filled
from trainingmgr.http.registration_words import consent_words, shown_answers, written_words
from trainingmgr.http.throttle import at_most
from trainingmgr.http.words import sentence
from trainingmgr.models import OwnRegistration, Person, Registration, Training
from trainingmgr.queries import places
from trainingmgr.queries.accounts import training_by_code
from trainingmgr.queries.open_registration import Standing, standing
from trainingmgr.queries.own_registration import content_of, ends_on, own_by_token, shown_content
from trainingmgr.queries.person import open_id
from trainingmgr.queries.registration_answer import answers_of, consents_of, opened_answers
from trainingmgr.queries.registration_form import form_of
from trainingmgr.queries.schedule.calendar import class_file
from trainingmgr.services import open_registration as service
from trainingmgr.web.open_registration.blueprint import bp
from trainingmgr.web.open_registration.forms import ChangeForm


class Mine(NamedTuple):
    """A registration as its own hand holds it."""

    training: Training
    own: OwnRegistration
    registration: Registration
    stands: Standing
    token: str

    @property
    def may_change(self) -> bool:
        """Whether it may still be changed and cancelled here."""
        return self.own.by_form and self.registration.status in EXPECTED_STATUSES and self.stands.may_change


def _mine(code: str, token: str) -> Mine:
    session = db.session()
    training = training_by_code(session, code)
    own = own_by_token(session, training.id, token) if training else None
    if training is None or own is None:
        abort(404)
    registration = session.get_one(Registration, own.registration_id)
    return Mine(training, own, registration, standing(session, training), token)


@bp.get("/r/<code>/<own_key>")
@at_most("60/minute")
@public
def show_own(code: str, own_key: str) -> str:
    """How the registration stands, and what was written."""
    mine, session = _mine(code, own_key), db.session()
    definition = form_of(session, mine.training.id).definition
    consents = consents_of(session, mine.registration.id)
    return render_template(
        "open_registration/own.html",
        mine=mine,
        training=mine.training,
        written=shown_content(mine.own),
        words=written_words,
        answers=shown_answers(definition, answers_of(session, mine.registration.id), consents),
        position=places.position(session, mine.registration),
        last_day=ends_on(mine.training, mine.own),
        status=mine.registration.status.value,
    )


@bp.route("/r/<code>/<own_key>/change", methods=["GET", "POST"])
@at_most("30/minute")
@public
def change_own(code: str, own_key: str) -> ResponseReturnValue:
    """Change what was written. What is sealed stays unless it is typed anew."""
    mine = _mine(code, own_key)
    if not mine.may_change:
        flash(sentence(Refusal("open_registration.over")), "warning")
        return _to_own(mine)
    form = _change_form(mine)
    if form.validate_on_submit() and form.checked:
        try:
            service.change(
                mine.training,
                own_key,
                form.checked,
                consents=form.consented(),
                form_version=form.began_from(),
                version=form.answers_version.data or "",
            )
        except Refusal as refusal:
            form.refuse(refusal)
            form.answers_version.data = answers_of(db.session(), mine.registration.id).version
        else:
            flash(_("Saved."), "success")
            return _to_own(mine)
    form.form_version.data = str(form_of(db.session(), mine.training.id).version)
    sealed = answers_of(db.session(), mine.registration.id).sealed()
    sealed |= {"id_number"} & form.known.keys()
    page = render_template(
        "open_registration/change.html", mine=mine, training=mine.training, form=form, sealed=sealed
    )
    return page, 422 if form.errors else 200


def _change_form(mine: Mine) -> ChangeForm:
    session = db.session()
    present, kept = form_of(session, mine.training.id), answers_of(session, mine.registration.id)
    opened, written = opened_answers(session, mine.registration.id), content_of(mine.own)
    standing_consents = {
        one.key for one in consents_of(session, mine.registration.id) if one.withdrawn_at is None
    }
    known = {key: opened[key] for key in kept.sealed()} | {"name": written.get("name", "")}
    made = answer_form(
        present.definition,
        mine.registration.category_id,
        base=ChangeForm,
        consents={
            key: words
            for key, words in consent_words(mine.training, present.definition).items()
            if key not in standing_consents
        },
        left_out={"name"},
        known=known | _document(mine, written),
    )
    shown = {name: text for name, text in written.items() if not name.startswith("id_")}
    form: ChangeForm = made(
        data=filled(present.definition, kept.plain())
        | shown
        | {"phone": phone_to_edit(written.get("phone", "")), "answers_version": kept.version}
    )
    return form


def _document(mine: Mine, written: Mapping[str, str]) -> dict[str, str]:
    """The ID document that was written, to judge the form by; it is not shown."""
    if "id_number" in written:
        return {"id_number": written["id_number"], "id_type": written.get("id_type", "")}
    if "id_masked" not in written:
        return {}
    person = db.session().get_one(Person, mine.registration.person_id)
    return {"id_number": open_id(person.uid, person.id_sealed), "id_type": person.id_type}


@bp.post("/r/<code>/<own_key>/cancel")
@at_most("30/minute")
@public
def cancel_own(code: str, own_key: str) -> AnyResponse:
    """Give the place up."""
    mine = _mine(code, own_key)
    try:
        service.cancel(mine.training, own_key)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        flash(sentence(refusal), "warning")
    else:
        flash(_("Your registration is cancelled."), "success")
    return _to_own(mine)


@bp.post("/r/<code>/<own_key>/consent/<field_key>/withdraw")
@at_most("30/minute")
@public
def withdraw_own(code: str, own_key: str, field_key: str) -> AnyResponse:
    """Take a consent back."""
    mine = _mine(code, own_key)
    service.withdraw(mine.training, own_key, field_key)
    flash(_("The consent is taken back; what it covered is deleted."), "success")
    return _to_own(mine)


@bp.get("/r/<code>/<own_key>/class.ics")
@at_most("60/minute")
@public
def calendar(code: str, own_key: str) -> Response:
    """The days of the class for one's calendar."""
    mine = _mine(code, own_key)
    response = Response(class_file(mine.training, language()), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"{mine.training.code}.ics")
    return response


def _to_own(mine: Mine) -> AnyResponse:
    address = url_for("open_registration.show_own", code=mine.training.code, own_key=mine.token)
    return redirect(address, 303)
