"""Changing a form: each act gives a new one that makes sense as a whole, or refuses."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from trainingmgr.domain.person import clean_text
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration_form.answers import every_part
from trainingmgr.domain.registration_form.built_in import parts_of
from trainingmgr.domain.registration_form.model import (
    ASKED_OPTIONALLY,
    CHOICE_KINDS,
    QUESTION_KINDS,
    AnswerKind,
    Asked,
    BuiltInField,
    Condition,
    FieldKey,
    FormDefinition,
    Modes,
    Option,
    Question,
    Sensitive,
)

MOST_QUESTIONS = 60
MOST_OPTIONS = 60
LONGEST_KEPT = 3650
LABEL, HINT, PURPOSE, OPTION = 200, 400, 300, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionInput:
    """A question as the organiser writes it. `options` are lines of text, the English one behind a bar."""

    kind: AnswerKind
    label_zh: str
    label_en: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    options: tuple[str, ...] = ()
    modes: Modes = ASKED_OPTIONALLY
    condition: Condition | None = None
    sensitive: Sensitive | None = None


def with_modes(definition: FormDefinition, modes: Mapping[str, Modes]) -> FormDefinition:
    """The form with other modes of the fields and questions named; the name is asked of everybody."""
    for key, one in definition.asked():
        if key in modes and key != FieldKey.NAME:
            definition = definition.replaced(key, replace(one, modes=modes[key]))
    return definition


def change_field(
    definition: FormDefinition,
    key: FieldKey,
    *,
    modes: Modes,
    condition: Condition | None,
    sensitive: Sensitive | None,
) -> FormDefinition:
    """The form with a built-in field asked in another way. Raises what `add_question` raises of the same."""
    present = definition.fields.get(key, BuiltInField())
    changed = BuiltInField(
        present.modes if key is FieldKey.NAME else modes,
        None if key is FieldKey.NAME else condition,
        None if present.sensitive is None else _sensitive(sensitive or present.sensitive),
    )
    return _sensible(definition.replaced(key, changed), key)


def add_question(definition: FormDefinition, given: QuestionInput) -> FormDefinition:
    """The form with one more question behind the others.

    Raises Refusal `registration_form.too_many` (limit), `.label_missing`, `.options_few`, `.options_many`
    (limit), `.option_twice` (option), `.purpose_missing`, `.keep_days` (limit), `.condition_unknown`,
    `.condition_circle`, and what `clean_text` raises.
    """
    if len(definition.questions) >= MOST_QUESTIONS:
        raise Refusal("registration_form.too_many", limit=MOST_QUESTIONS)
    key = f"q{definition.next_key}"
    question = _question(key, given, ())
    wider = replace(definition, questions=(*definition.questions, question), next_key=definition.next_key + 1)
    return _sensible(wider, key)


def change_question(definition: FormDefinition, key: str, given: QuestionInput) -> FormDefinition:
    """The form with a question put otherwise; its kind stays. What was answered with an option stays named.

    Raises NotFound, Refusal `registration_form.option_needed` (option, label) where another question depends
    on an option that is gone, and what `add_question` raises.
    """
    present = question_of(definition, key)
    changed = _question(key, dataclasses.replace(given, kind=present.kind), present.options)
    for option in changed.options:
        if option.gone:
            for dependent in _dependents(definition, key, option.key):
                raise Refusal("registration_form.option_needed", option=option.zh, label=dependent)
    return _sensible(definition.replaced(key, changed), key)


def move_question(definition: FormDefinition, key: str, direction: Literal["up", "down"]) -> FormDefinition:
    """The form with a question one place further up or down; at the end it stays. Raises NotFound."""
    questions = list(definition.questions)
    place = questions.index(question_of(definition, key))
    other = place + (1 if direction == "down" else -1)
    if 0 <= other < len(questions):
        questions[place], questions[other] = questions[other], questions[place]
    return replace(definition, questions=tuple(questions))


def remove_question(definition: FormDefinition, key: str) -> FormDefinition:
    """The form without a question. Raises NotFound, Refusal `registration_form.question_needed` (label)."""
    gone = question_of(definition, key)
    for dependent in _dependents(definition, key):
        raise Refusal("registration_form.question_needed", label=dependent)
    return replace(definition, questions=tuple(one for one in definition.questions if one is not gone))


def question_of(definition: FormDefinition, key: str) -> Question:
    """The organiser's own question `key`. Raises NotFound."""
    found = definition.get(key)
    if not isinstance(found, Question):
        raise NotFound("not_found")
    return found


