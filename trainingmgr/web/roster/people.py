"""One participant: their page, their forms."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from trainingmgr.domain.glyph import code_points
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import IdType, Sex, mask_phone, show_phone
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, may, requires
from trainingmgr.http.arrangement import ONE as PLACE_WORDS
from trainingmgr.http.characters import with_ways_out
from trainingmgr.http.labels import label
from trainingmgr.http.registration_card import registration_card
from trainingmgr.http.registration_words import asks_anybody
from trainingmgr.http.verdicts import reasons
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import glyph, known_people, photo
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.arrangement import places_of
from trainingmgr.queries.eligibility import eligibility
from trainingmgr.queries.mail import outbox
from trainingmgr.queries.nomination import origin
from trainingmgr.queries.registration_form import form_of
from trainingmgr.queries.roster import Participant
from trainingmgr.queries.unit import suggestions
from trainingmgr.services import roster as roster_service
from trainingmgr.services.roster import SOMEBODY_NEW
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.conflict import conflict, differences, take_choices
from trainingmgr.web.roster.forms import EditForm, ParticipantForm
from trainingmgr.web.roster.inline import known_or_404
from trainingmgr.web.roster.lines import Lines


@bp.route("/t/<code>/roster/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def new(training: Training) -> ResponseReturnValue:
    """Add one participant; where somebody alike is known, ask who this is."""
    form = ParticipantForm()
    facets = roster_queries.facets(db.session(), training.id)
    form.offer(facets)
    alike: list[known_people.Alike] = []
    if request.method == "POST":
        alike = known_people.namesakes(
            db.session(), training.organisation_id, form.name.data or "", training.id
        )
        form.same_as.choices = [(one.id, one.name) for one in alike] + [(SOMEBODY_NEW, "")]
    already = None
    if form.validate_on_submit():
        try:
            added = roster_service.add(
                actor(), training.id, form.facts(), form.same_as.data, beyond=form.beyond.data
            )
        except Refusal as refusal:
            _mark(form, refusal)
            already = refusal.values.get("registration_id")
        else:
            _tell_of(training, form.name.data or "", added)
            if "answers" in request.form:
                address = url_for(
                    "registration_form.edit_answers",
                    code=training.code,
                    registration_id=added.registration_id,
                )
                return redirect(address, 303)
            target = "roster.new" if "another" in request.form else "roster.index"
            return redirect(url_for(target, code=training.code), 303)
    asked = bool(form.same_as.errors) or form.same_as.data is not None
    return render_template(
        "roster/new.html",
        training=training,
        form=form,
        groups=facets.groups,
        units=suggestions(db.session(), training.organisation_id),
        alike=alike if asked else [],
        already=already,
        asks=asks_anybody(form_of(db.session(), training.id).definition),
        mask_phone=mask_phone,
    ), 422 if form.errors else 200


def _mark(form: ParticipantForm, refusal: Refusal) -> None:
    """Stand a refusal beside the field that it speaks of."""
    field = {
        "roster.alike_known": form.same_as,
        "roster.id_of_another": form.id_number,
        "roster.id_taken": form.id_number,
        "roster.namesake_needs_document": form.id_number,
        "roster.category_unknown": form.category,
        "roster.status_step": form.status,
        "places.beyond_capacity": form.status,
        "places.beyond_quota": form.status,
    }.get(refusal.code, form.name)
    field.errors = [*field.errors, sentence(refusal)]


def _tell_of(training: Training, name: str, added: roster_service.Added) -> None:
    if added.known:
        flash(_("%(name)s was known already and is on the roster now.", name=name), "success")
    else:
        flash(_("%(name)s is on the roster now.", name=name), "success")
    if added.over:
        flash(
            ngettext(
                "The class is %(num)d person over its capacity.",
                "The class is %(num)d people over its capacity.",
                added.over,
            ),
            "warning",
        )
    _warn_of_missing(training, name, added.missing)


def _warn_of_missing(training: Training, name: str, missing: tuple[str, ...]) -> None:
    if missing:
        flash(missing_notice(training, name, missing), "warning")


def _missing(training: Training, *texts: str) -> tuple[str, ...]:
    return glyph.missing_characters(glyph.fonts_of(db.session(), training.organisation_id), *texts)


def missing_notice(training: Training, name: str, missing: tuple[str, ...]) -> Markup:
    """That a name cannot be printed, with the characters at fault, their numbers, and the way to the ways out."""
    shown = " ".join(f"{one} {code_points(one)}" for one in missing)
    notice = _(
        "%(name)s is on the roster but cannot be printed: no font has %(shown)s.", name=name, shown=shown
    )
    return with_ways_out(notice, training.organisation_id)


@bp.get("/t/<code>/roster/units")
@requires(Permission.EDIT)
def units(training: Training) -> ResponseReturnValue:
    """Names of known units for the box that is being typed in."""
    typed = (request.args.get("unit") or request.args.get("value") or "").strip()[:120]
    names = suggestions(db.session(), training.organisation_id, typed)
    return render_template("roster/_options.html", options=names)


@bp.get("/t/<code>/roster/<int:registration_id>")
@requires(Permission.VIEW)
def person(training: Training, registration_id: int) -> ResponseReturnValue:
    """Everything about one participant."""
    return _person_page(training, known_or_404(training, registration_id))


def _person_page(training: Training, known: Participant, number: str = "") -> ResponseReturnValue:
    session = db.session()
    missing = _missing(training, known.name, known.latin_name)
    found = eligibility(session, training, [known.id])
    prospect = next((one for one in found.people if not one.holds_valid), None)
    return render_template(
        "roster/person.html",
        prospect=prospect,
        obstacles=reasons(prospect.verdict, found.sessions) if prospect else [],
        origin=origin(session, training, known.id),
        training=training,
        who=known,
        marks=roster_queries.marks(session, training.id, known.id),
        certificates=roster_queries.certificates(session, known.id),
        card=registration_card(training, known),
        mails=outbox.of_registration(session, known.id) if may("edit") else [],
        mail_troubles=outbox.TROUBLES,
        lines=Lines(training, {}),
        number=number,
        sex_word=label(Sex(known.sex)) if known.sex in set(Sex) else known.sex,
        id_word=label(IdType(known.id_type)) if known.id_type in set(IdType) else "",
        show_phone=show_phone,
        mask_phone=mask_phone,
        notice=missing_notice(training, known.name, missing) if missing else "",
        photo=photo.shown(session, training.id, known.id),
        places=[(PLACE_WORDS[one.kind], one) for one in places_of(session, known.id)],
    )


@bp.post("/t/<code>/roster/<int:registration_id>/reveal")
@requires(Permission.REVEAL)
def reveal(training: Training, registration_id: int) -> ResponseReturnValue:
    """Show the ID number this once; it is noted who asked."""
    known = known_or_404(training, registration_id)
    return _person_page(training, known, roster_service.reveal(actor(), training.id, registration_id))


@bp.route("/t/<code>/roster/<int:registration_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit(training: Training, registration_id: int) -> ResponseReturnValue:
    """Change a participant; where somebody else was faster, both versions are shown."""
    known = known_or_404(training, registration_id)
    form = EditForm()
    facets = roster_queries.facets(db.session(), training.id)
    form.offer(facets, known.status)
    if request.method == "GET":
        form.fill(known)
    else:
        take_choices(form)
        if form.validate():
            answer = _save(training, known, form)
            if answer is not None:
                return answer
    return render_template(
        "roster/edit.html",
        training=training,
        form=form,
        who=known,
        groups=facets.groups,
        units=suggestions(db.session(), training.organisation_id),
    ), 422 if form.errors else 200


def _save(training: Training, known: Participant, form: EditForm) -> ResponseReturnValue | None:
    """Save the form and lead on; None where it shows what was refused."""
    version = form.version.data or ""
    for _try in range(2):
        try:
            roster_service.update(
                actor(), training.id, known.id, form.facts(), version=version, beyond=form.beyond.data
            )
            break
        except Refusal as refusal:
            known = known_or_404(training, known.id)
            if refusal.code != "stale":
                _mark(form, refusal)
                return None
            if differences(form, known):
                return conflict(training, form, known)
            # What the other one changed is what was typed here too.
            version = known.version
    else:
        _mark(form, Refusal("stale"))
        return None
    flash(_("Saved."), "success")
    _warn_of_missing(
        training, known.name, _missing(training, form.name.data or "", form.latin_name.data or "")
    )
    return redirect(url_for("roster.person", code=training.code, registration_id=known.id), 303)


@bp.route("/t/<code>/roster/<int:registration_id>/remove", methods=["GET", "POST"])
@requires(Permission.EDIT)
def remove(training: Training, registration_id: int) -> ResponseReturnValue:
    """Say what goes with a participant, then let them go."""
    known = known_or_404(training, registration_id)
    if request.method == "GET":
        traces = roster_queries.traces(db.session(), known.id)
        return render_template("roster/remove.html", training=training, who=known, traces=traces)
    gone = roster_service.remove(actor(), training.id, known.id)
    flash(
        ngettext(
            "%(name)s was removed, with %(num)d attendance mark.",
            "%(name)s was removed, with %(num)d attendance marks.",
            gone.marks,
            name=gone.name,
        ),
        "success",
    )
    return redirect(url_for("roster.index", code=training.code), 303)
