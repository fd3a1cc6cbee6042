"""The collection desk: whose paper is here, and who has taken it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.handing import words_typed
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Certificate, Training
from trainingmgr.queries.certificate import handing, offers, register
from trainingmgr.queries.certificate.handing import Wanted
from trainingmgr.services import certificate as service
from trainingmgr.web.certificate.blueprint import bp, kind_named

_SHOWN = (handing.OPEN, handing.COLLECTED)


@bp.get("/t/<code>/certificates/desk")
@requires(Permission.DESK)
def desk(training: Training) -> str:
    """Papers with a button each; a search by name, unit or serial finds collected ones too."""
    session, search = db.session(), request.args.get("q", "")[:300]
    named = request.args.get("kind", "")
    kind = kind_named(named) if named else None
    show = request.args.get("show", "" if search else handing.OPEN)
    wanted = Wanted(words_typed(search), kind, show if show in _SHOWN else "")
    given = offers.offers(session, training)
    return render_template(
        "certificate/desk.html",
        training=training,
        desk=handing.desk(session, training.id, wanted, request.args.get("page", 1, int)),
        offers=given,
        windows=[one for one in given if one.handover_zh or one.handover_en],
        kind=kind,
        show=wanted.show,
        search=search,
        several=len(given) > 1,
    )


@bp.post("/t/<code>/certificates/<int:certificate_id>/hand-over")
@requires(Permission.DESK)
def hand_over(training: Training, certificate_id: int) -> Response:
    """Note who took a paper: the holder, or whoever is named."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    try:
        row = service.hand_over(actor(), row, request.form.get("collector", ""))
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        text = _("%(serial)s was collected by %(name)s.", serial=row.serial, name=row.collected_by)
        address = url_for("certificate.take_back", code=training.code, certificate_id=row.id)
        undo.offer(text, address, **_kept())
    return _to_desk(training)


@bp.post("/t/<code>/certificates/<int:certificate_id>/take-back")
@requires(Permission.DESK)
def take_back(training: Training, certificate_id: int) -> Response:
    """Say that a paper was not collected after all."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    try:
        row = service.take_back(actor(), row)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("%(serial)s counts as not collected again.", serial=row.serial), "success")
    return _to_desk(training)


def _kept() -> dict[str, Any]:
    return {name: request.form[name] for name in ("kind", "show") if request.form.get(name)}


def _to_desk(training: Training) -> Response:
    """Back to the desk, ready for the next one: what was searched for has been dealt with."""
    return redirect(url_for("certificate.desk", code=training.code, **_kept()), 303)
