"""The list of units as a file, out and in."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import show_phone
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, settings
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.labels import label
from trainingmgr.http.roster_table import MIME
from trainingmgr.http.words import sentence
from trainingmgr.models import Unit
from trainingmgr.queries import unit as queries
from trainingmgr.services import unit as services
from trainingmgr.web.unit.blueprint import bp, number_in, organisation, to_list
from trainingmgr.web.unit.forms import FileForm


@bp.get("/export.<any(csv,xlsx):form>")
@requires_in_organisation(Permission.EDIT)
def export(organisation_id: int, form: str) -> Response:
    """Every unit, in a file that the import reads again."""
    header, rows = _header(), [_cells(one) for one in queries.whole_list(db.session(), organisation_id)]
    data = write_csv(header, rows) if form == "csv" else write_xlsx([OutSheet(_("Units"), header, rows)])
    response = Response(data, mimetype=MIME[form])
    response.headers.set("Content-Disposition", "attachment", filename=f"units.{form}")
    return response


@bp.route("/import", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def import_file(organisation_id: int) -> str | Response | tuple[str, int]:
    """Take a list over: all of it, or nothing with the rows that are to be corrected."""
    form, problems = FileForm(), []
    if form.validate_on_submit():
        try:
            done = services.import_units(actor(), organisation_id, form.file.data.read())
        except services.ListRefused as refusal:
            problems = [(one.row, sentence(one.refusal)) for one in refusal.problems]
            form.file.errors = [sentence(refusal)]
        except Refusal as refusal:
            form.file.errors = [sentence(refusal)]
        else:
            return _told(organisation_id, done)
    page = render_template(
        "unit/import.html",
        organisation=organisation(organisation_id),
        form=form,
        problems=problems,
        columns=_header(),
        megabytes=settings.max_upload_bytes // 2**20,
    )
    return (page, 422) if form.errors else page


@bp.post("/undo-import")
@requires_in_organisation(Permission.EDIT)
def undo_import(organisation_id: int) -> Response:
    """Take a list back."""
    try:
        left = services.undo_import(actor(), organisation_id, number_in(request.form, "change"))
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return to_list(organisation_id)
    flash(_("The import is taken back."), "success")
    if left:
        flash(_("Left as they are, since they were used or changed since: %(left)d.", left=left), "warning")
    return to_list(organisation_id)


def _told(organisation_id: int, done: services.ImportDone) -> Response:
    told = _(
        "Units added: %(added)d, changed: %(changed)d, unchanged: %(unchanged)d.",
        added=done.added,
        changed=done.changed,
        unchanged=done.unchanged,
    )
    if done.undo is None:
        flash(told, "success")
    else:
        address = url_for("unit.undo_import", organisation_id=organisation_id)
        undo.offer(told, address, change=str(done.undo))
    return to_list(organisation_id)


def _header() -> list[str]:
    return [
        _("Name of the unit"), _("Name in English"), _("Stands under"), _("Type"), _("Region"),
        _("Division code"), _("Unified social credit code"), _("Contact person"), _("Phone"),
        _("Mail address"), _("Other names"),
    ]  # fmt: skip


def _cells(unit: Unit) -> list[str]:
    return [
        unit.name, unit.name_en, unit.parent.name if unit.parent else "", label(unit.type), unit.region,
        unit.division_code, unit.uscc, unit.contact_name, show_phone(unit.contact_phone),
        unit.contact_email, "、".join(one.name for one in unit.aliases),
    ]  # fmt: skip
