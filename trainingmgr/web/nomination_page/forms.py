"""The forms of a unit's page. What is typed is judged by the domain, so that a draft may be anything."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from trainingmgr.domain.nomination import FIELDS, LONGEST_REASON, NEEDED, Reading
from trainingmgr.domain.participant import phone_to_edit
from trainingmgr.domain.person import IdType, Sex
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import Mode, consent_field
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import choices
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_form import AnswerForm, filled
from trainingmgr.http.words import sentence
from trainingmgr.queries.nomination import Draft, Sent
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

    designed = False

    def offer(self, lines: Sequence[Line]) -> None:
        """Let one of the unit's lines be chosen."""
        _offer(self.line, lines)
        for name in NEEDED:
            self[name].flags.required = True

    def fill(self, draft: Draft, *, show_number: bool) -> None:
        """Show a draft; its ID number only where it has to be corrected."""
        known = draft.reading.nominee
        for name in FIELDS:
            self[name].data = getattr(known, name)
        self.phone.data = phone_to_edit(known.phone)
        self.line.data = draft.line_id or 0
        if not show_number:
            self.id_number.data = ""

    def suggest(self, unit: str, post: str = "") -> None:
        """Fill in what is mostly so."""
        self.unit.data, self.post.data = unit, post

    def typed(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: self[name].data or "" for name in FIELDS}

    @property
    def line_id(self) -> int | None:
        """The line that was chosen, or the only one there is."""
        return _chosen(self.line)

    def show(self, reading: Reading) -> None:
        """Put what is wrong beside its field."""
        for name, refusal in reading.wrong.items():
            self[name].errors = [sentence(refusal)]


class CorrectionForm(NomineeForm):
    """What a unit may put right of somebody it has sent."""

    def offer_of(
        self, old: Sent, lines: Sequence[Line], fields: Collection[str], needed: Collection[str]
    ) -> None:
        """Let `fields` alone be put right, and one of `lines` be chosen; a fresh form says what was sent."""
        self.offer(lines)
        if not self.is_submitted():
            for name in FIELDS:
                self[name].data = getattr(old.nominee, name)
            self.phone.data = phone_to_edit(old.nominee.phone)
            self.line.data, self.id_number.data = old.line_id, ""
        for name in FIELDS:
            if name in fields:
                self[name].flags.required = name in needed
            else:
                del self[name]
        if len(lines) < 2:
            del self.line

    def typed(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: self[name].data or "" for name in FIELDS if name in self}

    def tell(self, wrong: Mapping[str, Refusal]) -> None:
        """Put what is wrong beside its field."""
        for name, refusal in wrong.items():
            self[name].errors = [sentence(refusal)]


class DesignedForm(AnswerForm):
    """The same where the training has designed its own registration form."""

    line = SelectField(_l("Category"), coerce=int, default=0, validate_choice=False)
    note = TextAreaField(_l("Note"), render_kw={"rows": 2})
    designed = True

    def offer(self, lines: Sequence[Line]) -> None:
        """Let one of the unit's lines be chosen."""
        _offer(self.line, lines)

    def fill(self, draft: Draft, *, show_number: bool) -> None:
        """Show a draft; its ID number only where it has to be corrected."""
        said = filled(self.definition, {**draft.said, **draft.reading.nominee.typed()})
        for name, value in said.items():
            if name in self and value:
                self[name].data = value
        if "phone" in self:
            self["phone"].data = phone_to_edit(draft.reading.nominee.phone)
        if "id_number" in self and not show_number:
            self["id_number"].data = ""
        self.line.data = draft.line_id or 0

    def suggest(self, unit: str, post: str = "") -> None:
        """Fill in what is mostly so."""
        for name, value in (("unit", unit), ("post", post)):
            if name in self:
                self[name].data = value

    def typed(self) -> dict[str, str]:
        """What was typed, and the words that were consented to, by box."""
        words = {
            consent_field(key): text
            for key, text in (self.consents or {}).items()
            if self[consent_field(key)].data
        }
        return super().typed() | words | {"note": self.note.data or ""}

    @property
    def line_id(self) -> int | None:
        """The line that was chosen, or the only one there is."""
        return _chosen(self.line)

    def show(self, reading: Reading) -> None:
        """Put what is wrong beside its field, and what is not consented to beside its tick."""
        for name, refusal in reading.wrong.items():
            if name in self:
                self[name].errors = [sentence(refusal)]
            else:
                self.form_errors.append(f"{FIELD_WORDS.get(name, name)}{_(': ')}{sentence(refusal)}")
        for key in reading.unconsented:
            # The form may be that of another line than the one the draft was written for.
            if consent_field(key) in self:
                asked = self.definition.get(key)
                needed = asked is not None and asked.modes.of(self.category_id) is Mode.REQUIRED
                code = "consent_needed" if needed else "consent_missing"
                self[consent_field(key)].errors = [sentence(Refusal(f"registration_form.{code}"))]


class _Replacing:
    reason = text(
        _l("Why is the person replaced?"), LONGEST_REASON, DataRequired(_l("Say why the person is replaced."))
    )


class ReplaceForm(_Replacing, NomineeForm):
    """Somebody else in the place of a person."""


class DesignedReplaceForm(_Replacing, DesignedForm):
    """The same where the training has designed its own registration form."""


def _offer(field: Any, lines: Sequence[Line]) -> None:
    named = [(one.id, _named(one)) for one in lines]
    field.choices = [(0, "—"), *named] if len(named) != 1 else named
    field.flags.required = True


def _named(line: Line) -> str:
    # A choice without words would be shown as its internal number.
    category = pick(line.category_zh, line.category_en) or _("Participants")
    return " · ".join(filter(None, (category, pick(line.asked_zh, line.asked_en))))


def _chosen(field: Any) -> int | None:
    return field.data or (field.choices[0][0] if len(field.choices) == 1 else None) or None


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
