"""What the public types to register, and what the organiser sets about it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, NumberRange, Optional

from trainingmgr.domain.open_registration import LONGEST_NOTICE, OpenInput, names_somebody
from trainingmgr.http.forms import BaseForm, version_number
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_form import AnswerForm
from trainingmgr.models import Training

_MINUTE = "%Y-%m-%dT%H:%M"
_TIMES = ("opens_at", "closes_at")


class SendForm(AnswerForm):
    """The form of the public page. `once` marks it, so that sent twice it counts once."""

    category = SelectField(_l("Category"), validate_choice=False, default="")
    once = HiddenField()

    def offer(self, training: Training) -> None:
        """Give the category its choices; the only one there is needs none."""
        named = [(str(one.id), pick(one.name_zh, one.name_en)) for one in training.categories]
        self.category.choices = [("", "—"), *named] if len(named) > 1 else named
        self.category.flags.required = True

    def validate_category(self, field: Any) -> None:
        """Whoever registers belongs to one of the categories, where there are any."""
        if len(field.choices) > 1 and field.data not in {value for value, _word in field.choices[1:]}:
            raise ValidationError(_l("Choose one of those offered."))

    def validate_name(self, field: Any) -> None:
        """The name goes into a mail to whatever address was typed, so it carries nothing but a name."""
        if not names_somebody(field.data or ""):
            raise ValidationError(_l("Write the name alone, without digits, symbols or web addresses."))


class ChangeForm(AnswerForm):
    """What somebody has sent, to be changed by themselves."""

    answers_version = HiddenField()


class OpenForm(BaseForm):
    """How a training is open. Times are those of the training's zone."""

    version = HiddenField()
    is_on = BooleanField(_l("Let whoever has the address register"))
    opens_at = DateTimeLocalField(_l("Opens"), format=[_MINUTE, "%Y-%m-%d %H:%M"], validators=[Optional()])
    closes_at = DateTimeLocalField(_l("Closes"), format=[_MINUTE, "%Y-%m-%d %H:%M"], validators=[Optional()])
    capacity = IntegerField(
        _l("Places that go this way"), validators=[Optional(), NumberRange(min=1, max=100_000)]
    )
    waitlist = BooleanField(
        _l("Whoever comes when all places are taken goes on a waiting list"), default=True
    )
    approval = BooleanField(_l("The organiser approves each registration"))
    shows_places = BooleanField(_l("Say on the page how many places are left"))
    notice_zh = TextAreaField(
        _l("Notice (Chinese)"), validators=[Length(max=LONGEST_NOTICE)], render_kw={"rows": 5}
    )
    notice_en = TextAreaField(
        _l("Notice (English)"), validators=[Length(max=LONGEST_NOTICE)], render_kw={"rows": 5}
    )

    @classmethod
    def of(cls, given: OpenInput, version: int, zone: str) -> "OpenForm":
        """The form as the training stands now."""
        form = cls(obj=given)
        if not form.is_submitted():
            form.version.data = str(version)
            for name in _TIMES:
                moment = getattr(given, name)
                form[name].data = moment.astimezone(ZoneInfo(zone)) if moment else None
        return form

    def began_from(self) -> int:
        """The version that the edit began from; one that nothing has for nonsense."""
        return version_number(self.version.data)

    def given(self, zone: str) -> OpenInput:
        """The form as the use case takes it."""
        return OpenInput(
            is_on=bool(self.is_on.data),
            opens_at=_there(self.opens_at.data, zone),
            closes_at=_there(self.closes_at.data, zone),
            capacity=self.capacity.data,
            waitlist=bool(self.waitlist.data),
            approval=bool(self.approval.data),
            shows_places=bool(self.shows_places.data),
            notice_zh=(self.notice_zh.data or "").replace("\r\n", "\n"),
            notice_en=(self.notice_en.data or "").replace("\r\n", "\n"),
        )


def _there(moment: datetime | None, zone: str) -> datetime | None:
    return moment.replace(tzinfo=ZoneInfo(zone)) if moment else None
