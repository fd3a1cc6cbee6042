"""Splitting and swapping sessions by forms on a session's page, and taking such an act back."""

from collections.abc import Callable
from datetime import time
from typing import cast

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.forms import BaseForm
from trainingmgr.http.locale import pick
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Training, TrainingSession
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.services import schedule as services
from trainingmgr.services.schedule import Act
from trainingmgr.web.schedule.acts import note_on
from trainingmgr.web.schedule.blueprint import bp

_NEEDED = InputRequired(_l("This is needed."))
_SMALL = NumberRange(0, 2**31 - 1)


class VersionForm(BaseForm):
    """The state that an act begins from."""

    version = IntegerField(validators=[_NEEDED, _SMALL])


class SplitForm(VersionForm):
    """Where a session is cut."""

    at = TimeField(_l("The second part begins at"), validators=[_NEEDED])


class SwapForm(VersionForm):
    """With which session another changes its time."""

    other = SelectField(_l("With which session"), coerce=int, validators=[_NEEDED])

    def offer(self, training: Training, session_id: int) -> None:
        """Give the list of the training's other sessions to choose from."""
        entries = schedule_queries.timetable(db.session(), training).entries
        self.other.choices = [
            (one.id, f"{one.day:%m-%d} {one.start} {pick(one.title_zh, one.title_en)}")
            for one in entries
            if one.id != session_id
        ]


@bp.post("/t/<code>/schedule/<int:session_id>/split")
@requires(Permission.EDIT)
def split(training: Training, session_id: int) -> Response:
    """Make two of a session."""
    in_training(db.session.get(TrainingSession, session_id), training)
    form, training_id = SplitForm(), training.id
    return _acted(
        training,
        session_id,
        form,
        lambda: services.split_session(
            actor(), training_id, session_id, cast(time, form.at.data), version=form.version.data or 0
        ),
        lambda: f"{_('The session is split.')} {note_on(training_id, 'split', session_id)}".strip(),
    )


@bp.post("/t/<code>/schedule/<int:session_id>/swap")
@requires(Permission.EDIT)
def swap(training: Training, session_id: int) -> Response:
    """Let two sessions change their times."""
    in_training(db.session.get(TrainingSession, session_id), training)
    form, training_id = SwapForm(), training.id
    form.offer(training, session_id)
    versions = schedule_queries.session_versions(db.session(), training_id)
    return _acted(
        training,
        session_id,
        form,
        lambda: services.swap_sessions(
            actor(),
            training_id,
            session_id,
            form.other.data,
            versions=(form.version.data or 0, versions.get(form.other.data, 0)),
        ),
        _("The sessions have changed their times."),
    )


@bp.post("/t/<code>/schedule/<int:session_id>/set-aside")
@requires(Permission.EDIT)
def set_aside(training: Training, session_id: int) -> Response:
    """Take a session's time away."""
    in_training(db.session.get(TrainingSession, session_id), training)
    form, training_id = VersionForm(), training.id
    return _acted(
        training,
        session_id,
        form,
        lambda: services.set_session_aside(actor(), training_id, session_id, version=form.version.data or 0),
        _("The session waits for a time."),
        home=url_for("schedule.plan", code=training.code, _anchor="unplaced"),
    )


@bp.post("/t/<code>/schedule/acts/<int:entry_id>/undo")
@requires(Permission.EDIT)
def undo_act(training: Training, entry_id: int) -> Response:
    """Take back an act on the timetable that was just done."""
    code = training.code
    try:
        services.take_back(actor(), training.id, entry_id)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("Taken back."), "success")
    return redirect(url_for("schedule.index", code=code), 303)


def _acted(
    training: Training,
    session_id: int,
    form: BaseForm,
    act: Callable[[], Act | None],
    words: str | Callable[[], str],
    *,
    home: str = "",
) -> Response:
    code = training.code
    back = redirect(url_for("schedule.edit", code=code, session_id=session_id, _anchor="copy"), 303)
    if not form.validate():
        flash(next(str(message) for errors in form.errors.values() for message in errors), "error")
        return back
    try:
        done = act()
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(sentence(dated(refusal)), "error")
        return back
    if done is not None:
        told = words if isinstance(words, str) else words()
        undo.offer(told, url_for("schedule.undo_act", code=code, entry_id=done.entry_id))
    return redirect(home or url_for("schedule.index", code=code, _anchor=f"s{session_id}"), 303)
