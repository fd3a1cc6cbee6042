"""A training, what may be said of it, and the span of its life."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from trainingmgr.domain.certificate import CertificateLanguage, SerialPattern
from trainingmgr.domain.refusal import Refusal

CODE_PATTERN = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,22}[A-Z0-9])?")
LONGEST_DAYS = 366
# How many characters the columns hold; texts that are not named have no limit.
_LIMITS = {
    "title_zh": 120,
    "title_en": 240,
    "place_zh": 120,
    "place_en": 120,
    "source_zh": 120,
    "source_en": 120,
    "signature_zh": 200,
    "signature_en": 300,
}
_LIST_LIMITS = {
    "name_zh": 120,
    "name_en": 240,
    "post_zh": 120,
    "post_en": 200,
    "text_zh": 200,
    "text_en": 300,
}


class Phase(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    CLOSING = "closing"
    ARCHIVED = "archived"


class HostRole(StrEnum):
    HOST = "host"
    CO_HOST = "co_host"


class Outside(StrEnum):
    """What becomes of sessions that new days of a training would leave outside: nothing is changed, they stay where they are
    and clash, or the whole timetable goes along with the first day.
    """

    REFUSED = ""
    STAY = "stay"
    ALONG = "along"


@dataclass(frozen=True, slots=True)
class CategoryInput:
    """A kind of participant as the organiser writes it; `id` names the one that is changed."""

    name_zh: str
    name_en: str = ""
    post_zh: str = ""
    post_en: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class StudyTopicInput:
    text_zh: str
    text_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingInput:
    """All that an organiser may set about a training. Both days are included.

    `hosts` and `co_hosts` are names of units in order; a unit not known yet is made. None for a
    list leaves what stands as it is. `issue_date` None means the last day.
    """

    code: str
    title_zh: str
    start_date: date
    end_date: date
    title_en: str = ""
    title_en_translated: bool = False
    place_zh: str = ""
    place_en: str = ""
    time_zone: str = "Asia/Shanghai"
    capacity: int | None = None
    purpose_zh: str = ""
    purpose_en: str = ""
    theme_zh: str = ""
    theme_en: str = ""
    feedback_zh: str = ""
    feedback_en: str = ""
    source_zh: str = ""
    source_en: str = ""
    rule_numerator: int = 6
    rule_denominator: int = 7
    class_hour_minutes: int = 45
    serial_pattern: str = "{code}-{seq:04d}"
    certificate_language: str = "both"
    second_person: bool = False
    promotes_waiting: bool = False
    issue_date: date | None = None
    signature_zh: str = ""
    signature_en: str = ""
    hosts: tuple[str, ...] | None = None
    co_hosts: tuple[str, ...] | None = None
    categories: tuple[CategoryInput, ...] | None = None
    study_topics: tuple[StudyTopicInput, ...] | None = None


def clean_code(text: str) -> str:
    """Normalise a typed training code; an empty string means that it cannot be one.

    A code stands in addresses, file names and serials: capital letters, digits and inner hyphens,
    24 at most.
    """
    code = text.strip().upper()
    return code if CODE_PATTERN.fullmatch(code) else ""


def check(given: TrainingInput) -> None:
    """Refuse what no training can be.

    Raises Refusal `training.bad_code`, `.title_missing`, `.dates_reversed`, `.span_too_long`,
    `.unknown_zone`, `.bad_capacity`, `.bad_rule`, `.bad_class_hour`, `.bad_language`,
    `.issue_date_too_early`, `.host_twice`, `.category_without_name`, `.category_twice`,
    `.topic_empty`, `.too_long` (text, length, limit), or what `SerialPattern` says of the serial pattern.
    """
    if not clean_code(given.code):
        raise Refusal("training.bad_code", code=given.code)
    if not given.title_zh.strip():
        raise Refusal("training.title_missing")
    for name, limit in _LIMITS.items():
        _check_length(getattr(given, name), limit)
    _check_days(given)
    if given.capacity is not None and given.capacity < 1:
        raise Refusal("training.bad_capacity", capacity=given.capacity)
    if not 0 <= given.rule_numerator <= given.rule_denominator or given.rule_denominator < 1:
        raise Refusal("training.bad_rule", numerator=given.rule_numerator, denominator=given.rule_denominator)
    if not 1 <= given.class_hour_minutes <= 240:
        raise Refusal("training.bad_class_hour", minutes=given.class_hour_minutes)
    if given.certificate_language not in set(CertificateLanguage):
        raise Refusal("training.bad_language", language=given.certificate_language)
    SerialPattern(given.serial_pattern)
    _check_lists(given)


def _check_days(given: TrainingInput) -> None:
    if given.end_date < given.start_date:
        raise Refusal("training.dates_reversed", start=given.start_date, end=given.end_date)
    days = (given.end_date - given.start_date).days + 1
    if days > LONGEST_DAYS:
        raise Refusal("training.span_too_long", days=days, longest=LONGEST_DAYS)
    if given.time_zone not in available_timezones():
        raise Refusal("training.unknown_zone", zone=given.time_zone)
    if given.issue_date is not None and given.issue_date < given.start_date:
        raise Refusal("training.issue_date_too_early", date=given.issue_date, start=given.start_date)


def _check_lists(given: TrainingInput) -> None:
    if twice := _first_twice([one.strip() for one in (*(given.hosts or ()), *(given.co_hosts or ()))]):
        raise Refusal("training.host_twice", name=twice)
    for one in (*(given.categories or ()), *(given.study_topics or ())):
        for name, limit in _LIST_LIMITS.items():
            _check_length(getattr(one, name, ""), limit)
    names = [one.name_zh.strip() for one in given.categories or ()]
    if not all(names):
        raise Refusal("training.category_without_name", position=names.index("") + 1)
    if twice := _first_twice(names):
        raise Refusal("training.category_twice", name=twice)
    for position, topic in enumerate(given.study_topics or (), start=1):
        if not topic.text_zh.strip():
            raise Refusal("training.topic_empty", position=position)


def check_titles(title_zh: str, title_en: str) -> None:
    """Raise Refusal `training.too_long` for a title that no certificate could bear."""
    _check_length(title_zh, _LIMITS["title_zh"])
    _check_length(title_en, _LIMITS["title_en"])


def _check_length(text: str, limit: int) -> None:
    length = len(text.strip())
    if length > limit:
        raise Refusal("training.too_long", text=text.strip()[:12], length=length, limit=limit)


def _first_twice(names: list[str]) -> str:
    return next((name for at, name in enumerate(names) if name and name in names[:at]), "")


def phase(start: date, end: date, today: date, *, archived: bool, people: int) -> Phase:
    """Where a training stands today, in its own zone's calendar."""
    if archived:
        return Phase.ARCHIVED
    if today > end:
        return Phase.CLOSING
    if today >= start:
        return Phase.RUNNING
    return Phase.OPEN if people else Phase.PLANNED


