"""Laying, changing, copying and deleting a session."""

import json
from datetime import date, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.clash import LONGEST_WITHOUT_BREAK, find_clashes
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import MOVING, TAUGHT, ContributorRole, SessionKind
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.clashes import said_of
from trainingmgr.http.locale import language, pick
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import sentence
from trainingmgr.models import AnySession, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries import unit as unit_queries
from trainingmgr.queries.schedule import clashes as clash_queries
from trainingmgr.queries.schedule import groups
from trainingmgr.services import schedule as schedule_service
from trainingmgr.web.schedule import rows, typed
from trainingmgr.web.schedule.arranging import SplitForm, SwapForm
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.forms import CopyForm, SessionForm
from trainingmgr.web.schedule.origin import origin, way_back
from trainingmgr.web.schedule.titles import called, titles

_MOST_TOLD = 3
_USUAL_HOURS = 2
# A session that ends in this time ends the morning, and the next one begins in the afternoon.
_NOON = (time(11, 30), time(13, 0))
_AFTERNOON = time(14, 30)
_AT_A_STRETCH = LONGEST_WITHOUT_BREAK // timedelta(minutes=1)
_BREAK = 15
_FIELD_OF = {
    "session_outside_days": "day",
    "session_ends_before_start": "end",
    "session_time_skipped": "start",
    "session_past_midnight": "start",
    "session_without_length": "minutes",
    "lecturer_nameless": "contributors",
    "lecturer_unit_missing": "contributors",
}


@bp.get("/t/<code>/schedule/new")
@requires(Permission.EDIT)
def new(training: Training) -> str:
    """An empty form, on the day asked for and after that day's last session; `?unplaced=` one without a time."""
    form = SessionForm(data=_start_values(training))
    return _page(form, training)


@bp.post("/t/<code>/schedule/new")
@requires(Permission.EDIT)
def create(training: Training) -> Any:
    """Add the session, or add and move rows of the form."""
    return _take(training, None)


@bp.get("/t/<code>/schedule/<int:session_id>")
@requires(Permission.EDIT)
def edit(training: Training, session_id: int) -> str:
    """The form of a session."""
    row = in_training(db.session.get(AnySession, session_id), training)
    return _page(SessionForm(data=typed.values(row, training)), training, row)


@bp.post("/t/<code>/schedule/<int:session_id>")
@requires(Permission.EDIT)
def update(training: Training, session_id: int) -> Any:
    """Change the session, or add and move rows of the form."""
    return _take(training, in_training(db.session.get(AnySession, session_id), training))


@bp.post("/t/<code>/schedule/<int:session_id>/copy")
@requires(Permission.EDIT)
def copy(training: Training, session_id: int) -> Any:
    """Copy the session to another time and show the copy."""
    row = in_training(db.session.get(AnySession, session_id), training)
    form = CopyForm()
    if form.validate():
        day, start = cast(date, form.day.data), cast(time, form.start.data)
        try:
            made = schedule_service.copy_session(actor(), training.id, session_id, day, start)
        except Refusal as refusal:
            _put(form, refusal)
            row = in_training(db.session.get(AnySession, session_id), training)
        else:
            flash(_("The copy is in the timetable."), "success")
            return redirect(url_for("schedule.edit", code=training.code, session_id=made), 303)
    return _page(
        SessionForm(formdata=None, data=typed.values(row, training)), training, row, copying=form
    ), 422


@bp.post("/t/<code>/schedule/<int:session_id>/delete")
@requires(Permission.EDIT)
def delete(training: Training, session_id: int) -> Response:
    """Take the session out, of the timetable or of those without a time."""
    row = in_training(db.session.get(AnySession, session_id), training)
    title, code = pick(row.title_zh, row.title_en), training.code
    back = way_back(training, {}, placed=row.placed)
    try:
        deletion = schedule_service.delete_session(actor(), training.id, session_id)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("schedule.edit", code=code, session_id=session_id), 303)
    undo.offer(
        _("“%(title)s” was deleted.", title=title),
        url_for("schedule.restore", code=code, entry_id=deletion),
    )
    return redirect(back, 303)


