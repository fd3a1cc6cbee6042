"""Days and times as people write them in timetables."""

import re
import unicodedata
from datetime import date, time

from trainingmgr.domain.refusal import Refusal

_DAY = re.compile(r"(?:(\d{4})\s*[-年/.]\s*)?(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*[日号]?")
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DAY = re.compile(r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\.?(?:\s+(\d{4}))?")
_TIME = re.compile(
    r"(上午|中午|下午|晚上|晚|am|pm)?\s*(\d{1,2})(?:[:.](\d{2})(?::\d{2})?|[点时](半|\d{1,2}分?)?)\s*(am|pm)?",
    re.I,
)
_LATE = {"下午", "晚上", "晚", "pm"}


def read_day(text: str, first: date, last: date) -> date | None:
    """The day that a cell means, None for none; a year that is not said is the one that lies in the training.

    Raises Refusal `timetable_day_unknown` (day).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    year, month, day = 0, 0, 0
    english = _ENGLISH_DAY.search(plain)
    if english and english[2].lower() in _ENGLISH_MONTHS:
        month, day = _ENGLISH_MONTHS.index(english[2].lower()) + 1, int(english[1])
        year = int(english[3] or 0)
    elif found := _DAY.search(plain):
        year, month, day = int(found[1] or 0), int(found[2]), int(found[3])
    try:
        if not month:
            raise ValueError(plain)
        if year:
            return date(year, month, day)
        near = date(first.year, month, day)
        return near if near >= first or last.year == first.year else date(last.year, month, day)
    except ValueError:
        raise Refusal("timetable_day_unknown", day=text.strip()[:40]) from None


def read_times(text: str) -> list[time]:
    """The times of day in a cell, in order: one, or a beginning and an end.

    下午, 晚上 and pm make small hours large, also for the end of a span that begins so. Raises Refusal
    `timetable_time_unknown` (time) where there is text and no time in it.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return []
    found: list[time] = []
    late = False
    for match in _TIME.finditer(plain):
        said = (match[1] or match[5] or "").lower()
        late = said in _LATE or (late and not said)
        hour, minute = int(match[2]), _minute(match)
        if late and hour < 12:
            hour += 12
        if hour > 23 or minute > 59:
            raise Refusal("timetable_time_unknown", time=text.strip()[:40])
        found.append(time(hour, minute))
    if not found:
        raise Refusal("timetable_time_unknown", time=text.strip()[:40])
    return found[:2]


def _minute(match: re.Match[str]) -> int:
    if match[3]:
        return int(match[3])
    if match[4] == "半":
        return 30
    return int(match[4].removesuffix("分")) if match[4] else 0
