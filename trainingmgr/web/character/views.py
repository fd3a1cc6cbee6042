"""Characters that no font has, and what an organisation does about them."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainingmgr.documents.fonts import font_chain
from trainingmgr.documents.fonts.traced import LEAST_HEIGHT
from trainingmgr.domain import glyph
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import say, sentence
from trainingmgr.models import Organisation
from trainingmgr.queries import glyph as queries
from trainingmgr.services import glyph as services
from trainingmgr.web.character.forms import PictureForm, TextForm

bp = Blueprint("character", __name__, url_prefix="/o/<int:organisation_id>/characters")


@bp.get("")
@requires_in_organisation(Permission.EDIT)
def index(organisation_id: int) -> str:
    """Every character in names that no font has, and every substitute."""
    session = db.session()
    return render_template(
        "character/index.html",
        organisation=session.get_one(Organisation, organisation_id),
        found=queries.rare_characters(session, organisation_id),
        ignored=[say(f"check_font_{one.reason}", {"file": one.path.name}) for one in font_chain().ignored],
        code_points=glyph.code_points,
        character_code=glyph.character_code,
    )


@bp.get("/<code_points>")
@requires_in_organisation(Permission.EDIT)
def character(organisation_id: int, code_points: str) -> str:
    """One character and the ways out."""
    form = _text_form(organisation_id, code_points)
    return _page(organisation_id, _character(code_points), PictureForm(formdata=None), form)


@bp.post("/<code_points>/text")
@requires_in_organisation(Permission.EDIT)
def set_text(organisation_id: int, code_points: str) -> ResponseReturnValue:
    """Agree on a text."""
    form, one = TextForm(), _character(code_points)
    if form.validate():
        agreement = services.Agreement(
            form.printed.data or "", form.agreed_with.data or "", form.agreed_on.data, form.note.data or ""
        )
        try:
            services.set_text(actor(), organisation_id, one, agreement)
        except Refusal as refusal:
            form.printed.errors = [*form.printed.errors, sentence(refusal)]
        else:
            flash(_("The text is printed from now on."), "success")
            return _to_list(organisation_id)
    return _page(organisation_id, one, PictureForm(formdata=None), form), 422


@bp.post("/<code_points>/picture")
@requires_in_organisation(Permission.EDIT)
def set_picture(organisation_id: int, code_points: str) -> ResponseReturnValue:
    """Upload a picture."""
    form, one = PictureForm(), _character(code_points)
    if form.validate():
        try:
            services.set_picture(actor(), organisation_id, one, form.file.data.read(), form.source.data or "")
        except Refusal as refusal:
            form.file.errors = [*form.file.errors, sentence(refusal)]
        else:
            flash(_("The picture is printed from now on."), "success")
            return _to_list(organisation_id)
    return _page(organisation_id, one, form, _text_form(organisation_id, code_points)), 422


@bp.post("/<code_points>/remove")
@requires_in_organisation(Permission.EDIT)
def remove(organisation_id: int, code_points: str) -> ResponseReturnValue:
    """Take the substitute away."""
    services.remove(actor(), organisation_id, _character(code_points))
    flash(_("The substitute was removed. What was issued with it stays as it is."), "success")
    return _to_list(organisation_id)


@bp.get("/<code_points>/picture.png")
@requires_in_organisation(Permission.EDIT)
def picture(organisation_id: int, code_points: str) -> Response:
    """What is printed in the character's place."""
    data = queries.picture_of(db.session(), organisation_id, _character(code_points))
    if data is None:
        abort(404)
    return Response(data, mimetype="image/png")


def _character(code_points: str) -> str:
    try:
        return glyph.character_of(code_points)
    except ValueError:
        abort(404)


def _text_form(organisation_id: int, code_points: str) -> TextForm:
    row = queries.row_of(db.session(), organisation_id, _character(code_points))
    if row is None or not row.text:
        return TextForm(formdata=None)
    known = {"agreed_with": row.agreed_with, "agreed_on": row.agreed_on, "note": row.note}
    return TextForm(formdata=None, data={"printed": row.text} | known)


def _page(organisation_id: int, one: str, picture_form: PictureForm, text_form: TextForm) -> str:
    session = db.session()
    return render_template(
        "character/character.html",
        organisation=session.get_one(Organisation, organisation_id),
        character=one,
        code=glyph.character_code(one),
        points=glyph.code_points(one),
        bearers=queries.bearers(session, organisation_id, one),
        row=queries.row_of(session, organisation_id, one),
        in_font=font_chain().has(one),
        picture_form=picture_form,
        text_form=text_form,
        least=LEAST_HEIGHT,
    )


def _to_list(organisation_id: int) -> ResponseReturnValue:
    return redirect(url_for("character.index", organisation_id=organisation_id), 303)
