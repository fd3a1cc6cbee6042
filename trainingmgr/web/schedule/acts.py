"""The single acts on a timetable, as forms send them."""

from collections.abc import Callable
from datetime import date, time
from typing import Any, cast

from flask_babel import gettext as _
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from trainingmgr.domain.invitation import InvitationState
from trainingmgr.domain.schedule import GROUP_LENGTH, read_groups
from trainingmgr.extensions import db
from trainingmgr.http.access import actor
from trainingmgr.http.forms import BaseForm
from trainingmgr.queries import invitation as invitations
from trainingmgr.services import schedule as services
from trainingmgr.services.schedule import Act, Spot

_NUMBER = [Optional(), NumberRange(0, 2**31 - 1)]


class ActForm(BaseForm):
    """One act. `session` and `version` say on what, `placed` and `grouped` whether place and groups go along.

    What is split may have a `pause` of some minutes within.
    """

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
    pause = IntegerField(validators=[Optional(), NumberRange(0, 60)])
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


ACTS: dict[str, Callable[[int, ActForm], Act | None]] = {
    "move": lambda training, form: services.move_session(
        actor(), training, form.number("session"), form.spot(), version=form.number("version")
    ),
    "copy": lambda training, form: services.duplicate_session(
        actor(), training, form.number("session"), form.spot(), version=form.number("version")
    ),
    "split": lambda training, form: services.split_session(
        actor(),
        training,
        form.number("session"),
        cast(time, form.start.data),
        version=form.number("version"),
        pause=form.number("pause"),
        end=form.end.data,
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


def note_on(training_id: int, act: str, session_id: int) -> str:
    """What an act that was just done to a session leaves to be done; empty where that is nothing."""
    if act != "split":
        return ""
    states = invitations.states_of(invitations.raw_states(db.session(), training_id))
    # An answer was given for the whole, so it holds for neither part.
    moved = any(
        one == session_id and state is InvitationState.MOVED for (one, _lecturer), state in states.items()
    )
    return str(_("Whoever was asked to teach it is to be asked again, about both parts.")) if moved else ""
