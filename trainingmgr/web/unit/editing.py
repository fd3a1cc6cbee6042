"""Adding, changing, moving and removing a unit."""

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import sentence
from trainingmgr.models import Unit
from trainingmgr.queries import unit as queries
from trainingmgr.services import unit as services
from trainingmgr.web.unit.blueprint import bp, organisation, to_list, to_unit, unit_named
from trainingmgr.web.unit.forms import MoveForm, UnitForm

_FIELD_OF = {
    "unit.bad_division_code": "division_code",
    "unit.bad_uscc": "uscc",
    "unit.uscc_taken": "uscc",
    "unit.parent_unknown": "parent",
    "unit.circle": "parent",
    "unit.name_missing": "name",
    "unit.name_taken": "name",
    "email_invalid": "contact_email",
}


@bp.route("/new", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def create(organisation_id: int) -> str | Response | tuple[str, int]:
    """Add a unit."""
    form = UnitForm(data={"parent": request.args.get("under", "")[:120]})
    if form.validate_on_submit():
        try:
            unit_id = services.save_unit(actor(), organisation_id, form.draft())
        except Refusal as refusal:
            return _form(organisation_id, form, None, refusal)
        flash(_("The unit is added."), "success")
        return to_unit(organisation_id, unit_id)
    return _form(organisation_id, form, None)


@bp.route("/<int:unit_id>/edit", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def edit(organisation_id: int, unit_id: int) -> str | Response | tuple[str, int]:
    """Change a unit."""
    unit = unit_named(organisation_id, unit_id)
    form = UnitForm.of(unit)
    if form.validate_on_submit():
        try:
            services.save_unit(actor(), organisation_id, form.draft(), unit_id, form.began_from())
        except NotFound:
            raise
        except Refusal as refusal:
            return _form(organisation_id, form, unit_named(organisation_id, unit_id), refusal)
        flash(_("Saved."), "success")
        return to_unit(organisation_id, unit_id)
    return _form(organisation_id, form, unit)


@bp.post("/<int:unit_id>/move")
@requires_in_organisation(Permission.EDIT)
def move(organisation_id: int, unit_id: int) -> Response:
    """Put a unit with all under it somewhere else in the tree."""
    unit_named(organisation_id, unit_id)
    try:
        services.move_unit(actor(), organisation_id, unit_id, MoveForm().parent.data or "")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The unit was moved, with all under it."), "success")
    return to_unit(organisation_id, unit_id)


@bp.post("/<int:unit_id>/remove")
@requires_in_organisation(Permission.EDIT)
def remove(organisation_id: int, unit_id: int) -> Response:
    """Remove a unit that nothing names."""
    try:
        name = services.remove_unit(actor(), organisation_id, unit_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return to_unit(organisation_id, unit_id)
    flash(_("%(name)s was removed.", name=name), "success")
    return to_list(organisation_id)


def _form(
    organisation_id: int, form: UnitForm, unit: Unit | None, refusal: Refusal | None = None
) -> str | tuple[str, int]:
    twin = None
    if refusal is not None:
        db.session.rollback()
        _put_beside_its_field(form, refusal)
        twin = refusal.values.get("unit_id")
    form.add_spare_rows()
    page = render_template(
        "unit/form.html",
        organisation=organisation(organisation_id),
        form=form,
        unit=unit,
        twin=twin,
        names=queries.suggestions(db.session(), organisation_id, limit=300),
    )
    if not form.errors:
        return page
    return page, 409 if refusal is not None and refusal.code == "stale" else 422


def _put_beside_its_field(form: UnitForm, refusal: Refusal) -> None:
    name = _FIELD_OF.get(refusal.code, "")
    if not name and refusal.code.startswith(("phone_", "number_")):
        name = "contact_phone"
    if name:
        form[name].errors = [*form[name].errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))
