"""A training's registration form on screen: the same boxes for whoever registers, for units and for organisers."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import (
    SEPARATOR,
    AnswerKind,
    Asked,
    Checked,
    FieldKey,
    FormDefinition,
    Mode,
    Part,
    Question,
    asked_fields,
    check,
    consent_field,
    every_part,
    parts_of,
)
from trainingmgr.http.forms import BaseForm, version_number
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_words import condition_words, field_label, part_label, value_words
from trainingmgr.http.words import sentence

_HINTS = {
    FieldKey.DOCUMENT: _l(
        "Kept encrypted, shown masked. Resident ID cards and residence permits are known by their number."
    ),
    FieldKey.PHONE: _l("A landline with its area code, a foreign number with its country code."),
}
_LOOKS: dict[str, dict[str, str]] = {
    "name": {"autocomplete": "name"},
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "email": {"inputmode": "email", "autocomplete": "email"},
    "emergency_phone": {"inputmode": "tel"},
    "id_number": {"autocomplete": "off"},
    "unit": {"autocomplete": "organization"},
}
_TYPES = {AnswerKind.DATE: "date", AnswerKind.TIME: "time"}


class AskedBox(NamedTuple):
    """A box as it stands in the form; `type` is that of the HTML element where it is not plain text."""

    field: Field
    type: str | None


class AskedField(NamedTuple):
    """A field or question as it stands in the form.

    `when` is the name of the box that it depends on and the value that this must have, `condition` the
    same in words. `consent` is the box to consent in.
    """

    key: str
    title: str
    hint: str
    boxes: list[AskedBox]
    when: tuple[str, str] | None
    condition: str
    consent: Field | None


class AnswerForm(BaseForm):
    """The form that `answer_form` makes. After `validate` its answers are in `checked`."""

    definition: FormDefinition
    category_id: int | None = None
    # The fields whose consents are asked for, each with its words; None where consent is no matter.
    consents: Mapping[str, str] | None = None
    lenient = False
    keys: Collection[str] = ()
    # What is known of boxes that the form has not, or shows empty.
    known: Mapping[str, str] = {}

    form_version = HiddenField()

    checked: Checked | None = None

    def began_from(self) -> int:
        """The version of the training's form that was shown; one that nothing has for nonsense."""
        return version_number(self.form_version.data)

    def typed(self) -> dict[str, str]:
        """What stands in the boxes, as the domain takes it, and what is known where they are empty."""
        found = dict(self.known)
        for key in self.keys:
            for part in parts_of(self.definition, key):
                data = self[part.key].data
                text = SEPARATOR.join(data) if isinstance(data, list) else data or ""
                found[part.key] = text or self.known.get(part.key, "")
        return found

    def consented(self) -> dict[str, str]:
        """The fields that were consented to, with the words that were shown."""
        ticked = {key: words for key, words in (self.consents or {}).items() if self[consent_field(key)].data}
        telling = self.checked.telling if self.checked else ()
        return {key: words for key, words in ticked.items() if key in telling}

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the answers as the domain does, each fault beside its box."""
        fine: bool = super().validate(extra_validators)
        ticked = [key for key in self.consents or () if self[consent_field(key)].data]
        self.checked = self._check(ticked)
        for part, refusal in self.checked.faults.items():
            if part in self:
                self[part].errors = [*self[part].errors, sentence(refusal)]
                fine = False
        return fine

    def _check(self, ticked: Collection[str]) -> Checked:
        return check(
            self.definition,
            self.category_id,
            self.typed(),
            today=date.today(),  # noqa: DTZ011 - a bound, no moment
            consents=None if self.consents is None or self.lenient else ticked,
            lenient=self.lenient,
        )

    def refuse(self, refusal: Refusal) -> None:
        """Stand a refusal of the form as a whole above it."""
        self.form_errors.append(sentence(refusal))

    def asked(self) -> list[AskedField]:
        """What is asked, in order, for the template."""
        fitting = asked_fields(self.definition, self.category_id, self.known)
        return [
            _asked(self, key, one)
            for key, one in self.definition.asked()
            if key in self.keys and (key in fitting or self._may_change(one))
        ]

    def _may_change(self, one: Asked) -> bool:
        return one.condition is not None and one.condition.part in self


def answer_form(
    definition: FormDefinition,
    category_id: int | None,
    *,
    base: type[AnswerForm] = AnswerForm,
    consents: Mapping[str, str] | None = None,
    lenient: bool = False,
    left_out: Collection[str] = (),
    known: Mapping[str, str] | None = None,
) -> type[AnswerForm]:
    """The form class for what a training asks of a category; built anew for each request.

    `consents` maps sensitive fields to the words of their consents (`consent_words`), None where nobody is
    asked to consent. `lenient` lets required answers be missing, `left_out` leaves fields away. `known` are
    answers that stand where a box is left empty or left out.
    """
    keys = [
        key
        for key, one in definition.asked()
        if one.modes.of(category_id) is not Mode.OFF and key not in left_out
    ]
    own: dict[str, Any] = {
        "definition": definition,
        "category_id": category_id,
        "consents": None if consents is None else {k: consents[k] for k in keys if k in consents},
        "lenient": lenient,
        "keys": tuple(keys),
        "known": known or {},
    }
    for key in keys:
        one = definition.get(key)
        required = one is not None and one.modes.of(category_id) is Mode.REQUIRED and not lenient
        for part in parts_of(definition, key):
            own[part.key] = _field(definition, key, part, required=required and part.needed)
        if key in (own["consents"] or {}):
            words = _("Consent: %(field)s", field=field_label(definition, key))
            own[consent_field(key)] = BooleanField(words, description=own["consents"][key])
    return type("Answers", (base,), own)


def filled(definition: FormDefinition, answers: Mapping[str, str]) -> dict[str, Any]:
    """Kept answers as the form takes its data."""
    several = {part.key for _key, part in every_part(definition) if part.kind is AnswerKind.SEVERAL}
    return {key: value.split(SEPARATOR) if key in several else value for key, value in answers.items()}


def _field(definition: FormDefinition, key: str, part: Part, *, required: bool) -> Any:
    words = part_label(definition, key, part)
    if part.kind is AnswerKind.SEVERAL:
        return _Boxes(words, choices=partial(_offered, definition, key, part), validate_choice=False)
    looks: dict[str, Any] = dict(_LOOKS.get(part.key, {}))
    if required:
        looks["required"] = True
    if part.values:
        return _SelectOne(
            words,
            choices=lambda: [("", "—"), *_offered(definition, key, part)],
            validate_choice=False,
            render_kw=looks,
        )
    if part.kind is AnswerKind.LONG_TEXT:
        return _Long(words, render_kw=looks | {"rows": 3})
    if part.kind is AnswerKind.NUMBER:
        looks["inputmode"] = "decimal"
    return _Text(words, render_kw=looks)


class _Needed:
    """A field that is marked as needed where its element is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flags.required = bool((kwargs.get("render_kw") or {}).get("required"))  # type: ignore[attr-defined]


class _Text(_Needed, StringField):
    pass


class _Long(_Needed, TextAreaField):
    pass


class _SelectOne(_Needed, SelectField):
    pass


class _Boxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _offered(definition: FormDefinition, key: str, part: Part) -> list[tuple[str, str]]:
    return [(value, value_words(definition, key, part, value)) for value in part.values]


def _asked(form: AnswerForm, key: str, one: Asked) -> AskedField:
    boxes = [AskedBox(form[part.key], _TYPES.get(part.kind)) for part in parts_of(form.definition, key)]
    hint = pick(one.hint_zh, one.hint_en) if isinstance(one, Question) else str(_HINTS.get(FieldKey(key), ""))
    part = one.condition.part if one.condition else ""
    depends = part in form and part not in form.known
    return AskedField(
        key,
        field_label(form.definition, key),
        hint,
        boxes,
        (form[one.condition.part].name, one.condition.value) if one.condition and depends else None,
        condition_words(form.definition, one),
        form._fields.get(consent_field(key)),
    )
