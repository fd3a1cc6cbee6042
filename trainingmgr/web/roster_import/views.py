"""Importing a roster in three steps: upload, preview, confirm. Each works without scripts."""

from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.documents.tabular.limits import MAX_COLUMNS
from trainingmgr.documents.tabular.template import roster_template
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import OverCapacity
from trainingmgr.extensions import db, settings
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.characters import import_notice
from trainingmgr.http.locale import language, pick
from trainingmgr.http.uploads import keep_file
from trainingmgr.http.words import say, sentence
from trainingmgr.http.words.roster_import import IGNORED
from trainingmgr.models import Job, Training
from trainingmgr.queries import job as jobs
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.queries.roster_import import known_categories
from trainingmgr.services import roster_import as service
from trainingmgr.services.roster_import import Plan, Verdict
from trainingmgr.web.roster_import.forms import ColumnsForm, ConfirmForm, UploadForm
from trainingmgr.web.roster_import.preview import column_choices, preview_of, read_mapping

bp = Blueprint("roster_import", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/t/<code>/roster/import", methods=["GET", "POST"])
@requires(Permission.EDIT)
def upload(training: Training) -> ResponseReturnValue:
    """Take a file, keep it sealed, and show what it would do."""
    form = UploadForm()
    code = training.code
    if uid := keep_file(form, partial(service.keep_upload, training.id, actor())):
        return redirect(url_for("roster_import.preview", code=code, draft_uid=uid), 303)
    megabytes = settings.max_upload_bytes // 2**20
    page = render_template(
        "roster_import/upload.html",
        training=training,
        form=form,
        megabytes=megabytes,
        running=service.running(db.session(), training.id),
    )
    return page, 422 if form.errors else 200


@bp.get("/t/<code>/roster/import/template.xlsx")
@requires(Permission.EDIT)
def template(training: Training) -> ResponseReturnValue:
    """The blank roster, with the training's categories to choose from."""
    categories = tuple(pick(one.name_zh, one.name_en) for one in known_categories(db.session(), training.id))
    name = "roster-template.xlsx"
    return Response(
        roster_template(language(), categories),
        mimetype=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/t/<code>/roster/import/<draft_uid>")
@requires(Permission.EDIT)
def preview(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Every row's verdict and the columns, before anything is written."""
    try:
        draft = service.open_draft(db.session(), training, actor(), draft_uid)
    except NotFound:
        flash(_("This upload is no longer kept. Upload the file again."), "warning")
        return redirect(url_for("roster_import.upload", code=training.code), 303)
    found = preview_of(draft, request.args.get("show"), request.args.get("page", 1, type=int))
    return render_template(
        "roster_import/preview.html",
        training=training,
        unprintable=_unprintable(training, draft.plan),
        preview=found,
        plan=draft.plan,
        large=service.is_large(_taken(draft.plan)),
        choices=column_choices(),
        Verdict=Verdict,
        ignored_words=IGNORED,
    )


@bp.post("/t/<code>/roster/import/<draft_uid>/columns")
@requires(Permission.EDIT)
def columns(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Say what the columns hold."""
    code = training.code
    if ColumnsForm().validate_on_submit():
        mapping = read_mapping(request.form, request.form.get("columns", 0, type=int) % (MAX_COLUMNS + 1))
        try:
            service.map_columns(training.id, actor(), draft_uid, mapping)
        except Refusal as refusal:
            flash(sentence(refusal), "error")
    return redirect(url_for("roster_import.preview", code=code, draft_uid=draft_uid), 303)


@bp.post("/t/<code>/roster/import/<draft_uid>/confirm")
@requires(Permission.EDIT)
def confirm(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Write what the preview showed: all of it, or nothing."""
    form, code = ConfirmForm(), training.code
    back = redirect(url_for("roster_import.preview", code=code, draft_uid=draft_uid), 303)
    if not form.validate_on_submit():
        return back
    expected = {Verdict.NEW: form.new.data or 0, Verdict.UPDATE: form.update.data or 0}
    over = OverCapacity(form.over.data or OverCapacity.REFUSE)
    try:
        if service.is_large(expected):
            job = service.order_draft(training.id, actor(), draft_uid, expected=expected, over=over)
            return redirect(url_for("roster_import.progress", code=code, job_uid=job.uid), 303)
        plan = service.confirm_draft(training.id, actor(), draft_uid, expected=expected, over=over)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return back
    added, changed = plan.counts[Verdict.NEW], plan.counts[Verdict.UPDATE]
    words = [ngettext("%(num)d person added.", "%(num)d people added.", added)] if added else []
    if changed:
        words.append(ngettext("%(num)d person changed.", "%(num)d people changed.", changed))
    if plan.over_capacity:
        words.append(_beyond(over, plan.over_capacity))
    flash(" ".join(words), "success")
    if unprintable := _unprintable(training, plan):
        flash(unprintable, "warning")
    return redirect(url_for("roster.index", code=code), 303)


@bp.get("/t/<code>/roster/import/jobs/<job_uid>")
@requires(Permission.EDIT)
def progress(training: Training, job_uid: str) -> str:
    """How far a large import is, and what came of it."""
    return _progress("roster_import/progress.html", training, job_uid)


@bp.get("/t/<code>/roster/import/jobs/<job_uid>/bar")
@requires(Permission.EDIT)
def progress_bar(training: Training, job_uid: str) -> str:
    """The same for the page that asks again every second."""
    return _progress("roster_import/_progress.html", training, job_uid)


def _beyond(over: OverCapacity, people: int) -> str:
    if over is OverCapacity.WAITLIST:
        return str(
            ngettext("%(num)d of them waits for a place.", "%(num)d of them wait for a place.", people)
        )
    beyond = ngettext(
        "%(num)d of them goes beyond the capacity.", "%(num)d of them go beyond the capacity.", people
    )
    return str(beyond)


def _taken(plan: Plan) -> dict[Verdict, int]:
    return {verdict: plan.counts[verdict] for verdict in (Verdict.NEW, Verdict.UPDATE)}


def _progress(template: str, training: Training, job_uid: str) -> str:
    session = db.session()
    job: Job = in_training(jobs.by_uid(session, training.id, job_uid, JobKind.IMPORT), training)
    faults = jobs.faults(session, job.id)
    return render_template(
        template,
        training=training,
        job=job,
        state=jobs.steps(job),
        refused=[say(one.code, one.values) for one in faults],
        beyond=_beyond(OverCapacity(job.payload["over"]), people)
        if (people := job.payload.get("beyond"))
        else "",
        mine=job.user_id == actor().user_id,
        Verdict=Verdict,
    )


def _unprintable(training: Training, plan: Plan) -> str:
    """What is to be said of names that cannot be printed."""
    names = (row.name for row in plan.rows if row.verdict in {Verdict.NEW, Verdict.UPDATE})
    return import_notice(fonts_of(db.session(), training.organisation_id), names, training.organisation_id)


@bp.post("/t/<code>/roster/import/<draft_uid>/discard")
@requires(Permission.EDIT)
def discard(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Let an upload go."""
    code = training.code
    service.discard_draft(training.id, actor(), draft_uid)
    flash(_("The upload was discarded; nothing was imported."), "success")
    return redirect(url_for("roster_import.upload", code=code), 303)
