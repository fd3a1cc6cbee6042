"""Units made from the list of divisions."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import sentence
from trainingmgr.queries import unit as queries
from trainingmgr.queries.unit import DivisionUnit
from trainingmgr.services import unit as services
from trainingmgr.web.unit.blueprint import bp, number_in, organisation, to_list
from trainingmgr.web.unit.forms import DivisionForm


@bp.get("/divisions")
@requires_in_organisation(Permission.EDIT)
def divisions(organisation_id: int) -> str | tuple[str, int]:
    """Choose a group; with one chosen, see which of its offices exist and which would be made."""
    asked = "group" in request.args
    form = DivisionForm(request.args, meta={"csrf": False}) if asked else _fresh(organisation_id)
    if asked and form.validate():
        try:
            plan = services.plan_of_group(db.session(), organisation_id, form.wish())
        except Refusal as refusal:
            _beside_its_field(form, refusal)
        else:
            return _page(organisation_id, form, plan)
    return _page(organisation_id, form, None), 422 if form.errors else 200


@bp.post("/divisions")
@requires_in_organisation(Permission.EDIT)
def add_divisions(organisation_id: int) -> Response | tuple[str, int]:
    """Make those that are missing."""
    form = DivisionForm()
    if form.validate():
        try:
            done = services.add_of_group(actor(), organisation_id, form.wish())
        except Refusal as refusal:
            _beside_its_field(form, refusal)
        else:
            told = _("Units made: %(made)d; there before: %(present)d.", made=done.made, present=done.present)
            if done.undo is None:
                flash(told, "success")
            else:
                address = url_for("unit.undo_divisions", organisation_id=organisation_id)
                undo.offer(told, address, change=str(done.undo))
            return to_list(organisation_id)
    return _page(organisation_id, form, None), 422


@bp.post("/undo-divisions")
@requires_in_organisation(Permission.EDIT)
def undo_divisions(organisation_id: int) -> Response:
    """Remove again what was made."""
    try:
        done = services.undo_group(actor(), organisation_id, number_in(request.form, "change"))
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return to_list(organisation_id)
    flash(_("Units removed again: %(removed)d.", removed=done.removed), "success")
    if done.left:
        flash(_("Units that stay, since something names them: %(left)d.", left=done.left), "warning")
    return to_list(organisation_id)


def _fresh(organisation_id: int) -> DivisionForm:
    naming = queries.naming_of(db.session(), organisation_id)
    return DivisionForm(formdata=None, data={"provincial": naming.provincial, "municipal": naming.municipal})


def _page(organisation_id: int, form: DivisionForm, plan: list[DivisionUnit] | None) -> str:
    return render_template(
        "unit/divisions.html",
        organisation=organisation(organisation_id),
        form=form,
        plan=plan,
        missing=[one for one in plan or () if one.unit_id is None],
        names=queries.suggestions(db.session(), organisation_id, limit=300),
    )


def _beside_its_field(form: DivisionForm, refusal: Refusal) -> None:
    db.session.rollback()
    name = {"unit.no_such_group": "province", "unit.parent_unknown": "parent"}.get(refusal.code, "provincial")
    form[name].errors = [*form[name].errors, sentence(refusal)]