def move_span(
    starts_at: datetime, ends_at: datetime, days: int, old_zone: str, new_zone: str
) -> tuple[datetime, datetime]:
    """The same times of day `days` later, in UTC, whatever the clocks did in between.

    Instants are aware. A time of day that the clocks skip becomes the one they jump to; a span that
    would vanish over such a jump keeps its length.
    """
    start, end = (_same_clock(moment, days, old_zone, new_zone) for moment in (starts_at, ends_at))
    return start, end if end > start else start + (ends_at - starts_at)


def _same_clock(moment: datetime, days: int, old_zone: str, new_zone: str) -> datetime:
    wall = moment.astimezone(ZoneInfo(old_zone)).replace(tzinfo=None, fold=0) + timedelta(days=days)
    return wall.replace(tzinfo=ZoneInfo(new_zone)).astimezone(UTC)


def pattern_hits(pattern: str, code: str, serial: str) -> int | None:
    """The running number with which `pattern` would give this very `serial`; None where it cannot."""
    found = _serial_shape(pattern, code).fullmatch(serial)
    return int(found["seq"]) if found else None


def fixed_start(pattern: str, code: str) -> str:
    """What every serial of this pattern begins with, whatever the year and the running number."""
    head = pattern.replace("{code}", code)
    return head.partition("{")[0]


def _serial_shape(pattern: str, code: str) -> re.Pattern[str]:
    shape = ""
    for piece in re.split(r"(\{[^}]*\})", pattern):
        if piece == "{code}":
            shape += re.escape(code)
        elif piece == "{year}":
            shape += r"[0-9]{4}"
        elif piece in {"{kind}", "{check}"}:
            shape += "[0-9A-Z]"
        elif piece.startswith("{seq"):
            width = int(piece[6:7]) if ":" in piece else 1
            shape += rf"(?P<seq>[0-9]{{{width},9}})"
        else:
            shape += re.escape(piece)
    return re.compile(shape)


class CopyPart(StrEnum):
    """What a copy of a training may take along beside its settings, hosts, categories and study topics.

    `LECTURERS`, `SITES` and `GROUPS` are those of sessions, and come along only with these.
    """

    SESSIONS = "sessions"
    LECTURERS = "lecturers"
    SITES = "sites"
    GROUPS = "groups"
    BUSES = "buses"
    MATERIALS = "materials"
    PLACES = "places"
    FORM = "form"


ALL_PARTS = frozenset(CopyPart)
