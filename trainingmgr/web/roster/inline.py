"""Changes made in the list itself: one field, or one tap at the desk."""

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.participant import CLEANERS, Facts, phone_to_edit
from trainingmgr.domain.person import Sex
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus, next_statuses
from trainingmgr.domain.roster_column import ColumnUse, RosterColumn
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import Participant
from trainingmgr.services import roster as roster_service
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.conflict import conflict
from trainingmgr.web.roster.forms import EditForm
from trainingmgr.web.roster.lines import INLINE, Lines, Note
from trainingmgr.web.roster.listing import back_to

# The fields whose value is chosen, not typed.
_CHOSEN = frozenset({"category", "status", "sex"})


def known_or_404(training: Training, registration_id: int) -> Participant:
    """The participant of this training; a 404 for any other number."""
    known = roster_queries.participant(db.session(), training.id, registration_id)
    if known is None:
        abort(404)
    return known


def _facts(field: str, value: str) -> Facts:
    """The one fact that was typed. Raises the Refusal of its kind of value."""
    if field == "category":
        return Facts(category_id=int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0)
    if field == "status":
        if value not in set(RegistrationStatus):
            raise NotFound("not_found")
        return Facts(status=RegistrationStatus(value))
    return Facts(**{field: CLEANERS[field](value)})  # type: ignore[arg-type]  # the text fields of INLINE


def _choices(field: str, known: Participant, facets: roster_queries.Facets) -> list[tuple[str, str]]:
    if field == "category":
        return [("0", "—"), *((str(one), pick(*names)) for one, names in facets.categories.items())]
    if field == "sex":
        return [("", "—"), *((one.value, label(one)) for one in Sex)]
    steps = next_statuses(known.status) | {known.status}
    return [(one.value, label(one)) for one in RegistrationStatus if one in steps]


def _line(training: Training, known: Participant, note: Note | None = None) -> str:
    facets = roster_queries.facets(db.session(), training.id, current_user.id)
    row = roster_queries.row(db.session(), training.id, known.id)
    if row is None:
        abort(404)
    return Lines(training, facets.categories, facets.columns[ColumnUse.TABLE]).one(row, note or Note())


def _editor(training: Training, known: Participant, field: str, value: str, **extra: Any) -> str:
    facets = roster_queries.facets(db.session(), training.id)
    return render_template(
        "roster/_editor.html",
        who=known,
        field=field,
        value=value,
        word=label(RosterColumn(field)),
        choices=_choices(field, known, facets) if field in _CHOSEN else None,
        options=facets.groups if field == "group" else None,
        action=f"{Lines(training, {}).prefix}{known.id}",
        units=url_for("roster.units", code=training.code),
        **extra,
    )


def _shown(known: Participant, field: str) -> str:
    return phone_to_edit(known.phone) if field == "phone" else known.text(field)


@bp.get("/t/<code>/roster/<int:registration_id>/line")
@requires(Permission.VIEW)
def line(training: Training, registration_id: int) -> ResponseReturnValue:
    """One line of the list as it is now."""
    return _line(training, known_or_404(training, registration_id))


@bp.get("/t/<code>/roster/<int:registration_id>/field/<name>")
@requires(Permission.EDIT)
def field(training: Training, registration_id: int, name: str) -> ResponseReturnValue:
    """The small form inside a cell."""
    known = known_or_404(training, registration_id)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("roster.edit", code=training.code, registration_id=known.id), 303)
    if name not in INLINE:
        abort(404)
    return _editor(training, known, name, _shown(known, name))


@bp.post("/t/<code>/roster/<int:registration_id>/field")
@requires(Permission.EDIT)
def save(training: Training, registration_id: int) -> ResponseReturnValue:
    """Keep what was typed into a cell; where somebody else was faster, show what is there now."""
    known = known_or_404(training, registration_id)
    name, value = request.form.get("field", ""), request.form.get("value", "").strip()
    if name not in INLINE:
        abort(400)
    before = known.text(name)
    was = {name: request.form["was"]} if "was" in request.form else None
    try:
        changed = roster_service.update(
            actor(),
            training.id,
            known.id,
            _facts(name, value),
            version=request.form.get("version", ""),
            was=was,
        )
    except NotFound:
        abort(400)
    except Refusal as refusal:
        known = known_or_404(training, registration_id)
        stale = refusal.code == "stale"
        if not request.headers.get("HX-Request"):
            if not stale:
                raise
            return conflict(training, _form(training, known, name, value), known)
        again = _editor(
            training,
            known,
            name,
            value,
            error="" if stale else sentence(refusal),
            present=_present(training, known, name) if stale else None,
        )
        # The cell's form is put in place of itself, where success replaces the whole line.
        return again, 409 if stale else 422, {"HX-Retarget": "#cell-edit", "HX-Reswap": "outerHTML"}
    if not request.headers.get("HX-Request"):
        return redirect(back_to(training, request.form.get("back", "")), 303)
    known = known_or_404(training, registration_id)
    undo = before if changed and _may_undo(known, name, before) else None
    return _line(training, known, Note(name, undo, known.text(name), known.version))


def _form(training: Training, known: Participant, name: str, value: str) -> EditForm:
    """The whole form with the one field as it was typed."""
    form = EditForm(formdata=None)
    form.offer(roster_queries.facets(db.session(), training.id), known.status)
    form.fill(known)
    form.phone.data = known.phone
    typed = _facts(name, value)
    form[name].data = typed.category_id if name == "category" else str(getattr(typed, name))
    return form


def _may_undo(known: Participant, name: str, before: str) -> bool:
    return name != "status" or RegistrationStatus(before) in next_statuses(known.status)


def _present(training: Training, known: Participant, name: str) -> str:
    if name in _CHOSEN:
        facets = roster_queries.facets(db.session(), training.id)
        return dict(_choices(name, known, facets)).get(known.text(name), "—")
    return _shown(known, name) or _("nothing")


@bp.post("/t/<code>/roster/<int:registration_id>/arrive")
@requires(Permission.DESK)
def arrive(training: Training, registration_id: int) -> ResponseReturnValue:
    """Note at the desk that somebody has come, or take the note back."""
    known = known_or_404(training, registration_id)
    came = not request.form.get("undo")
    hx = request.headers.get("HX-Request")
    try:
        roster_service.arrive(actor(), training.id, known.id, arrived=came)
    except Refusal as refusal:
        if not hx:
            raise
        return make_response(_line(training, known, Note(error=sentence(refusal))), 422)
    if hx:
        return _line(training, known_or_404(training, registration_id), Note(arrived=came))
    return redirect(back_to(training, request.form.get("back", "")), 303)
