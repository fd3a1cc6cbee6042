"""How a field or question is asked, as the organiser types it."""

from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import (
    KEEP_DAYS,
    QUESTION_KINDS,
    AnswerKind,
    Asked,
    Condition,
    FormDefinition,
    Mode,
    Modes,
    Question,
    QuestionInput,
    Sensitive,
    condition_choices,
    every_part,
)
from trainingmgr.http.forms import BaseForm, version_number
from trainingmgr.http.labels import LABELS, choices
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_words import part_label, value_words
from trainingmgr.http.words import sentence
from trainingmgr.models import Training

# Where on the form the answer to a refusal is to be mended.
_FIELD_OF = {
    "registration_form.label_missing": "label_zh",
    "registration_form.options_few": "options",
    "registration_form.options_many": "options",
    "registration_form.option_twice": "options",
    "registration_form.option_needed": "options",
    "registration_form.purpose_missing": "purpose_zh",
    "registration_form.keep_days": "keep_days",
    "registration_form.condition_unknown": "condition",
    "registration_form.condition_circle": "condition",
}
_MODES = choices(Mode)
F = TypeVar("F", bound="FieldForm")


class FieldForm(BaseForm):
    """How a built-in field is asked. `modes_of` adds one choice a category."""

    version = HiddenField()
    mode = SelectField(_l("For everybody"), choices=_MODES, default=Mode.OPTIONAL.value)
    condition = SelectField(_l("When it is asked"), validate_choice=False, default="")
    purpose_zh = StringField(_l("What the answer is used for (Chinese)"))
    purpose_en = StringField(_l("What the answer is used for (English)"))
    keep_days = IntegerField(
        _l("Days that answers are kept after the class"), validators=[Optional()], default=KEEP_DAYS
    )
    category_ids: tuple[int, ...] = ()

    def began_from(self) -> int:
        """The version of the form that the edit began from; one that nothing has for nonsense."""
        return version_number(self.version.data)

    def offer(self, definition: FormDefinition, key: str, version: int) -> None:
        """Give the condition its choices, and a fresh form its version."""
        self.version.data = self.version.data or str(version)
        every = {part.key: (owner, part) for owner, part in every_part(definition)}
        offered = [("", str(_l("always")))]
        for name, values in condition_choices(definition, key).items():
            owner, part = every[name]
            words = part_label(definition, owner, part)
            offered += [
                (f"{name}={value}", f"{words}{_(': ')}{value_words(definition, owner, part, value)}")
                for value in values
            ]
        self.condition.choices = offered

    def show(self, one: Asked) -> None:
        """Show how it is asked now."""
        self.mode.data = one.modes.everybody.value
        for category_id in self.category_ids:
            mode = one.modes.categories.get(category_id)
            self[f"mode_{category_id}"].data = mode.value if mode else ""
        self.condition.data = f"{one.condition.part}={one.condition.value}" if one.condition else ""
        if one.sensitive is not None:
            self.purpose_zh.data, self.purpose_en.data = one.sensitive.purpose_zh, one.sensitive.purpose_en
            self.keep_days.data = one.sensitive.keep_days

    def modes(self) -> Modes:
        """The modes chosen."""
        given = {category_id: self[f"mode_{category_id}"].data for category_id in self.category_ids}
        return Modes(Mode(self.mode.data), {key: Mode(mode) for key, mode in given.items() if mode})

    def asked_if(self) -> Condition | None:
        """The condition chosen, None for always."""
        part, sign, value = (self.condition.data or "").partition("=")
        return Condition(part, value) if sign else None

    def sensitive(self) -> Sensitive | None:
        """The purpose and the time of keeping."""
        days = self.keep_days.data
        return Sensitive(
            self.purpose_zh.data or "", self.purpose_en.data or "", KEEP_DAYS if days is None else days
        )

    def mark(self, refusal: Refusal, version: int) -> None:
        """Stand a refusal beside the field that it speaks of; saving once more begins from `version`."""
        self.version.data = str(version)
        name = _FIELD_OF.get(refusal.code, "")
        if name in self:
            self[name].errors = [*self[name].errors, sentence(refusal)]
        else:
            self.form_errors.append(sentence(refusal))


class QuestionForm(FieldForm):
    """A question of the organiser's own."""

    kind = SelectField(
        _l("Kind of answer"),
        choices=[(kind.value, LABELS[AnswerKind, kind.value]) for kind in QUESTION_KINDS],
    )
    label_zh = StringField(_l("Question (Chinese)"), validators=[InputRequired(_l("This field is needed."))])
    label_en = StringField(_l("Question (English)"))
    hint_zh = StringField(_l("Hint (Chinese)"))
    hint_en = StringField(_l("Hint (English)"))
    options = TextAreaField(_l("Choices, one a line"), render_kw={"rows": 5})
    is_sensitive = BooleanField(
        _l("The answer is sensitive: ask for a consent of its own, and keep it sealed")
    )

    def show(self, one: Asked) -> None:
        """Show how the question is put now."""
        super().show(one)
        if isinstance(one, Question):
            self.kind.data = one.kind.value
            for name in ("label_zh", "label_en", "hint_zh", "hint_en"):
                self[name].data = getattr(one, name)
            self.options.data = "\n".join(
                f"{option.zh} | {option.en}" if option.en else option.zh
                for option in one.options
                if not option.gone
            )
            self.is_sensitive.data = one.sensitive is not None

    def question(self) -> QuestionInput:
        """The question as the use cases take it."""
        return QuestionInput(
            kind=AnswerKind(self.kind.data),
            label_zh=self.label_zh.data or "",
            label_en=self.label_en.data or "",
            hint_zh=self.hint_zh.data or "",
            hint_en=self.hint_en.data or "",
            options=tuple((self.options.data or "").splitlines()),
            modes=self.modes(),
            condition=self.asked_if(),
            sensitive=self.sensitive() if self.is_sensitive.data else None,
        )


def for_training(base: type[F], training: Training) -> type[F]:
    """The form with one choice of mode for each category of the training."""
    own: dict[str, Any] = {"category_ids": tuple(one.id for one in training.categories)}
    for one in training.categories:
        own[f"mode_{one.id}"] = SelectField(
            pick(one.name_zh, one.name_en), choices=[("", _l("as for everybody")), *_MODES], default=""
        )
    return type(base.__name__, (base,), own)
