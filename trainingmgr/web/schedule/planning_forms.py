"""Forms of having a timetable laid."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from trainingmgr.domain.planning import Frame, Half
from trainingmgr.domain.planning.frame import STEPS
from trainingmgr.http.forms import BaseForm

_REQUIRED = InputRequired(_l("This is needed."))
_FRAME = (
    "starts", "lunch_starts", "lunch_ends", "ends", "evening_starts", "evening_ends", "first_starts",
    "last_ends", "step", "pause", "travel_unknown", "keep", "choose_rooms",
)  # fmt: skip


class FrameForm(BaseForm):
    """The daily frame, and how the layout is looked for."""

    starts = TimeField(_l("Sessions begin at"), validators=[_REQUIRED])
    lunch_starts = TimeField(_l("Noon break from"), validators=[_REQUIRED])
    lunch_ends = TimeField(_l("Noon break to"), validators=[_REQUIRED])
    ends = TimeField(_l("Sessions end by"), validators=[_REQUIRED])
    evening_starts = TimeField(_l("In the evening from"), validators=[Optional()])
    evening_ends = TimeField(_l("In the evening to"), validators=[Optional()])
    first_starts = TimeField(_l("On the first day not before"), validators=[Optional()])
    last_ends = TimeField(_l("On the last day all ends by"), validators=[Optional()])
    step = SelectField(_l("Sessions begin in steps of"), coerce=int)
    pause = IntegerField(
        _l("Break between two sessions, in minutes"),
        validators=[_REQUIRED, NumberRange(0, 60, _l("A break lasts from 0 to 60 minutes."))],
    )
    travel_unknown = IntegerField(
        _l("Way to or from a site without coordinates, in minutes"),
        validators=[_REQUIRED, NumberRange(0, 240, _l("A way takes from 0 to 240 minutes."))],
    )
    keep = BooleanField(_l("Move as few sessions as possible"))
    choose_rooms = BooleanField(_l("Choose a room for sessions without a place"))

    def offer(self, class_hour: int) -> None:
        """Give the steps to choose from, the training's class hour among them."""
        steps = sorted({*STEPS, class_hour, self.step.data or STEPS[0]})
        self.step.choices = [(step, _l("%(num)d minutes", num=step)) for step in steps]

    def frame(self) -> Frame:
        """What a valid form says."""
        given: dict[str, Any] = {name: self[name].data for name in _FRAME}
        given["evening_starts"] = given["evening_starts"] or Frame().evening_starts
        return Frame(**given)


class LinesForm(BaseForm):
    """Sessions without a time, a line each."""

    lines = TextAreaField(
        _l("One session a line: title; length; kind; contributors; place; groups"),
        validators=[_REQUIRED, Length(max=20_000)],
        render_kw={"rows": 5},
    )


class WishForm(BaseForm):
    """Something wished of a session. `target` is another session, a day or a half-day, with the kind before a colon."""

    task = SelectField(_l("Session"), coerce=int)
    target = SelectField(_l("What is wished of it"))
    must = BooleanField(_l("It must be so"))

    def offer(
        self, sessions: list[tuple[int, str]], days: list[tuple[str, str]], halves: list[tuple[Half, str]]
    ) -> None:
        """Give the sessions, days and half-days to choose from, all of this training."""
        self.task.choices = sessions
        self.target.choices = {
            str(_l("Before another session")): [
                (f"before:{number}", _l("before “%(title)s”", title=title)) for number, title in sessions
            ],
            str(_l("On a day")): [(f"day:{day}", _l("on %(day)s", day=words)) for day, words in days],
            str(_l("In a half-day")): [(f"half:{half}", words) for half, words in halves],
        }
