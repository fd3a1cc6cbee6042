"""The list of designs, and what is done to a design as a whole."""

from io import BytesIO

from flask import flash, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.documents.designs import built_in, keys
from trainingmgr.documents.designs.names import NAMES
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.design_pictures import within
from trainingmgr.http.locale import pick
from trainingmgr.http.words import sentence
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services
from trainingmgr.web.design.blueprint import bp, design_named, organisation, to_editor, to_list
from trainingmgr.web.design.forms import FileForm, NameForm, NewForm
from trainingmgr.web.design.showing import sample, shown


@bp.get("")
@requires_in_organisation(Permission.VIEW)
def index(organisation_id: int) -> str:
    """The organisation's designs and the built-in ones, each as a small picture."""
    return _list(organisation_id, FileForm())


def _list(organisation_id: int, form: FileForm) -> str:
    return render_template(
        "design/index.html",
        organisation=organisation(organisation_id),
        lines=queries.lines(db.session(), organisation_id),
        built_in=[(key, pick(*NAMES[key])) for key in keys()],
        form=form,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def create(organisation_id: int) -> str | Response | tuple[str, int]:
    """Make a design from a blank page or from a built-in one."""
    form = NewForm(data={"start": request.args.get("start", "")})
    form.start.choices = [("", _("A blank page")), *((key, pick(*NAMES[key])) for key in keys())]
    if form.validate_on_submit():
        try:
            row = services.create(
                actor(), organisation_id, form.name_zh.data or "", form.name_en.data or "", form.start.data
            )
        except Refusal as refusal:
            form.name_zh.errors = [*form.name_zh.errors, sentence(refusal)]
        else:
            return to_editor(organisation_id, row.id)
    page = render_template(
        "design/form.html", organisation=organisation(organisation_id), form=form, row=None
    )
    return (page, 422) if form.errors else page


@bp.route("/<int:design_id>/rename", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def rename(organisation_id: int, design_id: int) -> str | Response | tuple[str, int]:
    """Give a design other names."""
    row = design_named(organisation_id, design_id)
    form = NameForm(data={"name_zh": row.name_zh, "name_en": row.name_en})
    if form.validate_on_submit():
        try:
            services.rename(
                actor(), organisation_id, design_id, form.name_zh.data or "", form.name_en.data or ""
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.name_zh.errors = [*form.name_zh.errors, sentence(refusal)]
        else:
            return to_editor(organisation_id, design_id)
    page = render_template("design/form.html", organisation=organisation(organisation_id), form=form, row=row)
    return (page, 422) if form.errors else page


@bp.post("/<int:design_id>/copy")
@requires_in_organisation(Permission.EDIT)
def copy(organisation_id: int, design_id: int) -> Response:
    """Make a design from another."""
    row = services.copy(actor(), organisation_id, design_id)
    return to_editor(organisation_id, row.id)


@bp.post("/<int:design_id>/archive")
@requires_in_organisation(Permission.EDIT)
def archive(organisation_id: int, design_id: int) -> Response:
    """Put a design away."""
    try:
        services.archive(actor(), organisation_id, design_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    return to_list(organisation_id)


@bp.post("/<int:design_id>/bring-back")
@requires_in_organisation(Permission.EDIT)
def bring_back(organisation_id: int, design_id: int) -> Response:
    """Take a design out of the archive."""
    services.bring_back(actor(), organisation_id, design_id)
    return to_list(organisation_id)


@bp.get("/<int:design_id>/export")
@requires_in_organisation(Permission.EDIT)
def export(organisation_id: int, design_id: int) -> Response:
    """The design as one file."""
    try:
        name, data = services.export(organisation_id, design_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return to_editor(organisation_id, design_id)
    return send_file(
        BytesIO(data), mimetype="application/zip", as_attachment=True, download_name=f"{name}.design.zip"
    )


@bp.post("/import")
@requires_in_organisation(Permission.EDIT)
def import_file(organisation_id: int) -> Response | tuple[str, int]:
    """Make a design from a file."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            row = services.import_file(actor(), organisation_id, form.file.data.read())
        except Refusal as refusal:
            db.session.rollback()
            form.file.errors = [*form.file.errors, sentence(refusal)]
        else:
            flash(_("“%(name)s” was imported. Look at it, then publish it.", name=row.name_zh))
            return to_editor(organisation_id, row.id)
    return _list(organisation_id, form), 422


@bp.get("/<int:design_id>/miniature.svg")
@requires_in_organisation(Permission.VIEW)
def miniature(organisation_id: int, design_id: int) -> Response:
    """The draft as a small picture."""
    draft = queries.draft_of(design_named(organisation_id, design_id))
    return _svg(shown(draft, sample(request.args), within(organisation_id, draft)).svg)


@bp.get("/built-in/<key>.svg")
@requires_in_organisation(Permission.VIEW)
def built_in_miniature(organisation_id: int, key: str) -> Response:
    """A built-in design as a small picture."""
    try:
        design = built_in(key)
    except KeyError:
        raise NotFound("not_found") from None
    return _svg(shown(design, sample(request.args), within(organisation_id, design)).svg)


def _svg(text: str) -> Response:
    return Response(text, mimetype="image/svg+xml")
