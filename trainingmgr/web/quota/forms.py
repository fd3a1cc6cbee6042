"""The forms of the quota table."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from trainingmgr.domain.division import DivisionGroup
from trainingmgr.domain.quota import LIMITS, MOST_PLACES, OverQuota, QuotaInput, read_units, write_units
from trainingmgr.domain.unit import UnitType
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import choices, label
from trainingmgr.http.locale import pick
from trainingmgr.models import Category
from trainingmgr.queries.quota import Line

_DIVISIONS = "division"
_KIND = "kind"


class LineForm(BaseForm):
    """A line of the table: what is offered to whom."""

    category = SelectField(_l("Category"), coerce=int, default=0)
    post = text(_l("Post asked for"), LIMITS["post"])
    deadline = DateField(_l("Closing date"), [Optional()])
    over = SelectField(_l("Whoever is named beyond the places"), choices=choices(OverQuota))
    places = IntegerField(_l("Places for each unit"), [Optional(), NumberRange(0, MOST_PLACES)], default=1)
    units = TextAreaField(_l("Units"), render_kw={"rows": 10, "spellcheck": "false"})
    group = SelectField(_l("Put in a whole group"), default="")
    note = text(_l("Note"), LIMITS["note"])
    version = HiddenField()

    def offer(self, categories: list[Category], kinds: dict[UnitType, int]) -> None:
        """Give the select fields what the training and its organisation have."""
        self.category.choices = [(one.id, pick(one.name_zh, one.name_en)) for one in categories] or [(0, "—")]
        groups: list[tuple[str, Any]] = [("", "—")]
        groups += [
            (f"{_DIVISIONS}:{one.value}", label(one))
            for one in DivisionGroup
            if one is not DivisionGroup.CITIES_OF_PROVINCE
        ]
        groups += [(f"{_KIND}:{one.value}", f"{label(one)} ({number})") for one, number in kinds.items()]
        self.group.choices = groups

    def fill(self, line: Line) -> None:
        """Show what stands."""
        self.category.data = line.category_id or 0
        self.post.data, self.note.data = line.post, line.note
        self.deadline.data, self.over.data = line.deadline, line.over.value
        self.units.data = write_units((one.name, one.places) for one in line.units)
        self.version.data = str(line.version)

    def chosen_group(self) -> DivisionGroup | UnitType | None:
        """The group whose units are to be put in."""
        sort, _, value = (self.group.data or "").partition(":")
        if sort == _DIVISIONS and value in set(DivisionGroup):
            return DivisionGroup(value)
        return UnitType(value) if sort == _KIND and value in set(UnitType) else None

    def input(self) -> QuotaInput:
        """What was typed. Raises the refusals of `read_units`."""
        return QuotaInput(
            category_id=self.category.data,
            post=self.post.data or "",
            deadline=self.deadline.data,
            over=OverQuota(self.over.data),
            note=self.note.data or "",
            units=read_units(self.units.data or "", 1 if self.places.data is None else self.places.data),
        )


class UploadForm(BaseForm):
    """One file."""

    file = FileField(
        _l("Table of places (.xlsx or .csv)"), validators=[FileRequired(_l("Choose a file first."))]
    )


class ConfirmForm(BaseForm):
    """What was seen and agreed to."""

    new = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    update = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
