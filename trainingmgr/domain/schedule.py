"""What a timetable is made of."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import time
from enum import StrEnum

from trainingmgr.domain.chinese import natural_key


class SessionKind(StrEnum):
    OPENING = "opening"
    LECTURE = "lecture"
    EXCHANGE = "exchange"
    BRIEFING = "briefing"
    DISCUSSION = "discussion"
    SITE_VISIT = "site_visit"
    MEAL = "meal"
    BREAK = "break"
    TRANSFER = "transfer"
    CLOSING = "closing"


# Sessions whose hours never count towards a certificate.
NOT_COUNTED = frozenset({SessionKind.MEAL, SessionKind.BREAK, SessionKind.TRANSFER})
# Sessions in which nobody sits and listens.
MOVING = NOT_COUNTED | {SessionKind.SITE_VISIT}
# Sessions that somebody contributes to, as a rule.
TAUGHT = frozenset(SessionKind) - MOVING - {SessionKind.DISCUSSION}


class Meal(StrEnum):
    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


# What a meal is called by the time at which it begins, each from its own on.
MEALS_FROM = ((time(0), Meal.BREAKFAST), (time(10), Meal.LUNCH), (time(15), Meal.DINNER))


def keeps_place(kind: SessionKind, leads_on: bool) -> bool:
    """Whether people stay in the place of a session. A ride, and what leads on to sites, only sets out from it."""
    return not leads_on and kind is not SessionKind.TRANSFER


class ContributorType(StrEnum):
    """A named person, a unit as such, or somebody of a unit who is not named yet."""

    PERSON = "person"
    UNIT = "unit"
    UNNAMED = "unnamed"


class ContributorRole(StrEnum):
    SPEECH = "speech"
    LECTURE = "lecture"
    PRESENTATION = "presentation"


GROUP_LENGTH = 40
_APART = re.compile(r"[、,，;；/\n]+")


def concerns(groups: Collection[str], group: str) -> bool:
    """Whether a session for `groups` is for somebody of `group` (empty: of none); one for none is for all."""
    return not groups or group in groups


def read_groups(text: str) -> tuple[str, ...]:
    """The names of groups in a text, apart by 、 , ; or /, each once, in the order that people count in."""
    return sorted_groups(" ".join(part.split()) for part in _APART.split(text))


def sorted_groups(names: Iterable[str]) -> tuple[str, ...]:
    """Names of groups, each once and none empty, in the order that people count in: 第2组 before 第10组."""
    return tuple(sorted({name for name in names if name}, key=natural_key))


def renamed(before: Mapping[int, str], after: Mapping[int, str]) -> dict[str, str]:
    """The groups whose people have all gone, together, to a name that nobody bore: that is a new name.

    Both map people to their groups' names.
    """
    went: dict[str, set[str]] = {}
    for one, group in before.items():
        if group:
            went.setdefault(group, set()).add(after.get(one, ""))
    came: dict[str, set[str]] = {}
    for group, names in went.items():
        if len(names) == 1 and (name := next(iter(names))) and name not in went:
            came.setdefault(name, set()).add(group)
    still = set(after.values())
    return {
        next(iter(groups)): name for name, groups in came.items() if len(groups) == 1 and not groups & still
    }
