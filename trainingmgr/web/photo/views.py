"""Photographs: one on a participant's page, and those of a whole class at once: send, look, confirm."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires
from trainingmgr.http.files import stored
from trainingmgr.http.uploads import MEGABYTE, takes_up_to
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import photo as queries
from trainingmgr.queries import roster
from trainingmgr.services import photo as service
from trainingmgr.web.photo.preview import preview_of

bp = Blueprint("photo", __name__)

MOST_MEGABYTES = 100


@bp.route("/t/<code>/roster/photos", methods=["GET", "POST"])
@takes_up_to(MOST_MEGABYTES * MEGABYTE)
@requires(Permission.EDIT)
def upload(training: Training) -> ResponseReturnValue:
    """Take photographs, keep them sealed, and show whose they are."""
    fault = ""
    if request.method == "POST":
        sent = [(one.filename or "", one.stream) for one in request.files.getlist("files") if one.filename]
        try:
            uid = service.keep(actor(), training, sent)
        except Refusal as refusal:
            fault = sentence(refusal)
        else:
            return redirect(url_for("photo.preview", code=training.code, batch_uid=uid), 303)
    session = db.session()
    page = render_template(
        "photo/upload.html",
        training=training,
        count=queries.count(session, training.id),
        need=queries.strongest_need(session, training),
        most=MOST_MEGABYTES,
        fault=fault,
    )
    return page, 422 if fault else 200


@bp.get("/t/<code>/roster/photos/<batch_uid>")
@requires(Permission.EDIT)
def preview(training: Training, batch_uid: str) -> ResponseReturnValue:
    """Whose each file is, before anything is saved."""
    session = db.session()
    try:
        batch = service.find(session, training.id, actor(), batch_uid)
    except NotFound:
        flash(_("This upload is no longer kept. Send the photographs again."), "warning")
        return redirect(url_for("photo.upload", code=training.code), 303)
    plan = service.plan_of(session, training, batch)
    shown = preview_of(plan, request.args.get("show", ""), request.args.get("page", 1, type=int))
    return render_template("photo/preview.html", training=training, preview=shown, plan=plan)


@bp.get("/t/<code>/roster/photos/<batch_uid>/<int:photo_id>.jpg")
@requires(Permission.EDIT)
def sent(training: Training, batch_uid: str, photo_id: int) -> Response:
    """One photograph of an upload, for whoever sent it alone."""
    session = db.session()
    batch = service.find(session, training.id, actor(), batch_uid)
    return Response(service.content(session, batch, photo_id), mimetype="image/jpeg")


@bp.post("/t/<code>/roster/photos/<batch_uid>/<int:photo_id>/choose")
@requires(Permission.EDIT)
def choose(training: Training, batch_uid: str, photo_id: int) -> Response:
    """Say by hand whose a photograph is; an empty choice takes that back."""
    chosen = request.form.get("person", type=an_id)
    service.choose(actor(), training.id, batch_uid, photo_id, chosen)
    kept = {name: request.form[name] for name in ("show", "page") if request.form.get(name)}
    address = url_for("photo.preview", code=training.code, batch_uid=batch_uid, **kept)  # type: ignore[arg-type]
    return redirect(f"{address}#f{photo_id}", 303)  # type: ignore[return-value]


@bp.post("/t/<code>/roster/photos/<batch_uid>/confirm")
@requires(Permission.EDIT)
def confirm(training: Training, batch_uid: str) -> ResponseReturnValue:
    """Save what the preview showed: all of it, or nothing."""
    try:
        given = service.confirm(actor(), training.id, batch_uid, request.form.get("people", 0, type=int))
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("photo.preview", code=training.code, batch_uid=batch_uid), 303)
    text = ngettext("%(num)d photograph was saved.", "%(num)d photographs were saved.", given.people)
    _offer_undo(training, text, given)
    return redirect(url_for("photo.upload", code=training.code), 303)


@bp.post("/t/<code>/roster/photos/<batch_uid>/discard")
@requires(Permission.EDIT)
def discard(training: Training, batch_uid: str) -> ResponseReturnValue:
    """Let an upload go."""
    service.discard(actor(), training.id, batch_uid)
    flash(_("The upload was discarded; nothing was saved."), "success")
    return redirect(url_for("photo.upload", code=training.code), 303)


@bp.post("/t/<code>/roster/photos/undo/<int:entry_id>")
@requires(Permission.EDIT)
def undo_given(training: Training, entry_id: int) -> ResponseReturnValue:
    """Take back what was just done to photographs."""
    person = request.form.get("person", type=an_id)
    back = (
        url_for("roster.person", code=training.code, registration_id=person)
        if person
        else url_for("photo.upload", code=training.code)
    )
    try:
        restored = service.undo(actor(), training.id, entry_id).people
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        text = ngettext("Undone for %(num)d photograph.", "Undone for %(num)d photographs.", restored)
        flash(text, "success")
    return redirect(back, 303)


@bp.get("/t/<code>/roster/<int:registration_id>/photo")
@requires(Permission.VIEW)
def show(training: Training, registration_id: int) -> Response:
    """A participant's photograph, for whoever may see the participant."""
    key = queries.key_at(db.session(), training.id, registration_id)
    return Response(stored(key), mimetype="image/jpeg")


@bp.post("/t/<code>/roster/<int:registration_id>/photo")
@requires(Permission.EDIT)
def give(training: Training, registration_id: int) -> ResponseReturnValue:
    """Set or replace a participant's photograph."""
    file = request.files.get("file")
    if not file:
        flash(_("Choose a photograph first."), "error")
        return _to_person(training, registration_id)
    try:
        given = service.give(actor(), training.id, registration_id, file.read())
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        _offer_undo(training, _("The photograph was saved."), given, registration_id)
    return _to_person(training, registration_id)


@bp.post("/t/<code>/roster/<int:registration_id>/photo/remove")
@requires(Permission.EDIT)
def take_away(training: Training, registration_id: int) -> ResponseReturnValue:
    """Let a participant have no photograph."""
    given = service.take_away(actor(), training.id, registration_id)
    _offer_undo(training, _("The photograph was removed."), given, registration_id)
    return _to_person(training, registration_id)


def _offer_undo(training: Training, text: str, given: service.Given, person: int | None = None) -> None:
    if given.undo is None:
        flash(text, "success")
        return
    address = url_for("photo.undo_given", code=training.code, entry_id=given.undo)
    undo.offer(text, address, **({"person": str(person)} if person else {}))


def _to_person(training: Training, registration_id: int) -> Response:
    if roster.participant(db.session(), training.id, registration_id) is None:
        abort(404)
    address = url_for("roster.person", code=training.code, registration_id=registration_id)
    return redirect(f"{address}#photo", 303)  # type: ignore[return-value]
