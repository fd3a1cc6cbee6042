"""Pictures and PDF pages for designs."""

from io import BytesIO

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.files import stored
from trainingmgr.http.words import sentence
from trainingmgr.models import Asset
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services
from trainingmgr.web.design.blueprint import bp, organisation
from trainingmgr.web.design.forms import FileForm


@bp.route("/pictures", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def pictures(organisation_id: int) -> str | Response | tuple[str, int]:
    """The organisation's pictures; a posted file becomes one of them."""
    form = FileForm()
    if form.validate_on_submit():
        file = form.file.data
        try:
            row = services.upload(actor(), organisation_id, file.filename or "", file.read())
        except Refusal as refusal:
            db.session.rollback()
            form.file.errors = [*form.file.errors, sentence(refusal)]
        else:
            flash(_("“%(name)s” is ready to be used in designs.", name=row.name))
            return redirect(url_for("design.pictures", organisation_id=organisation_id), 303)
    session = db.session()
    page = render_template(
        "design/pictures.html",
        organisation=organisation(organisation_id),
        assets=queries.assets(session, organisation_id),
        used=queries.used_assets(session, organisation_id),
        form=form,
    )
    return (page, 422) if form.errors else page


@bp.get("/pictures/<int:asset_id>")
@requires_in_organisation(Permission.VIEW)
def picture(organisation_id: int, asset_id: int) -> Response:
    """The bytes of a picture; a PDF is saved, never shown."""
    row = db.session().get(Asset, asset_id)
    if row is None or row.organisation_id != organisation_id:
        abort(404)
    return send_file(
        BytesIO(stored(row.file_key)),
        mimetype=row.media_type,
        as_attachment=not row.media_type.startswith("image/"),
        download_name=row.name or "picture",
    )


@bp.post("/pictures/<int:asset_id>/delete")
@requires_in_organisation(Permission.EDIT)
def delete_picture(organisation_id: int, asset_id: int) -> Response:
    """Delete a picture that nothing uses."""
    try:
        services.delete_unused(actor(), organisation_id, asset_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The picture was deleted."))
    return redirect(url_for("design.pictures", organisation_id=organisation_id), 303)
