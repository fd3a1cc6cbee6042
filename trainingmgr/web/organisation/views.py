"""The organisation's own names."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.words import sentence
from trainingmgr.models import Organisation
from trainingmgr.services import accounts as services

bp = Blueprint("organisation", __name__)


class NameForm(BaseForm):
    """What the organisation is called in both languages."""

    name_zh = text(_l("Name (Chinese)"), services.ORGANISATION_ZH, render_kw={"required": True})
    name_en = text(_l("Name (English)"), services.ORGANISATION_EN)


@bp.route("/o/<int:organisation_id>/name", methods=["GET", "POST"])
@requires_in_organisation(Permission.MANAGE)
def rename(organisation_id: int) -> ResponseReturnValue:
    """Give the organisation other names."""
    organisation = db.session().get_one(Organisation, organisation_id)
    form = NameForm(obj=organisation)
    if form.validate_on_submit():
        try:
            services.rename_organisation(
                actor(), organisation_id, form.name_zh.data or "", form.name_en.data or ""
            )
        except Refusal as refusal:
            form.name_zh.errors = [sentence(refusal)]
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("organisation.rename", organisation_id=organisation_id), 303)
    page = render_template("organisation/name.html", organisation=organisation, form=form)
    return page, 422 if form.errors else 200
