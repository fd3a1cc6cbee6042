"""Boxes of a form as columns of a table that others fill in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trainingmgr.domain.person import text_key
from trainingmgr.domain.registration_form.answers import SEPARATOR
from trainingmgr.domain.registration_form.model import NO, YES, AnswerKind, Question

_APART = re.compile(r"[、,，;；/\n]+")
_YES_NO = {
    "是": YES,
    "有": YES,
    "yes": YES,
    "y": YES,
    "√": YES,
    "否": NO,
    "无": NO,
    "no": NO,
    "n": NO,
    "×": NO,
}


@dataclass(frozen=True, slots=True)
class FileBox:
    """A box as a column: the headings by which it is known, and the values by what they are called."""

    key: str
    kind: AnswerKind
    headings: tuple[str, ...]
    choices: Mapping[str, str]


def box_of(question: Question) -> FileBox:
    """The box of a question of the organiser's own, known by its wording in either language."""
    choices = {name: one.key for one in question.options if not one.gone for name in (one.en, one.zh) if name}
    headings = tuple(label for label in (question.label_en, question.label_zh) if label)
    return FileBox(question.key, question.kind, headings, choices)


def columns_of(boxes: Iterable[FileBox], headers: Mapping[int, str]) -> dict[int, FileBox]:
    """Which of the columns, by place and header, hold which box; the first of two the same."""
    known: dict[str, FileBox] = {}
    for box in boxes:
        for heading in box.headings:
            known.setdefault(text_key(heading), box)
    found: dict[int, FileBox] = {}
    for place, header in headers.items():
        box_there = known.get(text_key(header))
        if box_there is not None and box_there not in found.values():
            found[place] = box_there
    return found


def from_cell(box: FileBox, text: str) -> str:
    """What a cell says, as the form's own box would; what is no choice stays as it was typed, to be told of."""
    text = text.strip()
    if box.kind is AnswerKind.YES_NO:
        return _YES_NO.get(text.casefold(), text)
    if box.kind not in {AnswerKind.ONE, AnswerKind.SEVERAL}:
        return text
    keys = {text_key(name): key for name, key in box.choices.items()}
    whole = keys.get(text_key(text))
    if whole is not None or box.kind is AnswerKind.ONE:
        return whole or text
    parts = [part.strip() for part in _APART.split(text) if part.strip()]
    return SEPARATOR.join(keys.get(text_key(part), part) for part in parts)
