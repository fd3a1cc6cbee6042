"""A timetable from a file in three steps: upload, preview, confirm. Each works without scripts."""

from functools import cache, partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import text_key
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import settings
from trainingmgr.http.access import actor, requires
from trainingmgr.http.forms import BaseForm
from trainingmgr.http.labels import label
from trainingmgr.http.uploads import keep_file
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Training
from trainingmgr.services import schedule as services
from trainingmgr.web.schedule.blueprint import bp


class UploadForm(BaseForm):
    """One file."""

    file = FileField(
        _l("Timetable file (.xlsx, .csv or .ics)"),
        validators=[FileRequired(_l("Choose a file first."))],
        render_kw={"accept": ".xlsx,.csv,.txt,.ics"},
    )


class ConfirmForm(BaseForm):
    """What was seen and agreed to."""

    new = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    changed = IntegerField(validators=[InputRequired(), NumberRange(min=0)])


@bp.route("/t/<code>/schedule/import", methods=["GET", "POST"])
@requires(Permission.EDIT)
def import_upload(training: Training) -> ResponseReturnValue:
    """Take a file, keep it sealed, and show what it would do."""
    form, code = UploadForm(), training.code
    if uid := keep_file(form, partial(services.keep_timetable, actor(), training, kinds=kind_words())):
        return redirect(url_for("schedule.import_preview", code=code, draft_uid=uid), 303)
    page = render_template(
        "schedule/upload.html", training=training, form=form, megabytes=settings.max_upload_bytes // 2**20
    )
    return page, 422 if form.errors else 200


@bp.get("/t/<code>/schedule/import/<draft_uid>")
@requires(Permission.EDIT)
def import_preview(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Every session's verdict, before anything is written."""
    code = training.code
    try:
        draft = services.open_timetable(actor(), training, draft_uid, kind_words())
    except NotFound:
        return _gone(code)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("schedule.import_upload", code=code), 303)
    return render_template(
        "schedule/preview.html",
        training=training,
        draft=draft,
        result=draft.result,
        new=draft.result.count(services.Verdict.NEW),
        changed=draft.result.count(services.Verdict.CHANGED),
        unchanged=draft.result.count(services.Verdict.UNCHANGED),
        sentence=sentence,
        dated=dated,
        fields=_FIELDS,
    )


@bp.post("/t/<code>/schedule/import/<draft_uid>/confirm")
@requires(Permission.EDIT)
def import_confirm(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Write what the preview showed: all of it, or nothing."""
    form, code = ConfirmForm(), training.code
    back = redirect(url_for("schedule.import_preview", code=code, draft_uid=draft_uid), 303)
    if not form.validate_on_submit():
        return back
    expected = (form.new.data or 0, form.changed.data or 0)
    try:
        result = services.confirm_timetable(actor(), training, draft_uid, kind_words(), expected=expected)
    except NotFound:
        return _gone(code)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return back
    if result.problems:
        return back
    flash(
        _("Sessions added: %(new)d, changed: %(changed)d.", new=expected[0], changed=expected[1]), "success"
    )
    return redirect(url_for("schedule.index", code=code), 303)


@bp.post("/t/<code>/schedule/import/<draft_uid>/discard")
@requires(Permission.EDIT)
def import_discard(training: Training, draft_uid: str) -> ResponseReturnValue:
    """Let an upload go."""
    code = training.code
    services.discard_timetable(actor(), training, draft_uid)
    flash(_("The upload was discarded; nothing was imported."), "success")
    return redirect(url_for("schedule.import_upload", code=code), 303)


@cache
def kind_words() -> dict[str, SessionKind]:
    """The words for kinds of sessions that a file may use: those of the screen, in every language."""
    words: dict[str, SessionKind] = {}
    for language in ("zh_Hans_CN", "en"):
        with force_locale(language):
            words |= {text_key(label(kind)): kind for kind in SessionKind}
    return words | {kind.value: kind for kind in SessionKind}


_FIELDS = {
    "kind": _l("Kind"),
    "title_en": _l("Title (English)"),
    "description_zh": _l("Description (Chinese)"),
    "place_zh": _l("Place"),
    "starts_at": _l("Start"),
    "ends_at": _l("End"),
    "class_hours": _l("Class hours"),
    "title_zh": _l("Title"),
    "contributors": _l("Contributors"),
    "groups": _l("Groups"),
}


def _gone(code: str) -> ResponseReturnValue:
    flash(_("This upload is no longer kept. Upload the file again."), "warning")
    return redirect(url_for("schedule.import_upload", code=code), 303)
