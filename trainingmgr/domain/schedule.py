"""What a timetable is made of."""

from enum import StrEnum


class SessionKind(StrEnum):
    OPENING = "opening"
    LECTURE = "lecture"
    EXCHANGE = "exchange"
    BRIEFING = "briefing"
    DISCUSSION = "discussion"
    SITE_VISIT = "site_visit"
    MEAL = "meal"
    TRANSFER = "transfer"
    CLOSING = "closing"


# Sessions whose hours never count towards a certificate.
NOT_COUNTED = frozenset({SessionKind.MEAL, SessionKind.TRANSFER})


class ContributorType(StrEnum):
    """A named person, a unit as such, or somebody of a unit who is not named yet."""

    PERSON = "person"
    UNIT = "unit"
    UNNAMED = "unnamed"


class ContributorRole(StrEnum):
    SPEECH = "speech"
    LECTURE = "lecture"
    PRESENTATION = "presentation"
