"""The forms of a unit's page. What is typed is judged by the domain, so that a draft may be anything."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField

from trainingmgr.domain.nomination import FIELDS, LONGEST_REASON, NEEDED, Nominee
from trainingmgr.domain.participant import phone_to_edit
from trainingmgr.domain.person import IdType, Sex
from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import choices
from trainingmgr.http.locale import pick
from trainingmgr.http.words import sentence
from trainingmgr.queries.quota import Line

FIELD_WORDS = {
    "name": _l("Name"),
    "sex": _l("Sex"),
    "ethnicity": _l("Ethnic group"),
    "unit": _l("Unit"),
    "post": _l("Post"),
    "phone": _l("Phone"),
    "email": _l("Mail address"),
    "id_type": _l("ID document"),
    "id_number": _l("ID number"),
    "note": _l("Note"),
}


class NomineeForm(BaseForm):
    """What a unit says of a person."""

    line = SelectField(_l("Category"), coerce=int, default=0, validate_choice=False)
    name = StringField(_l("Name"), render_kw={"autocomplete": "off"})
    sex = SelectField(_l("Sex"), choices=[("", "—"), *choices(Sex)], default="", validate_choice=False)
    ethnicity = StringField(_l("Ethnic group"))
    unit = StringField(_l("Unit, as it is to be printed"))
    post = StringField(_l("Post"))
    phone = StringField(_l("Phone"), render_kw={"inputmode": "tel"})
    email = StringField(_l("Mail address"), render_kw={"inputmode": "email"})
    id_type = SelectField(
        _l("ID document"), choices=[("", "—"), *choices(IdType)], default="", validate_choice=False
    )
    id_number = StringField(_l("ID number"), render_kw={"autocomplete": "off"})
    note = TextAreaField(_l("Note"), render_kw={"rows": 2})

    _lines: Sequence[tuple[int, str]] = ()

    def offer(self, lines: Sequence[Line]) -> None:
        """Let one of the unit's lines be chosen."""
        named = [
            (
                one.id,
                " · ".join(
                    filter(None, (pick(one.category_zh, one.category_en), pick(one.asked_zh, one.asked_en)))
                ),
            )
            for one in lines
        ]
        self._lines = named
        self.line.choices = [(0, "—"), *named] if len(named) != 1 else named
        for name in ("line", *NEEDED):
            self[name].flags.required = True

    def fill(self, known: Nominee, line_id: int | None, *, show_number: bool) -> None:
        """Show a draft; its ID number only where it has to be corrected."""
        for name in FIELDS:
            self[name].data = getattr(known, name)
        self.phone.data = phone_to_edit(known.phone)
        self.line.data = line_id or 0
        if not show_number:
            self.id_number.data = ""

    def typed(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: self[name].data or "" for name in FIELDS}

    @property
    def line_id(self) -> int | None:
        """The line that was chosen, or the only one there is."""
        offered = [one for one, _ in self._lines]
        return self.line.data or (offered[0] if len(offered) == 1 else None)

    def show(self, wrong: Mapping[str, Refusal]) -> None:
        """Put what is wrong beside its field."""
        for name, refusal in wrong.items():
            self[name].errors = [sentence(refusal)]


class ReplaceForm(NomineeForm):
    """Somebody else in the place of a person."""

    reason = text(_l("Why is the person replaced?"), LONGEST_REASON, render_kw={"required": True})


class ReasonForm(BaseForm):
    """Why somebody is taken back."""

    reason = text(_l("Reason, if you wish to give one"), LONGEST_REASON)


class FileForm(BaseForm):
    """A filled-in form."""

    file = FileField(
        _l("The filled-in form (.xlsx or .csv)"), validators=[FileRequired(_l("Choose a file first."))]
    )


class ScanForm(BaseForm):
    """A stamped receipt."""

    scan = FileField(
        _l("The stamped receipt (PDF, JPEG or PNG)"), validators=[FileRequired(_l("Choose a file first."))]
    )
