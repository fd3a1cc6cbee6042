"""The timetable as a grid of time on which sessions are dragged; each act is one small request."""

from datetime import date, time
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import in_training, requires
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.rendering import moment
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import AnySession, Training
from trainingmgr.queries import audit
from trainingmgr.web.schedule import typed
from trainingmgr.web.schedule.acts import ACTS, ActForm, note_on
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.grid import grid_of
from trainingmgr.web.schedule.timetable import short_day


@bp.get("/t/<code>/schedule/editor")
@requires(Permission.EDIT)
def editor(training: Training) -> str:
    """All days abreast, or one by rooms or by groups (`?day=&by=place|group`)."""
    grid = grid_of(training, request.args)
    names = {one.date: short_day(one.date) for one in grid.days}
    return render_template("schedule/editor.html", training=training, grid=grid, names=names, form=ActForm())


@bp.post("/t/<code>/schedule/editor")
@requires(Permission.EDIT)
def act(training: Training) -> ResponseReturnValue:
    """Do one act and answer with the grid as it stands then, or with why it was not done, in words."""
    form = ActForm()
    if not (form.validate() and form.is_whole()):
        return jsonify(message=_("The page was out of date. Load it again and repeat what you did.")), 422
    try:
        done = ACTS[form.act.data](training.id, form)
    except NotFound:
        return _refused(training, _("The session is gone: somebody took it out.")), 422
    except Refusal as refusal:
        if refusal.code == "stale":
            return _conflict(training, form)
        return _refused(training, sentence(dated(refusal))), 422
    return jsonify(
        state=grid_of(training, request.args).state(),
        entry=done.entry_id if done else None,
        note=note_on(training.id, form.act.data, form.number("session")) if done else "",
        sessions=list(done.session_ids) if done else [],
    )


def _refused(training: Training, message: str) -> Response:
    return jsonify(message=message, state=grid_of(training, request.args).state())


def _conflict(training: Training, form: ActForm) -> ResponseReturnValue:
    """Both versions in words: how the session stands by now, and what was asked for."""
    code = training.code
    row = in_training(db.session.get(AnySession, form.number("session")), training)
    change = audit.latest_of(db.session(), training.id, "session", row.id)
    day, start, end = typed.local(row, training)
    groups = _(", ").join(sorted(one.group_name for one in row.groups))
    theirs: dict[str, Any] = {
        "now": _spot_words(day, start, end, pick(row.place_zh, row.place_en), groups),
        "by": _("%(name)s, %(at)s", name=change.actor, at=moment(change.at, training.time_zone))
        if change
        else "",
        "version": row.version,
        "href": url_for("schedule.edit", code=code, session_id=row.id),
    }
    if form.act.data in {"move", "copy"}:
        spot = form.spot()
        theirs["mine"] = _spot_words(
            spot.day,
            spot.start,
            spot.end,
            pick(*(spot.place if spot.place is not None else (row.place_zh, row.place_en))),
            groups if spot.groups is None else _(", ").join(spot.groups),
        )
    else:
        words = {"split": _("Split"), "swap": _("Swap"), "aside": _("Set aside"), "remove": _("Delete")}
        theirs["mine"] = words.get(form.act.data, "")
    message = _(
        "Somebody else changed “%(title)s” while you were at it.", title=pick(row.title_zh, row.title_en)
    )
    state = grid_of(training, request.args).state()
    return jsonify(message=message, conflict=theirs, state=state), 409


def _spot_words(day: date | None, start: time | None, end: time | None, place: str, groups: str) -> str:
    until = f"–{end:%H:%M}" if end else ""
    begins = f"{day_words(day)} {start:%H:%M}{until}" if day and start else _("without a time")
    parts = [begins, place, groups]
    return " · ".join(part for part in parts if part)
