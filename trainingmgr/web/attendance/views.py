"""Taking attendance: the sessions, one session's sheet, people by sessions, the welcome desk."""

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from werkzeug.wrappers import Response

from trainingmgr.domain.attendance import DOORS_OPEN, AttendanceMark, Slot, current_slot
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import show_phone
from trainingmgr.extensions import db, now
from trainingmgr.http import sheets
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.verdicts import reasons
from trainingmgr.models import Training
from trainingmgr.queries import attendance as queries
from trainingmgr.queries.attendance import MATRIX_PAGE
from trainingmgr.queries.session_group import of_session
from trainingmgr.queries.sheet import WHOLE, Filters
from trainingmgr.services import attendance as services
from trainingmgr.web.attendance.importing import bp as importing

bp = Blueprint("attendance", __name__, url_prefix="/t/<code>/attendance")
bp.register_blueprint(importing)

_MARKS = [mark.value for mark in AttendanceMark]


def _current(lines: list[queries.SessionLine]) -> int | None:
    counted = [one for one in lines if one.counted] or lines
    slot = current_slot([Slot(one.id, one.starts_at, one.ends_at, one.done) for one in counted], now())
    return slot.id if slot else None


@bp.get("")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """The sessions by day with how far each sheet is; meals, breaks and transfers on request."""
    lines = queries.lines(db.session(), training)
    everything = request.args.get("all") == "1"
    shown = [one for one in lines if everything or one.counted]
    zone = ZoneInfo(training.time_zone)
    by_day = [
        (day, list(group)) for day, group in groupby(shown, lambda one: one.starts_at.astimezone(zone).date())
    ]
    current_id, at = _current(lines), now()
    return render_template(
        "attendance/index.html",
        training=training,
        by_day=by_day,
        everything=everything,
        extra=len(lines) - sum(1 for one in lines if one.counted),
        current=next((one for one in lines if one.id == current_id), None),
        behind=[
            one
            for one in lines
            if one.counted and one.people and not one.done and one.ends_at <= at and one.id != current_id
        ],
        today=at.astimezone(zone).date(),
        at=at,
    )


@bp.get("/now")
@requires(Permission.VIEW)
def current(training: Training) -> Response:
    """Go to the sheet that somebody at the door wants now."""
    session_id = _current(queries.lines(db.session(), training))
    if session_id is None:
        return redirect(url_for("attendance.index", code=training.code), 303)
    show: dict[str, Any] = {"show": request.args["show"]} if request.args.get("show") else {}
    return redirect(url_for("attendance.sheet", code=training.code, session_id=session_id, **show), 303)


@bp.get("/matrix")
@requires(Permission.VIEW)
def matrix(training: Training) -> str:
    """People by sessions, with the hours earned."""
    whole = request.args.get("all") == "1"
    found = queries.matrix(db.session(), training, sheets.place(), WHOLE if whole else MATRIX_PAGE)
    titles = {one.id: one for one in found.sessions}
    return render_template(
        "attendance/matrix.html",
        training=training,
        matrix=found,
        why={row.candidate.registration_id: reasons(row.verdict, titles) for row in found.rows},
        page={"previous": sheets.cursor(found.previous), "next": sheets.cursor(found.next)},
    )


@bp.get("/<int:session_id>")
@requires(Permission.VIEW)
def sheet(training: Training, session_id: int) -> str:
    """One session's sheet; the address says what is shown."""
    row = in_training(queries.session_of(db.session(), training, session_id), training)
    filters = sheets.filters(request.args)
    groups = of_session(db.session(), session_id)
    found = queries.sheet(db.session(), training, session_id, groups, filters, sheets.place())
    pressed = sheets.instant(request.args.get("pressed"))
    return render_template(
        "attendance/sheet.html",
        training=training,
        row=row,
        groups=groups,
        sheet=found,
        show_phone=show_phone,
        filters=filters,
        marks=list(AttendanceMark),
        early=now() < row.starts_at - DOORS_OPEN,
        pressed=pressed,
        pressed_people=queries.marked_at_once(db.session(), session_id, current_user.id, pressed)
        if pressed
        else 0,
        page={"previous": sheets.cursor(found.previous), "next": sheets.cursor(found.next)},
    )


