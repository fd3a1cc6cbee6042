"""The timetable as a grid of time on which sessions are dragged; each act is one small request."""

from collections.abc import Callable
from datetime import date, time
from typing import Any, cast

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import GROUP_LENGTH, read_groups
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.forms import BaseForm
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.rendering import moment
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import AnySession, Training
from trainingmgr.queries import audit
from trainingmgr.services import schedule as services
from trainingmgr.services.schedule import Act, Spot
from trainingmgr.web.schedule import typed
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.grid import grid_of
from trainingmgr.web.schedule.timetable import short_day

_NUMBER = [Optional(), NumberRange(0, 2**31 - 1)]


class ActForm(BaseForm):
    """One act. `session` and `version` say on what, `placed` and `grouped` whether place and groups go along."""

    act = SelectField(
        choices=[(one, one) for one in ("move", "copy", "split", "swap", "aside", "remove", "undo")]
    )
    session = IntegerField(validators=_NUMBER)
    version = IntegerField(validators=_NUMBER)
    other = IntegerField(validators=_NUMBER)
    other_version = IntegerField(validators=_NUMBER)
    entry = IntegerField(validators=_NUMBER)
    day = DateField(validators=[Optional()])
    start = TimeField(validators=[Optional()])
    end = TimeField(validators=[Optional()])
    placed = BooleanField()
    place_zh = StringField(validators=[Length(max=120)])
    place_en = StringField(validators=[Length(max=200)])
    grouped = BooleanField()
    groups = StringField(validators=[Length(max=2000)])

    def validate_groups(self, field: Any) -> None:
        """Hold each name of a group to its length."""
        if any(len(name) > GROUP_LENGTH for name in read_groups(field.data or "")):
            raise ValidationError("too long")

    def number(self, name: str) -> int:
        """A number of the form; nought where it is missing."""
        return int(self[name].data or 0)

    def spot(self) -> Spot:
        """Where the session is to go."""
        return Spot(
            cast(date, self.day.data),
            cast(time, self.start.data),
            self.end.data,
            (self.place_zh.data or "", self.place_en.data or "") if self.placed.data else None,
            read_groups(self.groups.data or "") if self.grouped.data else None,
        )

    def is_whole(self) -> bool:
        """Whether all is there that the act needs."""
        needs = {"move": ("day", "start"), "copy": ("day", "start"), "split": ("start",)}
        return all(self[name].data is not None for name in needs.get(self.act.data, ()))


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
        done = _ACTS[form.act.data](training.id, form)
    except NotFound:
        return _refused(training, _("The session is gone: somebody took it out.")), 422
    except Refusal as refusal:
        if refusal.code == "stale":
            return _conflict(training, form)
        return _refused(training, sentence(dated(refusal))), 422
    return jsonify(
        state=grid_of(training, request.args).state(),
        entry=done.entry_id if done else None,
        sessions=list(done.session_ids) if done else [],
    )


def _refused(training: Training, message: str) -> Response:
    return jsonify(message=message, state=grid_of(training, request.args).state())


_ACTS: dict[str, Callable[[int, ActForm], Act | None]] = {
    "move": lambda training, form: services.move_session(
        actor(), training, form.number("session"), form.spot(), version=form.number("version")
    ),
    "copy": lambda training, form: services.duplicate_session(
        actor(), training, form.number("session"), form.spot(), version=form.number("version")
    ),
    "split": lambda training, form: services.split_session(
        actor(), training, form.number("session"), cast(time, form.start.data), version=form.number("version")
    ),
    "swap": lambda training, form: services.swap_sessions(
        actor(),
        training,
        form.number("session"),
        form.number("other"),
        versions=(form.number("version"), form.number("other_version")),
    ),
    "aside": lambda training, form: services.set_session_aside(
        actor(), training, form.number("session"), version=form.number("version")
    ),
    "remove": lambda training, form: services.remove_session(
        actor(), training, form.number("session"), version=form.number("version")
    ),
    "undo": lambda training, form: services.take_back(actor(), training, form.number("entry")),
}


def _conflict(training: Training, form: ActForm) -> ResponseReturnValue:
    """Both versions in words: how the session stands by now, and what was asked for."""
    code = training.code
    row = in_training(db.session.get(AnySession, form.number("session")), training)
    change = audit.latest_of(db.session(), training.id, "session", row.id)
    day, start, end = typed.local(row, training)
    groups = _(", ").join(sorted(one.group_name for one in row.groups))
    theirs: dict[str, Any] = {
        "title": row.title_zh,
        "now": _spot_words(day, start, end, row.place_zh, groups),
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
            spot.place[0] if spot.place is not None else row.place_zh,
            groups if spot.groups is None else _(", ").join(spot.groups),
        )
    message = _("Somebody else changed “%(title)s” while you were at it.", title=row.title_zh)
    state = grid_of(training, request.args).state()
    return jsonify(message=message, conflict=theirs, state=state), 409


def _spot_words(day: date | None, start: time | None, end: time | None, place: str, groups: str) -> str:
    until = f"–{end:%H:%M}" if end else ""
    begins = f"{day_words(day)} {start:%H:%M}{until}" if day and start else _("without a time")
    parts = [begins, place, groups]
    return " · ".join(part for part in parts if part)
