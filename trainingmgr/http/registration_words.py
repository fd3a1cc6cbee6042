"""What a training's registration form asks and what was answered, in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.person import IdType, Sex, show_phone
from trainingmgr.domain.registration_form import (
    PARTS,
    SEPARATOR,
    YES,
    AnswerKind,
    Asked,
    Diet,
    FieldKey,
    FormDefinition,
    Lodging,
    Mode,
    Part,
    Question,
    TravelBy,
    every_part,
    parts_of,
)
from trainingmgr.http.labels import LABELS, label
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import day
from trainingmgr.models import Training
from trainingmgr.queries.registration_answer import Answers, ConsentLine, keep_until_of

_PART_LABELS: dict[str, LazyString] = {
    "id_type": _l("Kind of document"),
    "id_number": _l("ID number"),
    "arrival_day": _l("Day of arrival"),
    "arrival_time": _l("Time of arrival"),
    "arrival_by": _l("Arriving by"),
    "arrival_number": _l("Number of train or flight there"),
    "departure_day": _l("Day of departure"),
    "departure_time": _l("Time of departure"),
    "departure_by": _l("Leaving by"),
    "departure_number": _l("Number of train or flight back"),
    "diet": _l("Meals"),
    "diet_note": _l("What to heed with your meals"),
    "emergency_name": _l("Name of the emergency contact"),
    "emergency_phone": _l("Phone of the emergency contact"),
    "health": _l("What we should know of your health"),
}
_CHOICES = {"sex": Sex, "id_type": IdType, "arrival_by": TravelBy, "departure_by": TravelBy}
_CHOICES |= {"lodging": Lodging, "diet": Diet}


def field_label(definition: FormDefinition, key: str) -> str:
    """What a field or question is called."""
    one = definition.get(key)
    return pick(one.label_zh, one.label_en) if isinstance(one, Question) else label(FieldKey(key))


def part_label(definition: FormDefinition, key: str, part: Part) -> str:
    """What a box is called."""
    return str(_PART_LABELS[part.key]) if part.key in _PART_LABELS else field_label(definition, key)


def answer_label(part: str, question: str) -> str:
    """What a kept answer is to: a question of the organiser's own, else what a built-in box is called."""
    if question or part in _PART_LABELS:
        return question or str(_PART_LABELS[part])
    return label(FieldKey(part)) if part in set(FieldKey) else part


def answer_words(part: str, value: str) -> str:
    """A kept answer of a built-in box in words; one to a question of the organiser's own as it is."""
    if part in _CHOICES and value in set(_CHOICES[part]):
        return str(LABELS[_CHOICES[part], value])
    return show_phone(value) if part == "emergency_phone" else value


def value_words(definition: FormDefinition, key: str, part: Part, value: str) -> str:
    """An answer in words."""
    one = definition.get(key)
    if part.kind is AnswerKind.YES_NO:
        return str(_("Yes") if value == YES else _("No"))
    if part.kind is AnswerKind.DATE:
        return day(date.fromisoformat(value))
    if isinstance(one, Question) and one.options:
        names = {option.key: pick(option.zh, option.en) for option in one.options}
        return str(_(", ")).join(names.get(single, single) for single in value.split(SEPARATOR))
    return answer_words(part.key, value)


def condition_words(definition: FormDefinition, one: Asked) -> str:
    """On what a field depends, in words; empty where it depends on nothing."""
    if one.condition is None:
        return ""
    for key, part in every_part(definition):
        if part.key == one.condition.part:
            words = _("Only if “%(question)s” is “%(value)s”.")
            value = value_words(definition, key, part, one.condition.value)
            return str(words) % {"question": part_label(definition, key, part), "value": value}
    return ""


class ShownAnswer(NamedTuple):
    """A field that was answered, or consented to, in words. Of `texts` those that are sealed are None."""

    key: str
    title: str
    texts: list[str | None]
    keep_until: date | None
    consent: ConsentLine | None


def shown_answers(
    definition: FormDefinition,
    answers: Answers,
    consents: Sequence[ConsentLine],
    opened: Mapping[str, str] | None = None,
) -> list[ShownAnswer]:
    """What somebody answered and consented to, in the order of the form; with `opened` all of it in clear."""
    standing = {one.key: one for one in consents if one.withdrawn_at is None}
    found = []
    for key, _one in definition.asked():
        kept = [
            (part, answers.kept[part.key]) for part in parts_of(definition, key) if part.key in answers.kept
        ]
        texts = [
            None if value is None else value_words(definition, key, part, value)
            for part, one in kept
            for value in [opened.get(one.key, one.value) if opened else one.value]
        ]
        keep_until = max((one.keep_until for _part, one in kept if one.keep_until), default=None)
        if texts or key in standing:
            title = field_label(definition, key)
            found.append(ShownAnswer(key, title, texts, keep_until, standing.get(key)))
    return found


def consent_words(training: Training, definition: FormDefinition, *, by_unit: bool = False) -> dict[str, str]:
    """The words in which whoever registers consents, for each sensitive field of the form.

    `by_unit` are those in which a unit says that the person whom it names does.
    """
    found = {}
    for key, one in definition.asked():
        if one.sensitive is not None:
            values = {
                "organisation": pick(training.organisation.name_zh, training.organisation.name_en),
                "field": field_label(definition, key),
                "purpose": pick(one.sensitive.purpose_zh, one.sensitive.purpose_en),
                "day": day(keep_until_of(training, definition, key), weekday=False),
            }
            found[key] = _of_unit(values) if by_unit else _of_person(values)
    return found


def _of_person(values: dict[str, str]) -> str:
    return str(
        _(
            "I consent to %(organisation)s processing this (%(field)s) for: %(purpose)s. It is kept until "
            "%(day)s and then deleted. I can take this consent back at any time.",
            **values,
        )
    )


def _of_unit(values: dict[str, str]) -> str:
    return str(
        _(
            "The person consents to %(organisation)s processing this (%(field)s) for: %(purpose)s. It is kept "
            "until %(day)s and then deleted. The person knows that this consent can be taken back at any time.",
            **values,
        )
    )


PERSONAL_FIELDS = frozenset(key.value for key, parts in PARTS.items() if parts[0].personal)
"""The fields that are kept with the person or the registration itself, not as answers."""


def asks_answers(definition: FormDefinition, category_id: int | None) -> bool:
    """Whether the form asks anything of this category beyond what stands on a roster."""
    return any(
        one.modes.of(category_id) is not Mode.OFF and key not in PERSONAL_FIELDS
        for key, one in definition.asked()
    )


def written_words(name: str, text: str) -> str:
    """What somebody wrote of themselves in a box that is kept with the person, in words."""
    if name == "phone":
        return show_phone(text)
    return label(Sex(text)) if name == "sex" and text in set(Sex) else text


def asks_anybody(definition: FormDefinition) -> bool:
    """Whether the form asks anything of anybody beyond what stands on a roster."""
    categories = {None, *(key for _key, one in definition.asked() for key in one.modes.categories)}
    return any(asks_answers(definition, category_id) for category_id in categories)