def for_categories(definition: FormDefinition, renamed: Mapping[int, int]) -> FormDefinition:
    """The form with other ids for its categories; what was said of those without one is dropped."""
    for key, one in definition.asked():
        categories = {renamed[old]: mode for old, mode in one.modes.categories.items() if old in renamed}
        definition = definition.replaced(key, replace(one, modes=Modes(one.modes.everybody, categories)))
    return definition


def _question(key: str, given: QuestionInput, before: tuple[Option, ...]) -> Question:
    if given.kind not in QUESTION_KINDS:
        raise NotFound("not_found")
    label = clean_text(given.label_zh, LABEL)
    if not label:
        raise Refusal("registration_form.label_missing")
    chooses = given.kind in {AnswerKind.ONE, AnswerKind.SEVERAL}
    return Question(
        key,
        given.kind,
        label,
        clean_text(given.label_en, LABEL),
        clean_text(given.hint_zh, HINT),
        clean_text(given.hint_en, HINT),
        _options(given.options, before) if chooses else (),
        given.modes,
        given.condition,
        None if given.sensitive is None else _sensitive(given.sensitive),
    )


def _options(lines: tuple[str, ...], before: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options that the lines name; one with the text of a known one is that one."""
    known = {one.zh: one for one in before}
    number = 1 + max((int(one.key[1:]) for one in before), default=0)
    found: dict[str, Option] = {}
    for line in lines:
        zh, _, en = line.replace("｜", "|").partition("|")
        zh, en = clean_text(zh, OPTION), clean_text(en, OPTION)
        if not zh:
            continue
        if zh in found:
            raise Refusal("registration_form.option_twice", option=zh)
        if zh in known:
            found[zh] = Option(known[zh].key, zh, en)
        else:
            found[zh] = Option(f"o{number}", zh, en)
            number += 1
    if len(found) < 2:
        raise Refusal("registration_form.options_few")
    if len(found) > MOST_OPTIONS:
        raise Refusal("registration_form.options_many", limit=MOST_OPTIONS)
    gone = (replace(one, gone=True) for one in before if one.zh not in found)
    return (*found.values(), *gone)


def _sensitive(given: Sensitive) -> Sensitive:
    purpose = clean_text(given.purpose_zh, PURPOSE)
    if not purpose:
        raise Refusal("registration_form.purpose_missing")
    if not 1 <= given.keep_days <= LONGEST_KEPT:
        raise Refusal("registration_form.keep_days", limit=LONGEST_KEPT)
    return Sensitive(purpose, clean_text(given.purpose_en, PURPOSE), given.keep_days)


def _dependents(definition: FormDefinition, key: str, value: str | None = None) -> Iterator[str]:
    """The questions, and the built-in fields, of what is asked depending on `key`, or on one choice of it."""
    parts = {part.key for part in parts_of(definition, key)}
    for name, one in definition.asked():
        if one.condition and one.condition.part in parts and value in {None, one.condition.value}:
            yield one.label_zh if isinstance(one, Question) else FieldKey(name)


def condition_choices(definition: FormDefinition, key: str = "") -> dict[str, tuple[str, ...]]:
    """What `key` may be made to depend on: the parts that are choices, with their values.

    A new question, without a key yet, may depend on all of them. Nothing depends on itself, or on what
    depends on it.
    """
    below = _below(definition, key)
    return {
        part.key: part.values
        for owner, part in every_part(definition)
        if part.kind in CHOICE_KINDS and owner not in below and part.key != "id_type"
    }


def _below(definition: FormDefinition, key: str) -> set[str]:
    """`key` and everything that is asked, over however many steps, depending on it."""
    owners = {part.key: owner for owner, part in every_part(definition)}
    found = {key}
    while more := {
        name
        for name, one in definition.asked()
        if name not in found and one.condition and owners.get(one.condition.part) in found
    }:
        found |= more
    return found


def _sensible(definition: FormDefinition, key: str) -> FormDefinition:
    changed: Asked | None = definition.get(key)
    condition = changed.condition if changed else None
    if condition is not None:
        every = {part.key: (owner, part) for owner, part in every_part(definition)}
        owner, part = every.get(condition.part, ("", None))
        if part is None or part.kind not in CHOICE_KINDS or condition.value not in part.values:
            raise Refusal("registration_form.condition_unknown")
        if owner in _below(definition, key):
            raise Refusal("registration_form.condition_circle")
    return definition
