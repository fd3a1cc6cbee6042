"""Personal data of an organisation: requests of people, times for keeping it, wiping, erasing a person."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rights import MOST_DAYS, SUGGESTED_DAYS, Kept
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.forms import BaseForm
from trainingmgr.http.labels import LABELS
from trainingmgr.http.registration_words import written_words
from trainingmgr.http.words import sentence
from trainingmgr.models import Organisation, Person
from trainingmgr.queries.rights import asked
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.services import rights as services

bp = Blueprint("rights", __name__, url_prefix="/o/<int:organisation_id>/personal-data")

_WORDS = {
    "name": _l("Name"),
    "phone": _l("Phone"),
    "email": _l("Mail address"),
    "sex": _l("Sex"),
    "ethnicity": _l("Ethnic group"),
}


def _days(kept: Kept) -> IntegerField:
    return IntegerField(
        LABELS[Kept, kept.value],
        [
            Optional(),
            NumberRange(0, MOST_DAYS, _l("Type a number of days from 0 to %(most)d.", most=MOST_DAYS)),
        ],
        render_kw={"min": 0, "max": MOST_DAYS, "inputmode": "numeric"},
    )


class TimesForm(BaseForm):
    """For how many days after people's last class each kind is kept; an empty field keeps it."""

    id_number = _days(Kept.ID_NUMBER)
    contact = _days(Kept.CONTACT)
    photo = _days(Kept.PHOTO)
    mail = _days(Kept.MAIL)
    receipt = _days(Kept.RECEIPT)
    not_taking_part = _days(Kept.NOT_TAKING_PART)


class AnswerForm(BaseForm):
    """What the person reads beside the answer."""

    answer = TextAreaField(_l("Answer to the person"), [Length(max=500)], render_kw={"rows": 2})


@bp.get("")
@requires_in_organisation(Permission.EDIT)
def index(organisation_id: int) -> str:
    """What waits, how long what is kept, and what was wiped."""
    times = asked.times(db.session(), organisation_id)
    form = TimesForm(formdata=None, data={kept.value: days for kept, days in times.items()})
    return _page(organisation_id, form)


@bp.post("/times")
@requires_in_organisation(Permission.MANAGE)
def set_times(organisation_id: int) -> ResponseReturnValue:
    """Set for how long data is kept."""
    form = TimesForm()
    if not form.validate():
        return _page(organisation_id, form), 422
    days = {kept: form[kept.value].data for kept in Kept}
    services.set_times(actor(), organisation_id, {k: n for k, n in days.items() if n is not None})
    flash(_("Saved. Data is wiped once a day, beginning with the next."), "success")
    return _to_index(organisation_id)


@bp.post("/wipe")
@requires_in_organisation(Permission.MANAGE)
def wipe(organisation_id: int) -> ResponseReturnValue:
    """Wipe now what was kept long enough."""
    total = sum(services.run(actor(), organisation_id).values())
    flash(ngettext("One record was wiped.", "%(num)d records were wiped.", total), "success")
    return _to_index(organisation_id)


@bp.post("/requests/<int:asked_id>/correct")
@requires_in_organisation(Permission.EDIT)
def correct(organisation_id: int, asked_id: int) -> ResponseReturnValue:
    """Put the facts as they were asked to be."""
    return _answer(organisation_id, asked_id, granted=True)


@bp.post("/requests/<int:asked_id>/decline")
@requires_in_organisation(Permission.EDIT)
def decline(organisation_id: int, asked_id: int) -> ResponseReturnValue:
    """Say why something is not done."""
    return _answer(organisation_id, asked_id, granted=False)


@bp.route("/people/<int:person_id>/erase", methods=["GET", "POST"])
@requires_in_organisation(Permission.MANAGE)
def erase(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Say what goes and what stays; then erase everything kept of a person."""
    session = db.session()
    person = session.get(Person, person_id)
    if person is None or person.organisation_id != organisation_id:
        abort(404)
    form, refused = BaseForm(), ""
    if form.validate_on_submit():
        try:
            services.erase(actor(), organisation_id, person_id)
        except Refusal as refusal:
            refused = sentence(refusal)
        else:
            flash(_("Everything kept of the person is gone."), "success")
            return _to_index(organisation_id)
    page = render_template(
        "rights/erase.html",
        organisation=session.get_one(Organisation, organisation_id),
        person_id=person_id,
        kept=dossier(session, person_id),
        refused=refused,
    )
    return page, 422 if refused else 200


def _answer(organisation_id: int, asked_id: int, *, granted: bool) -> ResponseReturnValue:
    if asked.request(db.session(), organisation_id, asked_id) is None:
        abort(404)
    form = AnswerForm()
    if not form.validate():
        flash(" ".join(map(str, form.answer.errors)), "error")
        return _to_index(organisation_id)
    act = services.correct if granted else services.decline
    try:
        act(actor(), organisation_id, asked_id, form.answer.data or "")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("Done; the person reads your answer on their own page."), "success")
    return _to_index(organisation_id)


def _page(organisation_id: int, form: TimesForm) -> str:
    session = db.session()
    return render_template(
        "rights/index.html",
        organisation=session.get_one(Organisation, organisation_id),
        waiting=asked.open_requests(session, organisation_id),
        answered=asked.latest_answered(session, organisation_id),
        runs=asked.runs(session, organisation_id),
        form=form,
        kinds=Kept,
        suggested=SUGGESTED_DAYS,
        due=services.foresee(organisation_id),
        answer=AnswerForm(formdata=None),
        words=_WORDS,
        said=written_words,
    )


def _to_index(organisation_id: int) -> ResponseReturnValue:
    return redirect(url_for("rights.index", organisation_id=organisation_id), 303)
