"""The roster on paper and as a file."""

from collections.abc import Iterable
from datetime import date

from flask import Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainingmgr.domain.membership import Permission, allows
from trainingmgr.domain.person import mask_phone, show_phone
from trainingmgr.extensions import db, now
from trainingmgr.http.access import actor, requires
from trainingmgr.http.rendering import localised
from trainingmgr.http.roster_table import MIME, roster_file
from trainingmgr.models import Training
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import ExportRow
from trainingmgr.services import roster as roster_service
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.listing import filters_of, words_of


@bp.get("/t/<code>/roster/print")
@requires(Permission.VIEW)
def print_view(training: Training) -> str:
    """Everybody whom the filters leave on one page, for paper."""
    filters, session = filters_of(request.args), db.session()
    return render_template(
        "roster/print.html",
        training=training,
        rows=list(roster_queries.export_rows(session, training.id, filters)),
        narrowed=[word for _name, word in words_of(filters, roster_queries.facets(session, training.id))],
        phone=show_phone if allows(g.role, Permission.EDIT) else mask_phone,
        printed_at=now(),
    )


@bp.get("/t/<code>/roster/export.<any(csv,xlsx):form>")
@requires(Permission.VIEW)
def export(training: Training, form: str) -> ResponseReturnValue:
    """The list as a file, ID numbers masked; phones too for those who may not edit."""
    rows = roster_queries.export_rows(db.session(), training.id, filters_of(request.args))
    return _file(training, form, rows, phones=allows(g.role, Permission.EDIT))


@bp.post("/t/<code>/roster/export-in-clear")
@requires(Permission.REVEAL)
def export_in_clear(training: Training) -> ResponseReturnValue:
    """The list as a file with ID numbers in clear; it is noted who asked."""
    form = request.form.get("form", "xlsx")
    if form not in MIME:
        abort(400)
    rows = roster_service.reveal_whole(actor(), training.id, filters_of(request.form))
    return _file(training, form, rows, phones=True)


def _file(training: Training, form: str, rows: Iterable[ExportRow], *, phones: bool) -> Response:
    title = f"{localised(training, 'title')} · {_('Roster')}"
    response = Response(roster_file(form, title, rows, phones=phones), mimetype=MIME[form])
    name = f"{training.code}-roster-{date.today():%Y%m%d}.{form}"  # noqa: DTZ011 - the reader's day
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
