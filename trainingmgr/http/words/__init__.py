"""Refusals in words: each module here maps refusal codes of one feature to lazy sentences.

A sentence uses the refusal's values as `%(name)s`, names the field and says what to do about it. Of `title_zh` and
`title_en` it has that of the screen's language as `%(title)s`.
"""

import importlib
import pkgutil
import re
from collections import defaultdict
from contextlib import suppress
from datetime import date
from enum import StrEnum

from flask_babel import LazyString, gettext

from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.labels import LABELS
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import day

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MESSAGES: dict[str, LazyString] = {}


def messages() -> dict[str, LazyString]:
    """Every refusal code with its sentence."""
    if not _MESSAGES:
        for info in pkgutil.iter_modules(__path__):
            _MESSAGES.update(importlib.import_module(f"{__name__}.{info.name}").MESSAGES)
    return _MESSAGES


def dated(refusal: Refusal) -> Refusal:
    """The refusal with its days as the screen writes them."""
    return Refusal(refusal.code, **{name: _in_words(value) for name, value in refusal.values.items()})


def _in_words(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        # What somebody typed may look like a day and be none.
        with suppress(ValueError):
            value = date.fromisoformat(value)
    return day(value, weekday=False) if isinstance(value, date) else value


def sentence(refusal: Refusal) -> str:
    """The refusal in the language of the screen."""
    return say(refusal.code, refusal.values)


def say(code: str, values: dict[str, object]) -> str:
    """The sentence of a refusal code with its values filled in."""
    message = messages().get(code)
    if message is None:
        return str(gettext("This was refused (%(code)s).", code=code))
    if "title_zh" in values:
        values = {"title": pick(str(values["title_zh"]), str(values["title_en"])), **values}
    # A reason that was kept years ago may lack a value that its sentence has had since.
    return (
        str(message) % defaultdict(str, {name: _said(value) for name, value in values.items()})
        if values
        else str(message)
    )


def _said(value: object) -> object:
    return LABELS.get((type(value), value.value), value) if isinstance(value, StrEnum) else value
