"""What sessions are called by their kind alone, in Chinese and in English."""

import re

from flask_babel import force_locale

from trainingmgr.domain.planning.lines import UnplacedLine
from trainingmgr.domain.schedule import MEALS_FROM, Meal, SessionKind
from trainingmgr.domain.timetable_file import kind_of_word
from trainingmgr.http.labels import label

# Of these kinds a class has one or two, which are called by what they are.
_NAMED = (
    SessionKind.OPENING,
    SessionKind.EXCHANGE,
    SessionKind.DISCUSSION,
    SessionKind.SITE_VISIT,
    SessionKind.BREAK,
    SessionKind.CLOSING,
)
_CEREMONY = re.compile("(?:典礼|仪式|式)$")


def titles() -> dict[str, list[tuple[str, str, str]]]:
    """What sessions of a kind are called, by the time from which on they begin."""
    by_kind = {kind.value: [("00:00", *called(kind))] for kind in _NAMED}
    meals = [(f"{start:%H:%M}", *called(meal)) for start, meal in MEALS_FROM]
    return by_kind | {SessionKind.MEAL.value: meals}


def called(kind: SessionKind | Meal) -> tuple[str, str]:
    """What a session is called by its kind alone, or a meal, in Chinese and in English."""
    found = []
    for spoken in ("zh", "en"):
        with force_locale(spoken):
            found.append(str(label(kind)))
    return found[0], found[1]


def english_of(line: UnplacedLine) -> str:
    """The English title of a session whose Chinese one says its kind, or which meal it is, and no more; else empty."""
    for one in (line.kind,) if line.kind in _NAMED else tuple(Meal) if line.kind is SessionKind.MEAL else ():
        chinese, english = called(one)
        words = {kind_of_word(line.title), kind_of_word(_CEREMONY.sub("", line.title))}
        if line.title == chinese or (line.kind in words and one is line.kind):
            return english
    return ""
