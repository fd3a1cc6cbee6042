"""Units that may be one: found, compared, merged and taken apart again."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import show_phone
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import sentence
from trainingmgr.queries import unit as queries
from trainingmgr.services import unit as services
from trainingmgr.web.unit.blueprint import bp, number_in, organisation, to_list, to_unit, unit_named
from trainingmgr.web.unit.words import FIELDS, used_words


@bp.get("/duplicates")
@requires_in_organisation(Permission.EDIT)
def duplicates(organisation_id: int) -> str:
    """Groups of units that may be one."""
    return render_template(
        "unit/duplicates.html",
        organisation=organisation(organisation_id),
        groups=queries.alikes(db.session(), organisation_id),
    )


@bp.post("/apart")
@requires_in_organisation(Permission.EDIT)
def tell_apart(organisation_id: int) -> Response:
    """Remember that two units are two, or forget it again."""
    one, other = number_in(request.form, "one"), number_in(request.form, "other")
    apart = "undo" not in request.form
    services.tell_units_apart(actor(), organisation_id, one, other, apart=apart)
    if apart:
        address = url_for("unit.tell_apart", organisation_id=organisation_id)
        text = _("They are told apart, and are not pointed out again.")
        undo.offer(text, address, one=str(one), other=str(other), undo="1")
    return redirect(url_for("unit.duplicates", organisation_id=organisation_id), 303)


@bp.get("/<int:unit_id>/merge")
@requires_in_organisation(Permission.EDIT)
def compare(organisation_id: int, unit_id: int) -> str | Response | tuple[str, int]:
    """Two units side by side, with what merging them would do; without a second one, a form to name it."""
    unit = unit_named(organisation_id, unit_id)
    typed = request.args.get("other", "").strip()[:120]
    other = queries.unit_known_as(db.session(), organisation_id, typed) if typed else None
    fault = ""
    if other is not None:
        try:
            return _comparison(
                organisation_id, services.plan_merge(db.session(), organisation_id, unit.id, other.id)
            )
        except Refusal as refusal:
            fault = sentence(refusal)
    elif typed:
        fault = sentence(Refusal("unit.parent_unknown", name=typed))
    page = render_template(
        "unit/merge_with.html",
        organisation=organisation(organisation_id),
        unit=unit,
        typed=typed,
        fault=fault,
        names=queries.suggestions(db.session(), organisation_id, limit=300),
    )
    return (page, 422) if fault else page


@bp.post("/<int:unit_id>/merge")
@requires_in_organisation(Permission.EDIT)
def merge(organisation_id: int, unit_id: int) -> Response:
    """Merge another unit into this one."""
    going = number_in(request.form, "going")
    try:
        done = services.merge_units(actor(), organisation_id, unit_id, going)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return to_unit(organisation_id, unit_id)
    flash(
        _("%(name)s is merged into this unit; records moved: %(moved)d.", name=done.name, moved=done.moved),
        "success",
    )
    return to_unit(organisation_id, unit_id)


@bp.post("/undo-merge")
@requires_in_organisation(Permission.EDIT)
def undo_merge(organisation_id: int) -> Response:
    """Take a merge apart again."""
    try:
        done = services.undo_merge(actor(), organisation_id, number_in(request.form, "change"))
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return to_list(organisation_id)
    if done.left:
        flash(
            _("The merge is taken back, but for %(left)d records that were changed since.", left=done.left),
            "warning",
        )
    else:
        flash(_("The merge is taken back: everything is as it was."), "success")
    return redirect(url_for("unit.show", organisation_id=organisation_id, unit_id=done.unit_id), 303)


def _comparison(organisation_id: int, plan: services.MergePlan) -> str:
    return render_template(
        "unit/merge.html",
        organisation=organisation(organisation_id),
        plan=plan,
        show_phone=show_phone,
        counts=queries.people_and_trainings(db.session(), [plan.staying.id, plan.going.id]),
        moved=used_words(dict(plan.moved)),
        twice=used_words(dict(plan.twice)),
        obstacles=[sentence(one) for one in plan.obstacles],
        words={name: str(FIELDS[name]) for name in (*plan.filled, *plan.lost)},
    )
