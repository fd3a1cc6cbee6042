"""What is kept of the person whose page it is: to read, to take along, to have corrected or deleted."""

import json
from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from trainingmgr.domain.participant import phone_to_edit
from trainingmgr.domain.person import Sex
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rights import CORRECTABLE
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.forms import BaseForm, cleaned, phone, text
from trainingmgr.http.labels import choices
from trainingmgr.http.registration_words import written_words
from trainingmgr.http.throttle import at_most
from trainingmgr.http.words import sentence
from trainingmgr.queries import own_page as queries
from trainingmgr.queries.own_page import PageOwner
from trainingmgr.queries.rights import asked
from trainingmgr.queries.rights.dossier import Dossier, dossier
from trainingmgr.services import rights as services
from trainingmgr.web.own_page.copying import data_on_paper, part_facts, person_facts

bp = Blueprint("data", __name__, url_prefix="/me/<page_key>/data")


class CorrectionForm(BaseForm):
    """The facts as they should be, and anything else in words."""

    name = text(_l("Name"), 120, InputRequired(_l("Enter the name.")), cleaned("name"))
    phone = phone(autocomplete="tel")
    email = text(
        _l("Mail address"), 254, cleaned("email"), render_kw={"inputmode": "email", "autocomplete": "email"}
    )
    sex = SelectField(_l("Sex"), choices=[("", "—"), *choices(Sex)], default="")
    ethnicity = text(_l("Ethnic group"), 60, cleaned("ethnicity"))
    words = TextAreaField(
        _l("Anything else that is wrong"), [Length(max=1000)], render_kw={"rows": 3, "maxlength": 1000}
    )


class DeletionForm(BaseForm):
    """Why, if the person wants to say."""

    words = TextAreaField(_l("Why (you need not say)"), [Length(max=1000)], render_kw={"rows": 2})


@bp.get("")
@at_most("60/minute")
@public
def show(page_key: str) -> str:
    """Everything that is kept, and what the person may ask for."""
    owner = owner_of(page_key)
    kept = dossier(db.session(), owner.person_id)
    return _page(page_key, owner, kept, _correction_form(kept), DeletionForm(formdata=None))


@bp.get("/copy.json")
@at_most("20/minute")
@public
def copy(page_key: str) -> Response:
    """The same for machines, to take along."""
    owner = owner_of(page_key)
    kept = {
        "format": "trainingmgr-personal-data",
        "kept_by": {"zh": owner.host_zh, "en": owner.host_en},
        "person": dossier(db.session(), owner.person_id).as_json(),
    }
    # Whoever opens it in an editor can read it too.
    text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    response = Response(text, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="personal-data.json")
    return response


@bp.get("/copy.pdf")
@at_most("20/minute")
@public
def paper(page_key: str) -> Response:
    """The same on paper."""
    owner = owner_of(page_key)
    response = Response(
        data_on_paper(owner, dossier(db.session(), owner.person_id)), mimetype="application/pdf"
    )
    response.headers.set("Content-Disposition", "inline", filename="personal-data.pdf")
    return response


@bp.post("/correction")
@at_most("10/hour")
@public
def correction(page_key: str) -> ResponseReturnValue:
    """Ask for a correction."""
    owner, form = owner_of(page_key), CorrectionForm()
    wanted = {name: form[name].data or "" for name in CORRECTABLE}
    done = form.validate() and _asked(
        form, lambda: services.ask_correction(owner.person_id, wanted, form.words.data or "")
    )
    if done:
        return _back(page_key)
    kept = dossier(db.session(), owner.person_id)
    return _page(page_key, owner, kept, form, DeletionForm(formdata=None)), 422


@bp.post("/deletion")
@at_most("10/hour")
@public
def deletion(page_key: str) -> ResponseReturnValue:
    """Ask for everything to be deleted."""
    owner, form = owner_of(page_key), DeletionForm()
    if form.validate() and _asked(
        form, lambda: services.ask_deletion(owner.person_id, form.words.data or "")
    ):
        return _back(page_key)
    kept = dossier(db.session(), owner.person_id)
    return _page(page_key, owner, kept, _correction_form(kept), form), 422


@bp.post("/requests/<int:asked_id>/withdraw")
@at_most("20/hour")
@public
def withdraw(page_key: str, asked_id: int) -> ResponseReturnValue:
    """Take a request back."""
    owner = owner_of(page_key)
    try:
        services.withdraw(owner.person_id, asked_id)
    except NotFound:
        flash(_("That request was answered already."), "warning")
    else:
        flash(_("The request is taken back."), "success")
    return redirect(url_for("own_page.data.show", page_key=page_key), 303)


def owner_of(page_key: str) -> PageOwner:
    """Whose page has this secret; aborts with 404."""
    found = queries.owner(db.session(), page_key)
    if found is None:
        abort(404)
    return found


def _asked(form: BaseForm, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Refusal as refusal:
        form.words.errors = [*form.words.errors, sentence(refusal)]
        return False
    flash(_("The organiser has your request. The answer appears here."), "success")
    return True


def _correction_form(kept: Dossier) -> CorrectionForm:
    present = {name: getattr(kept, name) for name in CORRECTABLE}
    return CorrectionForm(formdata=None, data=present | {"phone": phone_to_edit(kept.phone)})


def _page(
    page_key: str, owner: PageOwner, kept: Dossier, correction: CorrectionForm, deletion: DeletionForm
) -> str:
    return render_template(
        "own_page/data.html",
        page_key=page_key,
        owner=owner,
        kept=kept,
        requests=asked.requests_of(db.session(), owner.person_id),
        said=written_words,
        correction=correction,
        deletion=deletion,
        facts=person_facts(kept),
        part_facts=part_facts,
    )


def _back(page_key: str) -> ResponseReturnValue:
    return redirect(url_for("own_page.data.show", page_key=page_key) + "#requests", 303)