@bp.post("/t/<code>/schedule/undo/<int:entry_id>")
@requires(Permission.EDIT)
def restore(training: Training, entry_id: int) -> Response:
    """Put a session back that was just deleted."""
    code = training.code
    try:
        made = schedule_service.restore_session(actor(), training.id, entry_id)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
        return redirect(url_for("schedule.index", code=code), 303)
    flash(_("The session is back."), "success")
    placed = db.session.get_one(AnySession, made).placed
    return redirect(way_back(training, {}, made, placed=placed), 303)


def _take(training: Training, row: AnySession | None) -> Any:
    form = SessionForm()
    if rows.act(form):
        return _page(form, training, row)
    code, session_id = training.code, row.id if row else None
    if row is not None and (chosen := _chosen_of_theirs(form)):
        typed.take_choices(form, _state(row, training), chosen)
    _offer(form, training)
    present: list[typed.Difference] = []
    status = 422
    if form.validate():
        try:
            saved = schedule_service.save_session(
                actor(),
                training.id,
                typed.draft(form),
                session_id=session_id,
                version=_version(form) if row else None,
            )
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                raise
            _put(form, refusal)
            if row is not None:
                # With a time by now, or without: then it is another object.
                row = in_training(db.session.get(AnySession, session_id), training)
            if refusal.code == "stale" and row is not None:
                status = 409
                state = _state(row, training)
                present = typed.differences(form, state)
                form.version.data, form.began.data = str(row.version), json.dumps(typed.texts(state))
        else:
            flash(_("The session is saved."), "success")
            _tell_of_clashes(training, saved)
            came = origin(request.form)
            if "another" in request.form:
                return redirect(url_for("schedule.new", code=code, like=saved, **came), 303)
            return redirect(way_back(training, came, saved, placed=form.is_placed), 303)
    return _page(form, training, row, present=present), status


def _chosen_of_theirs(form: SessionForm) -> list[str]:
    """The fields of which a conflict's page was sent back with what the other had saved."""
    return [field.name for field in form if request.form.get(f"pick-{field.name}") == "theirs"]


def _tell_of_clashes(training: Training, saved: int) -> None:
    """Point out what does not fit with the session just saved: it may be meant, or a slip of the clock."""
    table = schedule_queries.timetable(db.session(), training)
    around = clash_queries.read(db.session(), training.id)
    plan = clash_queries.plan_of(table, around, training, language())
    clashes = [one for one in find_clashes(plan) if saved in one.slots]
    for said in said_of(plan, clashes)[:_MOST_TOLD]:
        flash(f"{said.text} {said.remedy}", "warning")


def _version(form: SessionForm) -> int:
    text = form.version.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _put(form: Any, refusal: Refusal) -> None:
    """Show a refusal beside the field that it speaks of, else above the form."""
    values = dict(refusal.values)
    for name in ("day", "first", "last"):
        if isinstance(values.get(name), str):
            values[name] = day_words(date.fromisoformat(str(values[name])))
    message = sentence(Refusal(refusal.code, **values))
    field = {"starts": "start", "ends": "end"}.get(
        str(refusal.values.get("field", "")), _FIELD_OF.get(refusal.code, "")
    )
    if field and field in form:
        form[field].errors = [*form[field].errors, message]
    else:
        form.form_errors.append(message)


def _offer(form: SessionForm, training: Training) -> None:
    session = db.session()
    form.offer(
        schedule_queries.lecturer_choices(session, training, language()),
        schedule_queries.site_choices(session, training, language()),
        groups.offered(session, training.id),
    )


def _state(row: AnySession, training: Training) -> SessionForm:
    state = SessionForm(formdata=None, data=typed.values(row, training))
    _offer(state, training)
    return state


