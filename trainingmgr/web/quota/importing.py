"""A table of places from a file in three steps: upload, preview, confirm. Each works without scripts."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import settings
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires
from trainingmgr.http.uploads import keep_file
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.services import quota as services
from trainingmgr.services.quota import Verdict
from trainingmgr.web.quota.forms import ConfirmForm, UploadForm
from trainingmgr.web.quota.onward import onward

bp = Blueprint("importing", __name__, url_prefix="/import")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.EDIT)
def upload(training: Training) -> ResponseReturnValue:
    """Take a file, keep it sealed, and show what it would do."""
    form, code = UploadForm(), training.code
    if uid := keep_file(form, partial(services.keep_upload, actor(), training)):
        return redirect(url_for("quota.importing.preview", code=code, draft_uid=uid), 303)
    megabytes = settings.max_upload_bytes // 2**20
    page = render_template("quota/upload.html", training=training, form=form, megabytes=megabytes)
    return page, 422 if form.errors else 200


@bp.get("/<draft_uid>")
@requires(Permission.EDIT)
def preview(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Every row's verdict, before anything is written; what is to be corrected comes first."""
    try:
        draft = services.open_draft(actor(), training, draft_uid)
    except NotFound:
        return _gone(training.code)
    rows = sorted(draft.plan.rows, key=lambda one: one.problem is None)
    return render_template(
        "quota/preview.html",
        training=training,
        draft=draft,
        plan=draft.plan,
        counts=draft.plan.counts,
        rows=rows,
        Verdict=Verdict,
        sentence=sentence,
    )


@bp.post("/<draft_uid>/confirm")
@requires(Permission.EDIT)
def confirm(training: Training, draft_uid: str) -> Response:
    """Write what the preview showed: all of it, or nothing."""
    form, code = ConfirmForm(), training.code
    back = redirect(url_for("quota.importing.preview", code=code, draft_uid=draft_uid), 303)
    if not form.validate_on_submit():
        return back
    try:
        done = services.confirm_draft(
            actor(), training, draft_uid, expected=(form.new.data or 0, form.update.data or 0)
        )
    except NotFound:
        return _gone(code)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return back
    counts = done.plan.counts
    notice = _(
        "Rows added: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d.",
        new=counts[Verdict.NEW],
        changed=counts[Verdict.UPDATE],
        unchanged=counts[Verdict.UNCHANGED],
    )
    told = onward(training, notice)
    if done.undo is None:
        flash(told, "success")
    else:
        undo.offer(told, url_for("quota.importing.undo_import", code=code, entry_id=done.undo))
    return redirect(url_for("quota.index", code=code), 303)


@bp.post("/undo/<int:entry_id>")
@requires(Permission.EDIT)
def undo_import(training: Training, entry_id: int) -> Response:
    """Take an import back."""
    try:
        left = services.undo_import(actor(), training, entry_id)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The import is taken back."), "success")
        if left:
            told = _("Left as they are, since they were used or changed since: %(left)d.", left=left)
            flash(told, "warning")
    return redirect(url_for("quota.index", code=training.code), 303)


@bp.post("/<draft_uid>/discard")
@requires(Permission.EDIT)
def discard(training: Training, draft_uid: str) -> Response:
    """Let an upload go."""
    code = training.code
    services.discard_draft(actor(), training, draft_uid)
    flash(_("The upload was discarded; nothing was imported."), "success")
    return redirect(url_for("quota.importing.upload", code=code), 303)


def _gone(code: str) -> Response:
    flash(_("This upload is no longer kept. Upload the file again."), "warning")
    return redirect(url_for("quota.importing.upload", code=code), 303)
