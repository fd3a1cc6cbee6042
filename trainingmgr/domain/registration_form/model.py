"""What a training asks of those who register, as data: built-in fields, own questions, and when each is asked."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

KEEP_DAYS = 180
"""Days after the last day of the class for which sensitive answers are kept, unless the form says another number."""


class Mode(StrEnum):
    """Whether something is asked, and whether it has to be answered."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class FieldKey(StrEnum):
    """The built-in fields, in the order in which they are asked."""

    NAME = "name"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    UNIT = "unit"
    POST = "post"
    PHONE = "phone"
    EMAIL = "email"
    DOCUMENT = "document"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    LODGING = "lodging"
    DIET = "diet"
    EMERGENCY = "emergency"
    HEALTH = "health"


class AnswerKind(StrEnum):
    """What an answer looks like; the kinds of `QUESTION_KINDS` are those of own questions."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    ONE = "one"
    SEVERAL = "several"
    YES_NO = "yes_no"
    TIME = "time"


class ConsentBy(StrEnum):
    """Who said that the person consents."""

    PERSON = "person"
    UNIT = "unit"
    ORGANISER = "organiser"


QUESTION_KINDS = tuple(kind for kind in AnswerKind if kind is not AnswerKind.TIME)
CHOICE_KINDS = frozenset({AnswerKind.ONE, AnswerKind.SEVERAL, AnswerKind.YES_NO})
"""The kinds that a condition can look at."""

YES, NO = "yes", "no"


class Modes(Struct, frozen=True, forbid_unknown_fields=True):
    """The mode for everybody, and where it differs, for a category by its id."""

    everybody: Mode = Mode.OFF
    categories: dict[int, Mode] = field(default_factory=dict)

    def of(self, category_id: int | None) -> Mode:
        """The mode for somebody of this category, or of none."""
        return self.categories.get(category_id or 0, self.everybody)


ASKED_OPTIONALLY = Modes(Mode.OPTIONAL)


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """Asked only where the choice `part` has, or has among others, this value."""

    part: str
    value: str


class Sensitive(Struct, frozen=True, forbid_unknown_fields=True):
    """That an answer needs a consent of its own: for what it is used, and for how many days after the class."""

    purpose_zh: str = ""
    purpose_en: str = ""
    keep_days: int = KEEP_DAYS


class BuiltInField(Struct, frozen=True, forbid_unknown_fields=True):
    """How a training asks a built-in field. `sensitive` is set for those that are sensitive by themselves."""

    modes: Modes = Modes()
    condition: Condition | None = None
    sensitive: Sensitive | None = None


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One choice of a question. One that is `gone` is offered no more, but still names what was answered."""

    key: str
    zh: str
    en: str = ""
    gone: bool = False


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the organiser's own. Its key is its answers' name for ever and is never given twice."""

    key: str
    kind: AnswerKind
    label_zh: str
    label_en: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    options: tuple[Option, ...] = ()
    modes: Modes = ASKED_OPTIONALLY
    condition: Condition | None = None
    sensitive: Sensitive | None = None


Asked = BuiltInField | Question


class FormDefinition(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a training asks. `next_key` is the number of the question that is added next."""

    fields: dict[FieldKey, BuiltInField]
    questions: tuple[Question, ...] = ()
    next_key: int = 1
    format: int = 1

    def asked(self) -> Iterator[tuple[str, Asked]]:
        """Every field and question by its key, in the order in which they are asked."""
        for key in FieldKey:
            yield key.value, self.fields.get(key, BuiltInField())
        for question in self.questions:
            yield question.key, question

    def get(self, key: str) -> Asked | None:
        """The field or question `key`, None where the form knows none."""
        return next((one for name, one in self.asked() if name == key), None)

    def replaced(self, key: str, new: Asked) -> "FormDefinition":
        """The form with another field or question in the place of `key`."""
        if isinstance(new, BuiltInField):
            return replace(self, fields={**self.fields, FieldKey(key): new})
        return replace(self, questions=tuple(new if one.key == key else one for one in self.questions))


def read_form(data: Mapping[str, Any]) -> FormDefinition:
    """A form from what `write_form` gave. Raises msgspec.ValidationError for something else."""
    return msgspec.convert(data, FormDefinition, str_keys=True)


def write_form(definition: FormDefinition) -> dict[str, Any]:
    """The form as plain JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(definition, str_keys=True)
    return plain
