"""When a lecturer can come."""

from typing import Any, cast

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.http.access import actor, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.services import schedule as schedule_service
from trainingmgr.services.schedule import WindowDraft
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.forms import WindowForm
from trainingmgr.web.schedule.lecturers import lecturer_page, own_lecturer

_FIELD_OF = {"session_ends_before_start": "end", "session_time_skipped": "start"}


@bp.post("/t/<code>/lecturers/<int:lecturer_id>/availability")
@requires(Permission.EDIT)
def add_windows(training: Training, lecturer_id: int) -> Any:
    """Note when the lecturer can come, by the training's clock."""
    lecturer, form = own_lecturer(training, lecturer_id), WindowForm()
    code, zone = training.code, training.time_zone
    if form.validate():
        draft = WindowDraft(
            **{name: cast(Any, form[name].data) for name in ("first", "last", "start", "end")}
        )
        try:
            schedule_service.add_windows(actor(), training.organisation_id, lecturer_id, draft, zone)
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                raise
            field = form[_FIELD_OF.get(refusal.code, "last")]
            field.errors = [*field.errors, sentence(refusal)]
        else:
            flash(_("Noted when the lecturer can come."), "success")
            return _back(code, lecturer_id)
    return lecturer_page(training, lecturer, form), 422


@bp.post("/t/<code>/lecturers/<int:lecturer_id>/availability/<int:window_id>/delete")
@requires(Permission.EDIT)
def remove_window(training: Training, lecturer_id: int, window_id: int) -> Response:
    """Take one time away again."""
    code = training.code
    schedule_service.remove_window(actor(), training.organisation_id, lecturer_id, window_id)
    flash(_("The time was removed."), "success")
    return _back(code, lecturer_id)


def _back(code: str, lecturer_id: int) -> Response:
    address = url_for("schedule.edit_lecturer", code=code, lecturer_id=lecturer_id, _anchor="availability")
    return redirect(address, 303)
