"""Questions of the organiser's own as columns of a table that others fill in."""

import re
from collections.abc import Mapping

from trainingmgr.domain.person import text_key
from trainingmgr.domain.registration_form.answers import SEPARATOR
from trainingmgr.domain.registration_form.model import NO, YES, AnswerKind, FormDefinition, Question

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


def columns_of(definition: FormDefinition, headers: Mapping[int, str]) -> dict[int, Question]:
    """Which of the columns, by place and header, hold the answers to which question; the first of two the same."""
    labels = {
        text_key(label): question
        for question in reversed(definition.questions)
        for label in (question.label_en, question.label_zh)
        if label
    }
    found: dict[int, Question] = {}
    for place, header in headers.items():
        question = labels.get(text_key(header))
        if question is not None and question not in found.values():
            found[place] = question
    return found


def from_cell(question: Question, text: str) -> str:
    """What a cell says, as the form's own box would; what is no choice stays as it was typed, to be told of."""
    text = text.strip()
    if question.kind is AnswerKind.YES_NO:
        return _YES_NO.get(text.casefold(), text)
    if question.kind not in {AnswerKind.ONE, AnswerKind.SEVERAL}:
        return text
    keys = {
        text_key(name): one.key
        for one in question.options
        if not one.gone
        for name in (one.en, one.zh)
        if name
    }
    whole = keys.get(text_key(text))
    if whole is not None or question.kind is AnswerKind.ONE:
        return whole or text
    parts = [part.strip() for part in _APART.split(text) if part.strip()]
    return SEPARATOR.join(keys.get(text_key(part), part) for part in parts)
