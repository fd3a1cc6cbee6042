"""Refusals in words: each module here maps refusal codes of one feature to lazy sentences.

A sentence uses the refusal's values as `%(name)s`, names the field and says what to do about it.
"""

import importlib
import pkgutil
from collections import defaultdict

from flask_babel import LazyString, gettext

from trainingmgr.domain.refusal import Refusal

_MESSAGES: dict[str, LazyString] = {}


def messages() -> dict[str, LazyString]:
    """Every refusal code with its sentence."""
    if not _MESSAGES:
        for info in pkgutil.iter_modules(__path__):
            _MESSAGES.update(importlib.import_module(f"{__name__}.{info.name}").MESSAGES)
    return _MESSAGES


def sentence(refusal: Refusal) -> str:
    """The refusal in the language of the screen."""
    return say(refusal.code, refusal.values)


def say(code: str, values: dict[str, object]) -> str:
    """The sentence of a refusal code with its values filled in."""
    message = messages().get(code)
    if message is None:
        return str(gettext("This was refused (%(code)s).", code=code))
    # A reason that was kept years ago may lack a value that its sentence has had since.
    return str(message) % defaultdict(str, values) if values else str(message)
