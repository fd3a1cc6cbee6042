"""The participant's form, and the small ones of the list."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional

from trainingmgr.domain.participant import Facts, phone_to_edit
from trainingmgr.domain.person import IdDocument, IdType, Sex, read_id_number
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus, next_statuses
from trainingmgr.http.forms import BaseForm, cleaned, phone, text
from trainingmgr.http.labels import choices, label
from trainingmgr.http.locale import pick
from trainingmgr.http.words import sentence
from trainingmgr.queries.roster import Facets, Participant


class ParticipantForm(BaseForm):
    """Everything that an organiser may say of a participant."""

    name = text(_l("Name"), 120, InputRequired(_l("Enter the name.")), cleaned("name"))
    unit = text(_l("Unit"), 200, cleaned("unit"), render_kw={"list": "units", "autocomplete": "off"})
    post = text(_l("Post"), 200, cleaned("post"))
    category = SelectField(_l("Category"), coerce=int, default=0)
    group = text(_l("Group"), 60, cleaned("group"), render_kw={"list": "groups", "autocomplete": "off"})
    status = SelectField(_l("Status"), default=RegistrationStatus.CONFIRMED.value)
    phone = phone()
    email = text(_l("Mail address"), 254, cleaned("email"), render_kw={"inputmode": "email"})
    sex = SelectField(_l("Sex"), choices=[("", "—"), *choices(Sex)], default="")
    ethnicity = text(_l("Ethnic group"), 60, cleaned("ethnicity"))
    latin_name = text(_l("Latin name"), 160, cleaned("latin_name"))
    id_type = SelectField(_l("ID document"), choices=[("", "—"), *choices(IdType)], default="")
    id_number = StringField(_l("ID number"), [Optional()], render_kw={"autocomplete": "off"})
    note = TextAreaField(_l("Note"), [cleaned("note")], render_kw={"rows": 2})
    version = HiddenField()
    beyond = BooleanField(_l("Beyond the capacity or the unit's places (this is noted)"))
    same_as = RadioField(_l("Is this the same person?"), coerce=int, validators=[Optional()], choices=[])

    document: IdDocument | None = None

    def offer(self, found: Facets, status: RegistrationStatus | None = None) -> None:
        """Give the select fields the training's choices; `status` is the present one of an edit."""
        self.category.choices = [(0, "—"), *((one, pick(*names)) for one, names in found.categories.items())]
        steps = next_statuses(status) if status else set(RegistrationStatus) - {RegistrationStatus.COMPLETED}
        self.status.choices = [
            (one.value, label(one)) for one in RegistrationStatus if one is status or one in steps
        ]

    def validate_id_number(self, field: Any) -> None:
        """Check the number by the rules of its document."""
        kind = IdType(self.id_type.data) if self.id_type.data in set(IdType) else None
        try:
            self.document = read_id_number(field.data or "", kind, today=date.today())  # noqa: DTZ011 - a bound, no moment
        except Refusal as refusal:
            raise ValidationError(sentence(refusal)) from refusal

    def facts(self) -> Facts:
        """What was typed, as the use cases take it."""
        return Facts(
            name=self.name.data,
            latin_name=self.latin_name.data,
            unit=self.unit.data,
            post=self.post.data,
            category_id=self.category.data,
            group=self.group.data,
            status=RegistrationStatus(self.status.data),
            phone=self.phone.data,
            email=self.email.data,
            sex=self.sex.data,
            ethnicity=self.ethnicity.data,
            note=self.note.data,
            document=self.document,
        )


class EditForm(ParticipantForm):
    """The same for somebody who is on the roster: the ID number stays unless a new one is typed."""

    pinyin = text(_l("Sorting key (pinyin)"), 240, cleaned("pinyin"))
    began = HiddenField()
    drop_document = SelectField(
        _l("Known ID document"), choices=[("", _l("Keep it")), ("1", _l("Remove it"))], default=""
    )

    def fill(self, known: Participant) -> None:
        """Show what is known."""
        for name in FIELDS:
            self[name].data = known.text(name)
        self.phone.data = phone_to_edit(known.phone)
        self.category.data = known.category_id or 0
        self.version.data = known.version
        self.began.data = self.texts(known)

    @staticmethod
    def texts(known: Participant) -> str:
        """What an edit begins with, to tell later who changed what."""
        texts = {name: known.text(name) for name in FIELDS} | {"document": known.id_masked}
        return json.dumps(texts, ensure_ascii=False)

    def facts(self) -> Facts:
        """What was typed; a sorting key only where it was touched, since it follows the name."""
        return replace(super().facts(), pinyin=self.pinyin.data, no_document=bool(self.drop_document.data))


FIELDS = (
    "name",
    "unit",
    "post",
    "category",
    "group",
    "status",
    "phone",
    "email",
    "sex",
    "ethnicity",
    "latin_name",
    "note",
    "pinyin",
)
