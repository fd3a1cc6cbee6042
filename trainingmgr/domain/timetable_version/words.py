"""What changed in a timetable, in words that stand in mails as on the screen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from trainingmgr.domain.chinese import book_title, exact_number
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.timetable_version.changes import Change, Field, Sort
from trainingmgr.domain.timetable_version.snapshot import SessionState

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class _Speech(NamedTuple):
    """The words of one language; each of a field takes what was and what is."""

    sorts: Mapping[Sort, str]
    fields: Mapping[Field, tuple[str, str, str]]
    other: Mapping[Field, str]
    compulsory: tuple[str, str]
    everybody: str
    comma: str
    semicolon: str
    colon: str
    full_stop: str


_ZH = _Speech(
    {Sort.ADDED: "新增", Sort.TAKEN_OUT: "取消", Sort.CHANGED: "调整"},
    {
        Field.TIME: ("时间由{before}改为{after}", "", ""),
        Field.PLACE: ("地点由“{before}”改为“{after}”", "地点定在“{after}”", "不再注明地点“{before}”"),
        Field.TITLE: ("名称由“{before}”改为“{after}”", "", ""),
        Field.KIND: ("类型由{before}改为{after}", "", ""),
        Field.GROUPS: ("参加人员由{before}改为{after}", "", ""),
        Field.CONTRIBUTORS: ("授课人由{before}改为{after}", "授课人为{after}", "不再注明授课人{before}"),
        Field.STOPS: ("教学点由{before}改为{after}", "教学点为{after}", "不再前往{before}"),
        Field.HOURS: ("学时由{before}改为{after}", "", ""),
    },
    {
        Field.PLACE: "地点的英文有改动",
        Field.TITLE: "名称的英文有改动",
        Field.CONTRIBUTORS: "授课题目或职务有改动",
        Field.STOPS: "停留时间有改动",
        Field.DESCRIPTION: "说明有改动",
    },
    ("改为必修", "不再是必修"),
    "全体学员",
    "、",
    "；",
    "：",
    "。",
)
_EN = _Speech(
    {Sort.ADDED: "Added", Sort.TAKEN_OUT: "Cancelled", Sort.CHANGED: "Changed"},
    {
        Field.TIME: ("moved from {before} to {after}", "", ""),
        Field.PLACE: ("place: {after} instead of {before}", "place: {after}", "no place named any more"),
        Field.TITLE: ("now called “{after}” instead of “{before}”", "", ""),
        Field.KIND: ("kind: {after} instead of {before}", "", ""),
        Field.GROUPS: ("for {after} instead of {before}", "", ""),
        Field.CONTRIBUTORS: ("by {after} instead of {before}", "by {after}", "nobody named any more"),
        Field.STOPS: ("stops: {after} instead of {before}", "stops: {after}", "no stops any more"),
        Field.HOURS: ("class hours: {after} instead of {before}", "", ""),
    },
    {
        Field.PLACE: "the Chinese name of the place was changed",
        Field.TITLE: "the Chinese title was changed",
        Field.CONTRIBUTORS: "a topic or a post was changed",
        Field.STOPS: "a stay was changed",
        Field.DESCRIPTION: "the description was changed",
    },
    ("now compulsory", "no longer compulsory"),
    "the whole class",
    ", ",
    "; ",
    ": ",
    ".",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words: what became of the session, when and what it is, and what is other than before."""

    sort: str
    when: str
    title: str
    points: tuple[str, ...]
    line: str


def told(change: Change, language: str, zone: str, kinds: Mapping[SessionKind, str]) -> Told:
    """A change in `zh` or `en`, by the clock of `zone`; `kinds` are the words for kinds in that language.

    What was added or taken out tells its place, its stops, who teaches and whom it is for as its points.
    """
    speech = _EN if language == "en" else _ZH
    writer = _Writer(speech, language, ZoneInfo(zone), kinds)
    one = change.known
    points = writer.points(change)
    when, title = writer.span(one), one.title(language)
    quoted = f"“{title}”" if language == "en" else book_title(title)
    line = f"{speech.sorts[change.sort]}{speech.colon}{when} {quoted}"
    if points:
        line += speech.colon + speech.semicolon.join(points)
    return Told(speech.sorts[change.sort], when, title, points, line + speech.full_stop)


class _Writer:
    def __init__(
        self, speech: _Speech, language: str, zone: ZoneInfo, kinds: Mapping[SessionKind, str]
    ) -> None:
        self._speech, self._language, self._zone, self._kinds = speech, language, zone, kinds
        self._values: dict[Field, Callable[[SessionState], str]] = {
            Field.PLACE: lambda one: one.place(language),
            Field.TITLE: lambda one: one.title(language),
            Field.KIND: lambda one: kinds[one.kind],
            Field.GROUPS: lambda one: speech.comma.join(one.groups) or speech.everybody,
            Field.CONTRIBUTORS: self._people,
            Field.STOPS: self._stops,
            Field.HOURS: lambda one: exact_number(one.class_hours),
        }

    def points(self, change: Change) -> tuple[str, ...]:
        """What is other than before, point by point."""
        if change.before is None or change.after is None:
            one = change.known
            named = [
                self._speech.fields[field][1].format(after=value)
                for field in (Field.STOPS, Field.CONTRIBUTORS)
                if (value := self._values[field](one))
            ]
            found = [one.place(self._language), *named, self._speech.comma.join(one.groups)]
            return tuple(text for text in found if text)
        return tuple(self._point(field, change.before, change.after) for field in change.fields)

    def _point(self, field: Field, before: SessionState, after: SessionState) -> str:
        if field is Field.COMPULSORY:
            return self._speech.compulsory[not after.compulsory]
        if field is Field.TIME:
            return self._moved(before, after)
        if field in self._values:
            was, now = self._values[field](before), self._values[field](after)
            if was != now:
                both, came, went = self._speech.fields[field]
                return (both if was and now else came if now else went).format(before=was, after=now)
        return self._speech.other[field]

    def _moved(self, before: SessionState, after: SessionState) -> str:
        same_day = self._day(before.starts_at) == self._day(after.starts_at)
        write = self._clock if same_day else self.span
        return self._speech.fields[Field.TIME][0].format(before=write(before), after=write(after))

    def span(self, one: SessionState) -> str:
        """The day and the times of a session."""
        return f"{self._day(one.starts_at)} {self._clock(one)}"

    def _day(self, moment: datetime) -> str:
        day = moment.astimezone(self._zone)
        if self._language == "en":
            return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"
        return f"{day.month}月{day.day}日（周{_WEEKDAYS_ZH[day.weekday()]}）"

    def _clock(self, one: SessionState) -> str:
        start, end = one.starts_at.astimezone(self._zone), one.ends_at.astimezone(self._zone)
        return f"{start:%H:%M}–{end:%H:%M}"

    def _people(self, one: SessionState) -> str:
        return self._speech.comma.join(part.words(self._language).name for part in one.contributors)

    def _stops(self, one: SessionState) -> str:
        english = self._language == "en"
        return self._speech.comma.join(
            (stop.name_en or stop.name_zh) if english else (stop.name_zh or stop.name_en)
            for stop in one.stops
        )
