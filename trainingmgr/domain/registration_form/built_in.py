"""What the built-in fields consist of, and how a new training asks them."""

from dataclasses import dataclass
from enum import StrEnum

from trainingmgr.domain.person import IdType, Sex
from trainingmgr.domain.registration_form.model import (
    NO,
    YES,
    AnswerKind,
    BuiltInField,
    FieldKey,
    FormDefinition,
    Mode,
    Modes,
    Question,
    Sensitive,
)


class TravelBy(StrEnum):
    TRAIN = "train"
    FLIGHT = "flight"
    CAR = "car"
    OTHER = "other"


class Lodging(StrEnum):
    NONE = "none"
    SINGLE = "single"
    SHARED = "shared"
    ANY = "any"


class Diet(StrEnum):
    """`NONE` tells nothing about anybody; the others may tell religion or health."""

    NONE = "none"
    HALAL = "halal"
    VEGETARIAN = "vegetarian"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Part:
    """One box of a field: a question of the organiser's own has one, a built-in field may have several.

    `values` are the choices. With `needed` it has to be filled in where its field is required. `personal`
    ones are kept with the person or the registration itself, the others as answers. `telling_nothing` is
    the choice that needs no consent.
    """

    key: str
    kind: AnswerKind = AnswerKind.SHORT_TEXT
    values: tuple[str, ...] = ()
    needed: bool = True
    personal: bool = False
    limit: int = 200
    telling_nothing: str = ""


def _choice(key: str, enum: type[StrEnum], **values: bool | str) -> Part:
    return Part(key, AnswerKind.ONE, tuple(enum), **values)  # type: ignore[arg-type]  # names are those of Part


def _journey(key: str) -> tuple[Part, ...]:
    return (
        Part(f"{key}_day", AnswerKind.DATE),
        Part(f"{key}_time", AnswerKind.TIME, needed=False),
        _choice(f"{key}_by", TravelBy, needed=False),
        Part(f"{key}_number", limit=40, needed=False),
    )


PARTS: dict[FieldKey, tuple[Part, ...]] = {
    FieldKey.NAME: (Part("name", personal=True),),
    FieldKey.SEX: (_choice("sex", Sex, personal=True),),
    FieldKey.ETHNICITY: (Part("ethnicity", personal=True),),
    FieldKey.UNIT: (Part("unit", personal=True),),
    FieldKey.POST: (Part("post", personal=True),),
    FieldKey.PHONE: (Part("phone", personal=True),),
    FieldKey.EMAIL: (Part("email", personal=True),),
    FieldKey.DOCUMENT: (
        _choice("id_type", IdType, needed=False, personal=True),
        Part("id_number", personal=True),
    ),
    FieldKey.ARRIVAL: _journey("arrival"),
    FieldKey.DEPARTURE: _journey("departure"),
    FieldKey.LODGING: (_choice("lodging", Lodging),),
    FieldKey.DIET: (
        _choice("diet", Diet, telling_nothing=Diet.NONE.value),
        Part("diet_note", needed=False),
    ),
    FieldKey.EMERGENCY: (Part("emergency_name", limit=60), Part("emergency_phone", limit=60)),
    FieldKey.HEALTH: (Part("health", AnswerKind.LONG_TEXT, limit=1000),),
}

_PURPOSES = {
    FieldKey.DOCUMENT: Sensitive(
        "核验身份、办理住宿登记、制作结业证书",
        "checking who you are, signing you in at the hotel, and making the certificate",
    ),
    FieldKey.DIET: Sensitive(
        "安排符合您饮食习惯（包括民族、宗教习惯）的用餐",
        "serving meals that suit you, religious customs included",
    ),
    FieldKey.HEALTH: Sensitive(
        "安排必要的照顾和应对突发健康状况",
        "caring for you as you need it, and for emergencies",
    ),
}
SENSITIVE_FIELDS = frozenset(_PURPOSES)

_FIRST_MODES = {
    FieldKey.NAME: Mode.REQUIRED,
    FieldKey.SEX: Mode.OPTIONAL,
    FieldKey.UNIT: Mode.REQUIRED,
    FieldKey.POST: Mode.OPTIONAL,
    FieldKey.PHONE: Mode.REQUIRED,
    FieldKey.EMAIL: Mode.OPTIONAL,
}


def first_form() -> FormDefinition:
    """The form of a training that has none of its own."""
    return FormDefinition(
        {
            key: BuiltInField(Modes(_FIRST_MODES.get(key, Mode.OFF)), sensitive=_PURPOSES.get(key))
            for key in FieldKey
        }
    )


def parts_of(definition: FormDefinition, key: str) -> tuple[Part, ...]:
    """The boxes of a field or question."""
    if key in set(FieldKey):
        return PARTS[FieldKey(key)]
    found = definition.get(key)
    return (part_of(found),) if isinstance(found, Question) else ()


def part_of(question: Question) -> Part:
    """The one box of a question of the organiser's own."""
    offered = tuple(one.key for one in question.options if not one.gone)
    values = (YES, NO) if question.kind is AnswerKind.YES_NO else offered
    limit = 2000 if question.kind is AnswerKind.LONG_TEXT else 200
    return Part(question.key, question.kind, values, limit=limit)
