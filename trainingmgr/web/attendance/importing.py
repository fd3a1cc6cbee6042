"""Attendance from a file in three steps: upload, preview, confirm. Each works without scripts."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import settings
from trainingmgr.http.access import actor, requires
from trainingmgr.http.uploads import keep_file
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.services import attendance as services
from trainingmgr.web.attendance.forms import ConfirmForm, UploadForm

bp = Blueprint("importing", __name__, url_prefix="/import")

PAGE = 100


@bp.route("", methods=["GET", "POST"])
@requires(Permission.EDIT)
def upload(training: Training) -> ResponseReturnValue:
    """Take a file, keep it sealed, and show what it would do."""
    form, code = UploadForm(), training.code
    if uid := keep_file(form, partial(services.keep_upload, actor(), training)):
        return redirect(url_for("attendance.importing.preview", code=code, draft_uid=uid), 303)
    page = render_template(
        "attendance/upload.html",
        training=training,
        form=form,
        megabytes=settings.max_upload_bytes // 2**20,
    )
    return page, 422 if form.errors else 200


@bp.get("/<draft_uid>")
@requires(Permission.EDIT)
def preview(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Every row's verdict, before anything is written; what is to be corrected comes first."""
    try:
        draft = services.open_draft(actor(), training, draft_uid)
    except NotFound:
        return _gone(training.code)
    except Refusal as refusal:
        # The timetable has changed, and the file does not fit it any more.
        flash(sentence(refusal), "error")
        return redirect(url_for("attendance.importing.upload", code=training.code), 303)
    rows = sorted(draft.result.rows, key=lambda one: not one.problems)
    told = {id(problem) for row in rows for problem in row.problems}
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "attendance/preview.html",
        training=training,
        draft=draft,
        result=draft.result,
        rows=rows[(page - 1) * PAGE : page * PAGE],
        elsewhere=[sentence(one) for one in draft.result.problems if id(one) not in told],
        sentence=sentence,
        page=page,
        pages=pages,
    )


@bp.post("/<draft_uid>/confirm")
@requires(Permission.EDIT)
def confirm(training: Training, draft_uid: str) -> Response:
    """Write what the preview showed: all of it, or nothing."""
    form, code = ConfirmForm(), training.code
    back = redirect(url_for("attendance.importing.preview", code=code, draft_uid=draft_uid), 303)
    if not form.validate_on_submit():
        return back
    expected = (form.new.data or 0, form.changed.data or 0)
    try:
        result = services.confirm_draft(actor(), training, draft_uid, expected=expected)
    except NotFound:
        return _gone(code)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return back
    if not result.written:
        return back
    words = {"new": result.new, "changed": result.changed, "unchanged": result.unchanged}
    flash(_("Marks added: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d.", **words), "success")
    return redirect(url_for("attendance.index", code=code), 303)


@bp.post("/<draft_uid>/discard")
@requires(Permission.EDIT)
def discard(training: Training, draft_uid: str) -> Response:
    """Let an upload go."""
    code = training.code
    services.discard_draft(actor(), training, draft_uid)
    flash(_("The upload was discarded; nothing was imported."), "success")
    return redirect(url_for("attendance.importing.upload", code=code), 303)


def _gone(code: str) -> Response:
    flash(_("This upload is no longer kept. Upload the file again."), "warning")
    return redirect(url_for("attendance.importing.upload", code=code), 303)