def _page(
    form: SessionForm,
    training: Training,
    row: AnySession | None = None,
    *,
    present: Any = (),
    copying: CopyForm | None = None,
) -> str:
    _offer(form, training)
    if request.method == "GET":
        form.began.data = json.dumps(typed.texts(form))
    if row is not None and copying is None:
        day, start, _end = typed.local(row, training)
        next_day = min(day + timedelta(days=1), training.end_date) if day else training.start_date
        copying = CopyForm(formdata=None, data={"day": next_day, "start": start})
    cutting, swapping = None, None
    if isinstance(row, TrainingSession):
        middle = row.starts_at + (row.ends_at - row.starts_at) / 2
        at = middle.astimezone(ZoneInfo(training.time_zone)).time().replace(second=0, microsecond=0)
        cutting = SplitForm(formdata=None, data={"version": row.version, "at": at})
        swapping = SwapForm(formdata=None, data={"version": row.version})
        swapping.offer(training, row.id)
    return render_template(
        "schedule/session.html",
        training=training,
        form=form,
        row=row,
        teaching=[kind.value for kind in SessionKind if kind in TAUGHT],
        titles=titles(),
        shows=request.form.get("rows", "").partition("-")[0],
        present=present,
        change=audit.latest_of(db.session(), training.id, "session", row.id) if present and row else None,
        copying=copying,
        cutting=cutting,
        swapping=swapping,
        venues=schedule_queries.venues(db.session(), training.organisation_id),
        units=unit_queries.suggestions(db.session(), training.organisation_id, limit=200),
        came=(came := origin(request.values)),
        back=way_back(training, came, row.id if row else 0, placed=row is None or row.placed),
    )


def _start_values(training: Training) -> dict[str, Any]:
    wanted = request.args.get("like", type=an_id)
    like = db.session.get(AnySession, wanted) if wanted else None
    if like is not None and like.training_id == training.id:
        return _one_more(typed.values(like, training), training)
    if request.args.get("unplaced"):
        return {"minutes": 2 * training.class_hour_minutes, "contributors": [{}], "stops": [{}]}
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = training.start_date
    table = schedule_queries.timetable(db.session(), training)
    ends = [entry.end for of_day in table.days if of_day.date == day for entry in of_day.entries]
    try:
        start = time.fromisoformat(request.args.get("start", ""))
    except ValueError:
        start = time.fromisoformat(max(ends, default="09:00"))
    hours = _USUAL_HOURS if table.entries else 1
    found: dict[str, Any] = {
        "day": day,
        "start": start,
        "end": _later(start, hours * training.class_hour_minutes),
        "contributors": [{}],
        "stops": [{}],
    }
    return found if table.entries else found | _opening()


def _one_more(values: dict[str, Any], training: Training) -> dict[str, Any]:
    """What a session has that follows one of the same kind, in the same place and for the same groups.

    An opening is followed by a lecture, a morning that ended by the afternoon, and what would be too long at a
    stretch by a break.
    """
    opening = values["kind"] == SessionKind.OPENING.value
    if opening:
        values = values | {"kind": SessionKind.LECTURE.value, "contributors": [], "stops": []}
    roles = [{"role": part["role"]} for part in values["contributors"][:1]]
    same = {name: values[name] for name in ("kind", "day", "minutes", "place_zh", "place_en", "groups")}
    same |= {"contributors": roles or [{}], "stops": [{}]}
    start, end = values["start"], values["end"]
    if start is None:
        return same
    length = _minutes(end) - _minutes(start)
    if opening:
        length = _USUAL_HOURS * training.class_hour_minutes
    begins = end
    if _NOON[0] <= end <= _NOON[1]:
        begins = _AFTERNOON
    elif same["kind"] not in MOVING and _minutes(end) - _minutes(start) + length > _AT_A_STRETCH:
        begins = _later(end, _BREAK)
    return same | {"start": begins, "end": _later(begins, length)}


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _later(start: time, minutes: int) -> time:
    """So many minutes later on the same day."""
    last = min(_minutes(start) + max(minutes, 5), 24 * 60 - 1)
    return time(last // 60, last % 60)


def _opening() -> dict[str, Any]:
    """What a class begins with."""
    kind = SessionKind.OPENING
    zh, en = called(kind)
    speech = [{"role": ContributorRole.SPEECH.value}]
    return {"kind": kind.value, "contributors": speech, "title_zh": zh, "title_en": en}
