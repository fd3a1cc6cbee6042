"""Materials of a training: the list, the form, the sheet for handing out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import show_phone
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http import sheets
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import material as queries
from trainingmgr.queries.sheet import Filters
from trainingmgr.services import material as services
from trainingmgr.web.material.forms import MaterialForm

bp = Blueprint("material", __name__, url_prefix="/t/<code>/materials")


@bp.get("")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """What the class is given, and how many have it."""
    lines = queries.lines(db.session(), training)
    return render_template("material/index.html", training=training, lines=lines)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def create(training: Training) -> Response | tuple[str, int] | str:
    """Add a material."""
    form = MaterialForm()
    if form.validate_on_submit():
        try:
            row = services.create(actor(), training, _given(form))
        except Refusal as refusal:
            form.title_zh.errors = [*form.title_zh.errors, sentence(refusal)]
        else:
            flash(_("“%(title)s” was added.", title=row.title_zh))
            return _to_index(training)
    page = render_template("material/form.html", training=training, form=form, row=None)
    return (page, 422) if request.method == "POST" else page


@bp.route("/<int:material_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT)
def change(training: Training, material_id: int) -> Response | tuple[str, int] | str:
    """Change a material."""
    row = in_training(queries.material_of(db.session(), training, material_id), training)
    form = MaterialForm(data={"kind": row.kind.value, "title_zh": row.title_zh, "title_en": row.title_en})
    if form.validate_on_submit():
        try:
            services.change(actor(), training, material_id, _given(form))
        except NotFound:
            raise
        except Refusal as refusal:
            form.title_zh.errors = [*form.title_zh.errors, sentence(refusal)]
        else:
            flash(_("Saved."))
            return _to_index(training)
    page = render_template("material/form.html", training=training, form=form, row=row)
    return (page, 422) if request.method == "POST" else page


@bp.post("/<int:material_id>/remove")
@requires(Permission.EDIT)
def remove(training: Training, material_id: int) -> Response:
    """Remove a material that nobody has."""
    try:
        services.remove(actor(), training, material_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The material was removed."))
    return _to_index(training)


@bp.get("/<int:material_id>")
@requires(Permission.VIEW)
def sheet(training: Training, material_id: int) -> str:
    """The handing-out sheet of one material."""
    row = in_training(queries.material_of(db.session(), training, material_id), training)
    filters = sheets.filters(request.args)
    found = queries.sheet(db.session(), training, material_id, filters, sheets.place())
    return render_template(
        "material/sheet.html",
        training=training,
        row=row,
        sheet=found,
        show_phone=show_phone,
        filters=filters,
        page={"previous": sheets.cursor(found.previous), "next": sheets.cursor(found.next)},
        pressed=sheets.instant(request.args.get("pressed")),
        pressed_people=request.args.get("people", 0, type=int),
    )


@bp.post("/<int:material_id>")
@requires(Permission.DESK)
def save(training: Training, material_id: int) -> Response:
    """Store who has been given it: one tap of the script's, or the whole form."""
    given = {one: bool(value) for one, value in sheets.ticks(request.form, [queries.GIVEN]).items()}
    at = services.hand_out(actor(), training, material_id, given) if given else None
    if sheets.wants_json():
        return sheets.saved(at, actor().name, training.time_zone)
    flash(ngettext("One tick saved.", "%(num)d ticks saved.", len(given)))
    return _to_sheet(training, material_id)


@bp.get("/<int:material_id>/state")
@requires(Permission.VIEW)
def state(training: Training, material_id: int) -> Response:
    """Who has it so far, for pages that stay open."""
    in_training(queries.material_of(db.session(), training, material_id), training)
    found = queries.sheet(db.session(), training, material_id, Filters(), sheets.place())
    return sheets.state(found.people, training.time_zone)


@bp.post("/<int:material_id>/rest")
@requires(Permission.DESK)
def rest(training: Training, material_id: int) -> Response:
    """Hand it out to everybody shown who has none."""
    press = services.hand_out_rest(actor(), training, material_id, sheets.filters(request.form))
    return _to_sheet(training, material_id, pressed=press.at.isoformat(), people=press.people)


@bp.post("/<int:material_id>/undo")
@requires(Permission.DESK)
def undo(training: Training, material_id: int) -> Response:
    """Take back what one press handed out."""
    pressed = sheets.instant(request.form.get("pressed"))
    people = services.undo_rest(actor(), training, material_id, pressed) if pressed else 0
    flash(ngettext("One tick taken back.", "%(num)d ticks taken back.", people))
    return _to_sheet(training, material_id)


def _given(form: MaterialForm) -> services.MaterialInput:
    return services.MaterialInput(
        MaterialKind(form.kind.data), form.title_zh.data or "", form.title_en.data or ""
    )


def _to_index(training: Training) -> Response:
    return redirect(url_for("material.index", code=training.code), 303)


def _to_sheet(training: Training, material_id: int, **more: Any) -> Response:
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("q", "group", "show", "at") if request.form.get(name)
    }
    return redirect(
        url_for("material.sheet", code=training.code, material_id=material_id, **kept, **more), 303
    )
