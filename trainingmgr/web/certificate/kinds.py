"""The kinds of certificates that a training gives: which, by what rule, in which design; and best trainees."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.certificate import FOR_LECTURERS, CertificateKind
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.labels import label
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import design as designs
from trainingmgr.queries.certificate import offers
from trainingmgr.services import certificate as service
from trainingmgr.web.certificate.blueprint import bp, kind_named
from trainingmgr.web.certificate.forms import OfferForm


@bp.get("/t/<code>/certificates/kinds")
@requires(Permission.EDIT)
def list_kinds(training: Training) -> str:
    """All kinds, with those that the training gives."""
    given = {one.kind: one for one in offers.offers(db.session(), training)}
    return render_template("certificate/kinds.html", training=training, kinds=CertificateKind, given=given)


@bp.route("/t/<code>/certificates/kinds/<kind>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_kind(training: Training, kind: str) -> str | Response | tuple[str, int]:
    """What holds for one kind; saving it makes the training give it."""
    wanted, session = kind_named(kind), db.session()
    form = OfferForm.of(offers.offer(session, training, wanted), training)
    form.offer_designs(designs.choices(session, training.organisation_id))
    if form.validate_on_submit():
        try:
            service.set_offer(actor(), training, wanted, form.given())
        except Refusal as refusal:
            field = form.design if refusal.code.startswith("certificate.design") else form.pattern
            field.errors = [*field.errors, sentence(refusal)]
        else:
            flash(_("%(kind)s: saved.", kind=label(wanted)), "success")
            return redirect(url_for("certificate.index", code=training.code, kind=wanted), 303)
    page = render_template(
        "certificate/kind.html",
        training=training,
        kind=wanted,
        form=form,
        pattern=offers.default_pattern(training, wanted),
        for_lecturers=wanted in FOR_LECTURERS,
        offered=offers.offer(session, training, wanted) is not None,
    )
    return page if not form.errors else (page, 422)


@bp.post("/t/<code>/certificates/kinds/<kind>/withdraw")
@requires(Permission.EDIT)
def withdraw_kind(training: Training, kind: str) -> Response:
    """Give no more of a kind."""
    service.withdraw_offer(actor(), training, kind_named(kind))
    flash(_("%(kind)s: not given any more.", kind=label(kind_named(kind))), "success")
    return redirect(url_for("certificate.list_kinds", code=training.code), 303)


@bp.post("/t/<code>/certificates/best/<int:registration_id>")
@requires(Permission.ISSUE)
def name_best(training: Training, registration_id: int) -> Response:
    """Name a best trainee, or take that back."""
    service.name_best(actor(), training, registration_id, named=request.form.get("named") == "1")
    target = url_for("certificate.index", code=training.code, kind=CertificateKind.BEST_TRAINEE)
    return redirect(f"{target}#p{registration_id}", 303)
