"""The quota table of a training: its lines, their form, the table as a file."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.documents.tabular.writer import Cell
from trainingmgr.domain.division import CIVIL_AFFAIRS, DivisionGroup
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.quota import QuotaInput, read_units, write_units
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.unit import key_of
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Training
from trainingmgr.queries import quota as queries
from trainingmgr.queries.quota import Line, QuotaTable
from trainingmgr.queries.unit import naming_of, suggestions
from trainingmgr.services import quota as services
from trainingmgr.services import unit as units
from trainingmgr.web.quota.forms import LineForm
from trainingmgr.web.quota.importing import bp as importing
from trainingmgr.web.quota.onward import onward

bp = Blueprint("quota", __name__, url_prefix="/t/<code>/quotas")
bp.register_blueprint(importing)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELD_OF = {
    "quota.category_unknown": "category",
    "quota.category_fixed": "category",
    "quota.unit_twice": "units",
    "quota.no_units": "units",
    "quota.places_taken": "units",
    "quota.too_many_places": "units",
    "quota.too_many_units": "units",
    "control_character": "units",
    "too_long": "units",
}


@bp.get("")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """All lines with their units, and what they come to beside the capacity."""
    table = queries.table(db.session(), training)
    return render_template("quota/index.html", training=training, table=table)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def create(training: Training) -> ResponseReturnValue:
    """Offer places to some units."""
    form = _form(training)
    if _is_saved(training, form):
        try:
            given = form.input()
            services.create(actor(), training, given)
        except Refusal as refusal:
            _put_beside_its_field(form, refusal)
        else:
            flash(onward(training, _offered(given)), "success")
            return _to_index(training)
    return _page(training, form)


@bp.route("/<int:line_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def change(training: Training, line_id: int) -> ResponseReturnValue:
    """Change a line."""
    line = next((one for one in queries.table(db.session(), training).lines if one.id == line_id), None)
    if line is None:
        abort(404)
    form = _form(training)
    if request.method == "GET":
        form.fill(line)
    elif _is_saved(training, form):
        version = request.form.get("version", type=int)
        try:
            services.change(actor(), training, line_id, form.input(), version)
        except NotFound:
            raise
        except Refusal as refusal:
            _put_beside_its_field(form, refusal)
        else:
            flash(onward(training, _("Saved.")), "success")
            return _to_index(training)
    return _page(training, form, line)


@bp.post("/<int:line_id>/remove")
@requires(Permission.EDIT)
def remove(training: Training, line_id: int) -> AnyResponse:
    """Take out a line that nobody was named for."""
    try:
        services.remove(actor(), training, line_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("These places are no longer offered."), "success")
    return _to_index(training)


@bp.get("/export.<form>")
@requires(Permission.VIEW)
def export(training: Training, form: str) -> AnyResponse:
    """The whole table as a file that the import reads again."""
    if form not in {"xlsx", "csv"}:
        abort(404)
    table = queries.table(db.session(), training)
    header, rows = _columns(), _rows(table)
    title = pick(training.title_zh, training.title_en)
    sheet = OutSheet(_("Places"), header, rows, _("%(training)s: places", training=title))
    data = write_csv(header, rows) if form == "csv" else write_xlsx([sheet])
    response = Response(data, mimetype=_XLSX if form == "xlsx" else "text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{training.code}-quotas.{form}")
    return response


def _columns() -> list[str]:
    return [_("No."), _("Category"), _("Unit"), _("Places"), _("Post asked for"), _("Closing date"),
            _("Beyond the places"), _("Note"), _("Named")]  # fmt: skip


def _rows(table: QuotaTable) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for line in table.lines:
        for one in line.units:
            rows.append(
                [
                    len(rows) + 1, pick(line.category_zh, line.category_en), one.name, one.places,
                    pick(line.asked_zh, line.asked_en), line.deadline, label(line.over), line.note, one.taken,
                ]
            )  # fmt: skip
    return rows


def _offered(given: QuotaInput) -> str:
    places = sum(one.places for one in given.units)
    said: str = _(
        "Offered: %(places)s to %(units)s.",
        places=ngettext("one place", "%(num)d places", places),
        units=ngettext("one unit", "%(num)d units", len(given.units)),
    )
    return said


def _form(training: Training) -> LineForm:
    form = LineForm()
    form.offer(training.categories, queries.units_by_type(db.session(), training))
    return form


def _is_saved(training: Training, form: LineForm) -> bool:
    """Tell whether the form is to be saved; a group that was asked for is put into it instead."""
    if request.method == "POST" and request.form.get("do") == "fill":
        _put_group_in(training, form)
        return False
    return bool(form.validate_on_submit())


def _put_group_in(training: Training, form: LineForm) -> None:
    group, session = form.chosen_group(), db.session()
    if group is None:
        form.group.errors = [_("Choose a group first.")]
        return
    organisation_id, categories = training.organisation_id, training.categories
    if isinstance(group, DivisionGroup):
        naming = naming_of(session, organisation_id) or CIVIL_AFFAIRS
        done = units.add_of_group(actor(), organisation_id, units.GroupWish(group, naming=naming))
        if done.made:
            flash(ngettext("One unit was made.", "%(num)d units were made.", done.made))
        found = units.plan_of_group(
            session, organisation_id, units.GroupWish(group, naming=naming, provinces=False)
        )
        names = [one.known_as or one.name for one in found]
    else:
        names = queries.units_of_type(session, training, group)
    form.offer(categories, queries.units_by_type(session, training))
    typed = (form.units.data or "").strip()
    try:
        listed = {key_of(one.unit) for one in read_units(typed)}
    except Refusal as refusal:
        form.units.errors = [sentence(refusal)]
        return
    places = 1 if form.places.data is None else form.places.data
    more = write_units((name, places) for name in names if key_of(name) not in listed)
    form.units.data = "\n".join(part for part in (typed, more) if part)
    form.group.data = ""


def _page(training: Training, form: LineForm, line: Line | None = None) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "quota/form.html",
        training=training,
        form=form,
        line=line,
        names=suggestions(session, training.organisation_id),
    )
    return page, 422 if form.errors else 200


def _put_beside_its_field(form: LineForm, refusal: Refusal) -> None:
    db.session.rollback()
    words, name = sentence(dated(refusal)), FIELD_OF.get(refusal.code)
    if name is None:
        form.form_errors.append(words)
    else:
        form[name].errors = [*form[name].errors, words]


def _to_index(training: Training) -> AnyResponse:
    return redirect(url_for("quota.index", code=training.code), 303)
