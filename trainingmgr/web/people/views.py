"""People who may be one: found, told apart, compared, merged and taken apart again."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import Sex, show_phone
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.training import clean_code
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.labels import label
from trainingmgr.http.words import sentence
from trainingmgr.models import Organisation
from trainingmgr.queries import audit
from trainingmgr.queries import same_person as queries
from trainingmgr.services import people as services

bp = Blueprint("people", __name__, url_prefix="/o/<int:organisation_id>/people")

_WORDS: dict[str, LazyString] = {
    "name": _l("Name"),
    "unit": _l("Unit"),
    "sex": _l("Sex"),
    "ethnicity": _l("Ethnic group"),
    "phone": _l("Phone"),
    "email": _l("Mail"),
    "document": _l("ID number"),
    "photo": _l("Photograph"),
}


@bp.get("/duplicates")
@requires_in_organisation(Permission.EDIT)
def duplicates(organisation_id: int) -> str:
    """Everybody who may be one with somebody else, and the merges of the last day."""
    session = db.session()
    merges = audit.changes_in_organisation(
        session, actor(), organisation_id, services.MERGE_ACTIONS, queries.MERGE_UNDO_WITHIN
    )
    return render_template(
        "people/duplicates.html",
        organisation=session.get_one(Organisation, organisation_id),
        found=queries.alike_people(session, organisation_id),
        merges=merges,
        known=queries.known_of(session, organisation_id, {one.subject_id or 0 for one in merges}),
        show_phone=show_phone,
    )


@bp.post("/apart")
@requires_in_organisation(Permission.EDIT)
def tell_apart(organisation_id: int) -> Response:
    """Remember that two people are two, or forget it again."""
    one, other, apart = _number("one"), _number("other"), "undo" not in request.form
    services.tell_apart(actor(), organisation_id, one, other, apart=apart)
    if apart:
        address = url_for("people.tell_apart", organisation_id=organisation_id)
        back = {"one": str(one), "other": str(other), "undo": "1", "code": _code(request.form)}
        undo.offer(_("They are told apart, and are not pointed out again."), address, **back)
    return redirect(_back(organisation_id), 303)


@bp.get("/<int:person_id>/merge")
@requires_in_organisation(Permission.EDIT)
def compare(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Two people side by side, with what merging them would do."""
    return _comparison(organisation_id, person_id, _number("other"))


@bp.post("/<int:person_id>/merge")
@requires_in_organisation(Permission.EDIT)
def merge(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Merge another person into this one; what is refused stays chosen."""
    going, taken, kept = _number("other"), _taken(), _kept()
    try:
        done = services.merge(actor(), organisation_id, person_id, going, taken, kept)
    except NotFound:
        raise
    except Refusal as refusal:
        db.session.rollback()
        return _comparison(organisation_id, person_id, going, sentence(refusal))
    text = _("The two are one person now; registrations moved: %(moved)d.", moved=done.moved)
    if done.dropped:
        text += " " + _("Registrations that became one: %(dropped)d.", dropped=done.dropped)
    address = url_for("people.undo_merge", organisation_id=organisation_id)
    undo.offer(text, address, change=str(done.undo), code=_code(request.form))
    return redirect(_back(organisation_id), 303)


@bp.post("/undo-merge")
@requires_in_organisation(Permission.EDIT)
def undo_merge(organisation_id: int) -> Response:
    """Take a merge apart again."""
    try:
        done = services.undo_merge(actor(), organisation_id, _number("change"))
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
        return redirect(_back(organisation_id), 303)
    if done.left:
        flash(
            _("The merge is taken back, but for %(left)d records that were changed since.", left=done.left),
            "warning",
        )
    else:
        flash(_("The merge is taken back: everything is as it was."), "success")
    return redirect(_back(organisation_id), 303)


def _comparison(organisation_id: int, staying: int, going: int, fault: str = "") -> ResponseReturnValue:
    session, chosen = db.session(), request.method == "POST"
    try:
        plan = services.plan(
            session,
            organisation_id,
            staying,
            going,
            _taken() if chosen else None,
            _kept() if chosen else None,
        )
    except Refusal:
        abort(404)
    page = render_template(
        "people/merge.html",
        organisation=session.get_one(Organisation, organisation_id),
        plan=plan,
        words=_WORDS,
        show=_shown,
        code=_code(request.values),
        fault=fault,
        obstacles=[sentence(one) for one in plan.obstacles],
    )
    return page, 422 if fault else 200


def _shown(name: str, text: str) -> str:
    if name == "phone":
        return show_phone(text)
    if name == "sex" and text in set(Sex):
        return label(Sex(text))
    if name == "photo" and text:
        return str(_("yes"))
    return text


def _taken() -> frozenset[str]:
    return frozenset(name for name in services.FACTS if request.form.get(f"take-{name}") == "going")


def _kept() -> dict[int, int]:
    found = {}
    for name, value in request.form.items():
        training = name.removeprefix("keep-")
        if training != name and _is_number(training) and _is_number(value):
            found[int(training)] = int(value)
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _number(name: str) -> int:
    text = request.values.get(name, "")
    return int(text) if _is_number(text) else 0


def _code(values: Mapping[str, str]) -> str:
    return clean_code(values.get("code", ""))


def _back(organisation_id: int) -> str:
    """The list that the two were found in: that of a training where one is named, else the organisation's."""
    code = _code(request.form)
    if code:
        return url_for("roster.duplicates", code=code)
    return url_for("people.duplicates", organisation_id=organisation_id)
