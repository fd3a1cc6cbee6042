"""The roster on paper and as a file."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask import Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from trainingmgr.domain.membership import Permission, allows
from trainingmgr.domain.person import mask_phone, show_phone
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_column import (
    FILE_COLUMNS,
    ColumnUse,
    RosterColumn,
    RosterOrder,
    columns_of,
)
from trainingmgr.extensions import db, now
from trainingmgr.http.access import actor, requires
from trainingmgr.http.labels import label
from trainingmgr.http.rendering import localised
from trainingmgr.http.roster_table import MIME, roster_file, vcards
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import ExportRow
from trainingmgr.services import roster as roster_service
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.listing import filters_of, words_of

# The version of vCard by the form that asks for it.
_VCARDS = {"vcf": "4.0", "vcf3": "3.0"}


@bp.get("/t/<code>/roster/print")
@requires(Permission.VIEW)
def print_view(training: Training) -> str:
    """Everybody whom the filters leave on one page, for paper."""
    filters, session = filters_of(request.args), db.session()
    return render_template(
        "roster/print.html",
        training=training,
        rows=list(roster_queries.export_rows(session, training.id, filters, order=_order(request.args))),
        order=_order(request.args),
        orders=list(RosterOrder),
        narrowed=[word for _name, word in words_of(filters, roster_queries.facets(session, training.id))],
        phone=show_phone if allows(g.role, Permission.EDIT) else mask_phone,
        printed_at=now(),
    )


@bp.get("/t/<code>/roster/export")
@requires(Permission.VIEW)
def choose_export(training: Training) -> ResponseReturnValue:
    """Choose what the file holds."""
    return _chooser(training)


def _chooser(training: Training, error: str = "") -> ResponseReturnValue:
    session, asked = db.session(), request.values
    filters = filters_of(asked)
    facets = roster_queries.facets(session, training.id, current_user.id)
    chosen = columns_of(asked.getlist("column")) if error else facets.columns[ColumnUse.FILE]
    return render_template(
        "roster/export.html",
        training=training,
        columns=[(one, label(one), one in chosen) for one in RosterColumn],
        narrowed=[word for _name, word in words_of(filters, facets)],
        people=len(roster_queries.ids(session, training.id, filters)),
        form=asked.get("form", "xlsx"),
        order=_order(asked),
        orders=list(RosterOrder),
        error=error,
    ), 422 if error else 200


@bp.post("/t/<code>/roster/export")
@requires(Permission.VIEW)
def export_chosen(training: Training) -> ResponseReturnValue:
    """The file with the columns that were ticked, which are remembered; ID numbers masked."""
    form, columns = request.form.get("form", ""), columns_of(request.form.getlist("column"))
    if form not in MIME | _VCARDS or (form in _VCARDS and not allows(g.role, Permission.EDIT)):
        abort(400)
    if not columns:
        return _chooser(training, sentence(Refusal("export.no_column")))
    roster_service.choose_columns(current_user.id, ColumnUse.FILE, columns)
    rows = roster_queries.export_rows(
        db.session(), training.id, filters_of(request.form), order=_order(request.form)
    )
    return _file(training, form, rows, columns, phones=allows(g.role, Permission.EDIT))


@bp.get("/t/<code>/roster/export.<any(csv,xlsx):form>")
@requires(Permission.VIEW)
def export(training: Training, form: str) -> ResponseReturnValue:
    """The list as a file, ID numbers masked; phones too for those who may not edit."""
    rows = roster_queries.export_rows(db.session(), training.id, filters_of(request.args))
    return _file(training, form, rows, FILE_COLUMNS, phones=allows(g.role, Permission.EDIT))


@bp.post("/t/<code>/roster/export-in-clear")
@requires(Permission.REVEAL)
def export_in_clear(training: Training) -> ResponseReturnValue:
    """The file with ID numbers in clear; it is noted who asked, for how many, and with which columns."""
    form = request.form.get("form", "xlsx")
    if form not in {"csv", "xlsx"}:
        return _chooser(training, sentence(Refusal("export.no_ids_in_contacts")))
    columns = columns_of([*request.form.getlist("column"), RosterColumn.ID_NUMBER])
    if "column" not in request.form:
        columns = FILE_COLUMNS
    rows = roster_service.reveal_whole(
        actor(), training.id, filters_of(request.form), columns, _order(request.form)
    )
    return _file(training, form, rows, columns, phones=True)


def _order(asked: Mapping[str, str]) -> RosterOrder:
    return RosterOrder.ENTERED if asked.get("order") == RosterOrder.ENTERED else RosterOrder.NAME


def _file(
    training: Training,
    form: str,
    rows: Iterable[ExportRow],
    columns: tuple[RosterColumn, ...],
    *,
    phones: bool,
) -> Response:
    ending = "vcf" if form in _VCARDS else form
    if ending == "vcf":
        content = vcards(rows, columns, localised(training, "title"), _VCARDS[form])
    else:
        title = f"{localised(training, 'title')} · {_('Roster')}"
        content = roster_file(form, title, rows, columns, phones=phones, zone=training.time_zone)
    response = Response(content, mimetype=MIME[ending])
    name = f"{training.code}-roster-{date.today():%Y%m%d}.{ending}"  # noqa: DTZ011 - the reader's day
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
