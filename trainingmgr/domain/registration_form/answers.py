"""What of a form is asked of somebody, and whether what they typed answers it."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from trainingmgr.domain.participant import CLEANERS, Facts
from trainingmgr.domain.person import IdDocument, IdType, Sex, clean_phone, clean_text, read_id_number
from trainingmgr.domain.person.text import INVISIBLE, refuse_control
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form.built_in import Part, parts_of
from trainingmgr.domain.registration_form.model import (
    NO,
    YES,
    AnswerKind,
    Asked,
    FieldKey,
    FormDefinition,
    Mode,
    Question,
)

SEPARATOR = ","
"""Between the keys of several choices in one answer."""

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_TIME = re.compile(r"([0-9]{1,2})[:时点]([0-9]{2})分?")
_YEARS = range(1900, 2101)
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Checked:
    """What was typed, put right: clean values by part, of what was asked and answered alone.

    `faults` are refusals by part, or by `consent_KEY` for a consent that is missing. `telling` are the
    sensitive fields whose answers need a consent.
    """

    values: dict[str, str]
    document: IdDocument | None
    faults: dict[str, Refusal]
    asked: frozenset[str]
    telling: frozenset[str]
    personal: frozenset[str] = field(default=frozenset())

    def facts(self) -> Facts:
        """What belongs to the person and the registration itself."""
        own = {
            name: value for name, value in self.values.items() if name in self.personal and name in CLEANERS
        }
        return Facts(**own, document=self.document)  # type: ignore[arg-type]  # each of these is text

    def answers(self) -> dict[str, str]:
        """The other values, by part."""
        return {name: value for name, value in self.values.items() if name not in self.personal}


def consent_field(key: str) -> str:
    """The name of the box beside a sensitive field in which one consents."""
    return f"consent_{key}"


def asked_fields(
    definition: FormDefinition, category_id: int | None, values: Mapping[str, str]
) -> dict[str, Asked]:
    """What is asked of somebody of this category who has answered `values` so far, in order.

    What depends on something that is not asked is not asked either.
    """
    known = dict(definition.asked())
    owners = {part.key: key for key in known for part in parts_of(definition, key)}
    answer: dict[str, bool] = {}

    def is_asked(key: str) -> bool:
        if key not in answer:
            answer[key] = False  # a form that runs in a circle asks none of it
            one = known[key]
            answer[key] = one.modes.of(category_id) is not Mode.OFF and holds(one)
        return answer[key]

    def holds(one: Asked) -> bool:
        if one.condition is None:
            return True
        owner = owners.get(one.condition.part)
        chosen = values.get(one.condition.part, "").split(SEPARATOR)
        return owner is not None and one.condition.value in chosen and is_asked(owner)

    return {key: one for key, one in known.items() if is_asked(key)}


def check(
    definition: FormDefinition,
    category_id: int | None,
    typed: Mapping[str, str],
    *,
    today: date,
    consents: Collection[str] | None = None,
    lenient: bool = False,
) -> Checked:
    """Judge what somebody typed, part by part; what is not asked is neither judged nor kept.

    `consents` are the fields consented to, None where consent is not a matter here. A `lenient` check lets
    required answers be missing. Faults are Refusal `registration_form.missing`, `.number`, `.date`, `.time`,
    `.choice`, `.consent_missing` (`.consent_needed` where the answer is), and those of `domain.participant.CLEANERS` and `read_id_number`.
    """
    asked = asked_fields(definition, category_id, typed)
    values: dict[str, str] = {}
    faults: dict[str, Refusal] = {}
    telling: set[str] = set()
    personal: set[str] = set()
    document = None
    for key, one in asked.items():
        parts = parts_of(definition, key)
        personal.update(part.key for part in parts if part.personal)
        required = one.modes.of(category_id) is Mode.REQUIRED and not lenient
        for part in parts:
            try:
                raw, needed = typed.get(part.key, ""), required and part.needed
                value = _clean(part, raw) if raw.strip() or not needed else ""
                if needed and not value:
                    raise Refusal("registration_form.missing")
            except Refusal as refusal:
                faults[part.key] = refusal
            else:
                values |= {part.key: value} if value else {}
        if key == FieldKey.DOCUMENT and "id_number" in values:
            document = _document(values, faults, today)
        if one.sensitive is not None and any(_tells(part, values) for part in parts):
            telling.add(key)
            if consents is not None and key not in consents:
                code = "consent_needed" if required else "consent_missing"
                faults[consent_field(key)] = Refusal(f"registration_form.{code}")
    return Checked(values, document, faults, frozenset(asked), frozenset(telling), frozenset(personal))


def _tells(part: Part, values: Mapping[str, str]) -> bool:
    return part.key != "id_type" and values.get(part.key, part.telling_nothing) != part.telling_nothing


def _document(values: dict[str, str], faults: dict[str, Refusal], today: date) -> IdDocument | None:
    kind = IdType(values["id_type"]) if "id_type" in values else None
    try:
        found = read_id_number(values["id_number"], kind, today=today)
    except Refusal as refusal:
        faults["id_number"] = refusal
        return None
    if found is not None:
        values |= {"id_type": found.type.value, "id_number": found.number}
    return found


def _clean(part: Part, raw: str) -> str:
    if part.personal and part.key in CLEANERS:
        value = CLEANERS[part.key](raw)
        return Sex(value).value if part.key == "sex" and value else value
    if part.key == "emergency_phone":
        return clean_phone(raw)
    if part.kind in _OF_KIND:
        text = unicodedata.normalize("NFKC", raw).strip()
        return _OF_KIND[part.kind](text) if text else ""
    if part.kind is AnswerKind.LONG_TEXT:
        return _long_text(raw, part.limit)
    if part.kind is AnswerKind.SHORT_TEXT:
        return clean_text(raw, part.limit)
    return _choice(part, raw)


def _choice(part: Part, raw: str) -> str:
    chosen = [one for one in raw.split(SEPARATOR) if one]
    if part.kind is not AnswerKind.SEVERAL and len(chosen) > 1:
        raise Refusal("registration_form.choice")
    if any(one not in part.values for one in chosen):
        raise Refusal("registration_form.choice")
    return SEPARATOR.join(one for one in part.values if one in chosen)


def _long_text(raw: str, limit: int) -> str:
    text = (
        INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).replace("\r\n", "\n").replace("\r", "\n").strip()
    )
    for line in text.split("\n"):
        refuse_control(line)
    if len(text) > limit:
        raise Refusal("too_long", limit=limit, length=len(text))
    return text


def _number(text: str) -> str:
    plain = text.replace(",", "").replace(" ", "").replace("−", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Refusal("registration_form.number", value=text[:40]) from None
    if not re.fullmatch(r"[-+]?[0-9]+(\.[0-9]{1,6})?", plain) or abs(number) >= _LARGEST:
        raise Refusal("registration_form.number", value=text[:40])
    return format(number.normalize() + 0, "f")


def _date(text: str) -> str:
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise Refusal("registration_form.date", value=text[:40])
    return day.isoformat()


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Refusal("registration_form.time", value=text[:40])
    return f"{int(found[1]):02d}:{found[2]}"


_OF_KIND = {AnswerKind.NUMBER: _number, AnswerKind.DATE: _date, AnswerKind.TIME: _time}


def in_words(question: Question, value: str) -> str:
    """An answer to a question of the organiser's own, its choices as they are worded in Chinese."""
    if question.kind is AnswerKind.YES_NO:
        return {YES: "是", NO: "否"}.get(value, value)
    names = {one.key: one.zh for one in question.options}
    return "、".join(names.get(one, one) for one in value.split(SEPARATOR)) if names else value


def every_part(definition: FormDefinition) -> Iterator[tuple[str, Part]]:
    """Every box of the form with the key of its field, asked or not."""
    for key, _one in definition.asked():
        for part in parts_of(definition, key):
            yield key, part
