"""The published versions of a timetable: what publishing would change, what changed, and who is told."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Length

from trainingmgr.domain.clash import Level, find_clashes
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.timetable_version import Change, Snapshot, Sort, Told, changes, fingerprint, told
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, may, requires
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import label
from trainingmgr.http.locale import language
from trainingmgr.http.notices import sends
from trainingmgr.http.own_timetable import TOKEN, own_page_address, page_address
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import Timetable
from trainingmgr.queries.schedule import clashes as clash_queries
from trainingmgr.queries.schedule import versions as queries
from trainingmgr.queries.schedule.concerned import concerned
from trainingmgr.services import schedule as services
from trainingmgr.web.schedule.blueprint import bp

DRAFT = 0
"""The number under which the timetable as it stands is compared."""


class PublishForm(BaseForm):
    """A word to go with a publication, and what was looked at."""

    note = text(_l("A word to those concerned"), 300)
    seen = HiddenField(validators=[Length(max=64)])


@bp.get("/t/<code>/schedule/versions")
@requires(Permission.VIEW)
def versions(training: Training) -> str:
    """What publishing would change, and every version that there was."""
    return _versions(training, PublishForm())


def _versions(training: Training, form: PublishForm) -> str:
    session = db.session()
    every = queries.versions(session, training.id)
    table = schedule_queries.timetable(session, training)
    present = queries.snapshot_of(table)
    before = _snapshot(training, every[0].number) if every else Snapshot(training.time_zone)
    form.seen.data = fingerprint(present)
    return render_template(
        "schedule/versions.html",
        training=training,
        form=form,
        versions=every,
        found=_words(changes(before, present), present.zone) if every else [],
        sessions=len(present.sessions),
        same=bool(every) and every[0].fingerprint == form.seen.data,
        impossible=_impossible(training, table) if may("edit") else 0,
    )


def _impossible(training: Training, table: Timetable) -> int:
    """How many things in a timetable cannot be."""
    plan = clash_queries.plan_of(table, clash_queries.read(db.session(), training.id), training, language())
    return sum(one.level is Level.IMPOSSIBLE for one in find_clashes(plan))


@bp.post("/t/<code>/schedule/versions")
@requires(Permission.EDIT)
def publish(training: Training) -> ResponseReturnValue:
    """Publish the timetable as it was looked at."""
    form, code = PublishForm(), training.code
    if form.validate():
        try:
            number = services.publish(actor(), training.id, form.note.data or "", seen=form.seen.data or "")
        except Refusal as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash(_("Version %(number)d is published: this is what outsiders see.", number=number), "success")
            return redirect(url_for("schedule.version", code=code, number=number), 303)
    return _versions(training, form), 422


@bp.get("/t/<code>/schedule/versions/<int:number>")
@requires(Permission.VIEW)
def version(training: Training, number: int) -> str:
    """One version: what it changed, and whom that concerns."""
    session = db.session()
    every = queries.versions(session, training.id)
    found = next((one for one in every if one.number == number), None)
    if found is None:
        raise NotFound("not_found")
    after, before = _snapshot(training, number), _before(training, number)
    changed = changes(before, after)
    people = concerned(session, training, changed) if found == every[0] else []
    return render_template(
        "schedule/version.html",
        training=training,
        version=found,
        holds=found == every[0],
        found=_words(changed, after.zone),
        participants=[one for one in people if one.registration_id],
        lecturers=[one for one in people if not one.registration_id],
        addressed=sum(1 for one in people if one.address),
        sends=sends(training),
    )


@bp.post("/t/<code>/schedule/versions/<int:number>/tell")
@requires(Permission.EDIT)
def tell(training: Training, number: int) -> ResponseReturnValue:
    """Write to everybody whose sessions the version changed."""
    code = training.code
    try:
        pages = own_page_address(TOKEN), page_address(TOKEN)
        done = services.tell_of_version(actor(), training.id, number, kind_words(), pages)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(sentence(refusal), "warning")
    else:
        words = ngettext("One mail was written.", "%(num)d mails were written.", done.mails)
        if done.kept:
            words += " " + ngettext(
                "%(num)d is kept here and not sent.", "%(num)d are kept here and not sent.", done.kept
            )
        flash(words, "success")
    return redirect(url_for("schedule.version", code=code, number=number), 303)


@bp.get("/t/<code>/schedule/versions/compare")
@requires(Permission.VIEW)
def compare(training: Training) -> str:
    """What is other between any two versions, the one that stands among them."""
    every = queries.versions(db.session(), training.id)
    numbers = [DRAFT, *(one.number for one in every)]
    before, after = (
        number if (number := request.args.get(name, fallback, type=int)) in numbers else fallback
        for name, fallback in (("before", every[0].number if every else DRAFT), ("after", DRAFT))
    )
    later = _snapshot(training, after)
    return render_template(
        "schedule/compare.html",
        training=training,
        versions=every,
        before=before,
        after=after,
        found=_words(changes(_snapshot(training, before), later), later.zone),
    )


def kind_words() -> dict[str, dict[SessionKind, str]]:
    """The words for kinds of sessions in both languages."""
    found = {}
    for spoken in ("zh", "en"):
        with force_locale(spoken):
            found[spoken] = {kind: str(label(kind)) for kind in SessionKind}
    return found


def _words(found: list[Change], zone: str) -> list[tuple[Sort, Told]]:
    kinds = {kind: str(label(kind)) for kind in SessionKind}
    return [(one.sort, told(one, language(), zone, kinds)) for one in found]


def _before(training: Training, number: int) -> Snapshot:
    return queries.snapshot(db.session(), training.id, number - 1) or Snapshot(training.time_zone)


def _snapshot(training: Training, number: int) -> Snapshot:
    if number == DRAFT:
        return queries.snapshot_of(schedule_queries.timetable(db.session(), training))
    found = queries.snapshot(db.session(), training.id, number)
    if found is None:
        raise NotFound("not_found")
    return found