@bp.post("/<int:session_id>")
@requires(Permission.DESK)
def save(training: Training, session_id: int) -> Response:
    """Store the marks of a sheet: one tap of the script's, or the whole form."""
    given = sheets.ticks(request.form, _MARKS)
    marks = {one: AttendanceMark(value) if value else None for one, value in given.items()}
    at = services.mark(actor(), training, session_id, marks) if marks else None
    if sheets.wants_json():
        return sheets.saved(at, actor().name, training.time_zone)
    if marks:
        flash(ngettext("One mark saved.", "%(num)d marks saved.", len(marks)))
    else:
        flash(_("Nothing was changed."), "warning")
    return _back(training, session_id)


@bp.get("/<int:session_id>/state")
@requires(Permission.VIEW)
def state(training: Training, session_id: int) -> Response:
    """The marks as they stand, for pages that stay open."""
    in_training(queries.session_of(db.session(), training, session_id), training)
    groups = of_session(db.session(), session_id)
    found = queries.sheet(db.session(), training, session_id, groups, Filters(), sheets.place())
    return sheets.state(found.people, training.time_zone)


@bp.post("/<int:session_id>/rest")
@requires(Permission.DESK)
def rest(training: Training, session_id: int) -> Response:
    """Give everybody shown who has no mark the same one."""
    value = next(iter(sheets.ticks({"m0": request.form.get("mark", "")}, _MARKS).values()), "")
    if not value:
        return _back(training, session_id)
    press = services.mark_rest(
        actor(), training, session_id, AttendanceMark(value), sheets.filters(request.form)
    )
    return _back(training, session_id, pressed=press.at.isoformat())


@bp.post("/<int:session_id>/undo")
@requires(Permission.DESK)
def undo(training: Training, session_id: int) -> Response:
    """Take back what one press marked."""
    pressed = sheets.instant(request.form.get("pressed"))
    people = services.undo_rest(actor(), training, session_id, pressed) if pressed else 0
    flash(ngettext("One mark taken back.", "%(num)d marks taken back.", people))
    return _back(training, session_id)


@bp.get("/<int:session_id>/sign-in")
@requires(Permission.VIEW)
def sign_in(training: Training, session_id: int) -> str:
    """A blank sheet to sign by hand (签到表)."""
    row = in_training(queries.session_of(db.session(), training, session_id), training)
    group = request.args.get("group", "")
    groups = of_session(db.session(), session_id)
    people = queries.signers(db.session(), training, group, groups)
    return render_template(
        "attendance/sign_in.html",
        training=training,
        row=row,
        people=people,
        groups=(group,) if group else groups,
    )


@bp.get("/arrival")
@requires(Permission.VIEW)
def arrival(training: Training) -> str:
    """The welcome desk (报到): one tick for whoever has come."""
    filters = sheets.filters(request.args)
    found = queries.arrivals(db.session(), training, filters, sheets.place())
    return render_template(
        "attendance/arrival.html",
        training=training,
        sheet=found,
        show_phone=show_phone,
        filters=filters,
        page={"previous": sheets.cursor(found.previous), "next": sheets.cursor(found.next)},
    )


@bp.post("/arrival")
@requires(Permission.DESK)
def save_arrival(training: Training) -> Response:
    """Store arrivals: one tap of the script's, or the whole form."""
    given = {one: bool(value) for one, value in sheets.ticks(request.form, [queries.ARRIVED]).items()}
    at = services.arrive(actor(), training, given) if given else None
    if sheets.wants_json():
        return sheets.saved(at, "", training.time_zone)
    flash(ngettext("One arrival saved.", "%(num)d arrivals saved.", len(given)))
    return redirect(url_for("attendance.arrival", code=training.code, **_kept()), 303)


@bp.get("/arrival/state")
@requires(Permission.VIEW)
def arrival_state(training: Training) -> Response:
    """Who has come so far, for pages that stay open."""
    found = queries.arrivals(db.session(), training, Filters(), sheets.place())
    return sheets.state(found.people, training.time_zone)


def _kept() -> dict[str, Any]:
    return {name: request.form[name] for name in ("q", "group", "show", "at") if request.form.get(name)}


def _back(training: Training, session_id: int, **more: Any) -> Response:
    return redirect(
        url_for("attendance.sheet", code=training.code, session_id=session_id, **_kept(), **more), 303
    )
