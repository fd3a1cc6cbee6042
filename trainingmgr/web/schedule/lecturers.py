"""The lecturers that an organisation's timetables draw on."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import mask_phone
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Lecturer, Training
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries import unit as unit_queries
from trainingmgr.queries.evaluation import evaluations_of
from trainingmgr.services import schedule as schedule_service
from trainingmgr.services.schedule import LecturerDraft
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.forms import LecturerForm, WindowForm

_FIELDS = (
    "name", "latin_name", "title_zh", "title_en", "phone", "email", "topics_zh", "topics_en", "languages",
)  # fmt: skip
_FIELD_OF = {"lecturer_nameless": "name", "lecturer_unit_missing": "unit", "lecturer_exists": "name"}


@bp.get("/t/<code>/lecturers")
@requires(Permission.VIEW)
def lecturers(training: Training) -> str:
    """Everybody who contributes, or may; `?q=` looks for names, units, fields, languages and topics."""
    text = request.args.get("q", "").strip()[:100]
    rows = schedule_queries.lecturers(db.session(), training.organisation_id, text)
    return render_template(
        "schedule/lecturers.html", training=training, rows=rows, text=text, mask_phone=mask_phone
    )


@bp.get("/t/<code>/lecturers/new")
@requires(Permission.EDIT)
def new_lecturer(training: Training) -> str:
    """An empty form."""
    return _page(training, LecturerForm(), None)


@bp.post("/t/<code>/lecturers/new")
@requires(Permission.EDIT)
def create_lecturer(training: Training) -> Any:
    """Add a lecturer."""
    return _take(training, None)


@bp.get("/t/<code>/lecturers/<int:lecturer_id>")
@requires(Permission.EDIT)
def edit_lecturer(training: Training, lecturer_id: int) -> str:
    """The form of a lecturer."""
    return lecturer_page(training, own_lecturer(training, lecturer_id))


def lecturer_page(training: Training, lecturer: Lecturer, windows: WindowForm | None = None) -> str:
    """The page of a lecturer; `windows` is the form of when they can come, where it was sent."""
    values = {name: getattr(lecturer, name) for name in _FIELDS} | {
        "type": lecturer.type.value,
        "unit": lecturer.unit.name if lecturer.unit else "",
    }
    return _page(training, LecturerForm(formdata=None, data=values), lecturer, windows)


@bp.post("/t/<code>/lecturers/<int:lecturer_id>")
@requires(Permission.EDIT)
def update_lecturer(training: Training, lecturer_id: int) -> Any:
    """Change a lecturer."""
    return _take(training, own_lecturer(training, lecturer_id))


@bp.post("/t/<code>/lecturers/<int:lecturer_id>/delete")
@requires(Permission.EDIT)
def delete_lecturer(training: Training, lecturer_id: int) -> Response:
    """Delete a lecturer whom no session needs."""
    code = training.code
    own_lecturer(training, lecturer_id)
    try:
        schedule_service.delete_lecturer(actor(), training.organisation_id, lecturer_id)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The lecturer was deleted."), "success")
    return redirect(url_for("schedule.lecturers", code=code), 303)


def own_lecturer(training: Training, lecturer_id: int) -> Lecturer:
    """A lecturer of the training's organisation. Raises NotFound."""
    lecturer = db.session.get(Lecturer, lecturer_id)
    if lecturer is None or lecturer.organisation_id != training.organisation_id:
        raise NotFound("not_found")
    return lecturer


def _take(training: Training, lecturer: Lecturer | None) -> Any:
    form, code = LecturerForm(), training.code
    if form.validate():
        draft = LecturerDraft(
            type=ContributorType(form.type.data),
            unit=form.unit.data or "",
            **{name: form[name].data or "" for name in _FIELDS},
        )
        try:
            schedule_service.save_lecturer(
                actor(), training.organisation_id, draft, lecturer.id if lecturer else None
            )
        except Refusal as refusal:
            if refusal.code not in _FIELD_OF:
                raise
            field = form[_FIELD_OF[refusal.code]]
            field.errors = [*field.errors, sentence(refusal)]
        else:
            flash(_("The lecturer is saved."), "success")
            return redirect(url_for("schedule.lecturers", code=code), 303)
    return _page(training, form, lecturer), 422


def _page(
    training: Training, form: LecturerForm, lecturer: Lecturer | None, windows: WindowForm | None = None
) -> str:
    session = db.session()
    if windows is None:
        days = {"first": training.start_date, "last": training.end_date}
        windows = WindowForm(formdata=None, data=days)
    return render_template(
        "schedule/lecturer.html",
        training=training,
        form=form,
        lecturer=lecturer,
        window_form=windows,
        windows=schedule_queries.windows_of(session, lecturer.id) if lecturer else [],
        taught=schedule_queries.taught_by(session, lecturer.id) if lecturer else [],
        evaluations=evaluations_of(session, lecturer_id=lecturer.id) if lecturer else [],
        units=unit_queries.suggestions(session, training.organisation_id, limit=200),
    )
