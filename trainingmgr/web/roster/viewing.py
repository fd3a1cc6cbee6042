"""The reader's own way of looking at rosters: columns and saved filters."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.roster_column import DEFAULTS, ColumnUse, columns_of
from trainingmgr.http.access import requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.services import roster as roster_service
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.listing import back_to, filters_of, query_of


@bp.post("/t/<code>/roster/columns")
@requires(Permission.VIEW)
def columns(training: Training) -> ResponseReturnValue:
    """Remember the columns that were ticked, for all rosters that the reader looks at."""
    chosen = columns_of(request.form.getlist("column"))
    if "at_first" in request.form:
        chosen = DEFAULTS[ColumnUse.TABLE]
    roster_service.choose_columns(current_user.id, ColumnUse.TABLE, chosen)
    return redirect(back_to(training, request.form.get("back", "")), 303)


@bp.post("/t/<code>/roster/filters")
@requires(Permission.VIEW)
def save_filter(training: Training) -> ResponseReturnValue:
    """Keep the filters that are set under a name."""
    name, everywhere = request.form.get("name", ""), "everywhere" in request.form
    filters = filters_of(request.form)
    if everywhere:
        # A category is one training's own.
        filters = filters_of(
            {"q": filters.text, "status": filters.status or "", "group": request.form.get("group", "")}
        )
    try:
        roster_service.save_filter(
            current_user.id, training.id, name, query_of(filters), everywhere=everywhere
        )
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The filters are saved as “%(name)s”.", name=name.strip()), "success")
    return redirect(back_to(training, request.form.get("back", "")), 303)


@bp.post("/t/<code>/roster/filters/<int:number>/drop")
@requires(Permission.VIEW)
def drop_filter(training: Training, number: int) -> ResponseReturnValue:
    """Forget saved filters; done twice it changes nothing."""
    try:
        roster_service.drop_filter(current_user.id, number)
    except NotFound:
        flash(_("These filters are gone already."), "warning")
    return redirect(back_to(training, request.form.get("back", "")), 303)
