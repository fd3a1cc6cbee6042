"""How sessions stand in a timetable: half-days, lanes of parallel sessions, lengths, local times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import NOT_COUNTED, ContributorType, SessionKind

_HALF = Decimal("0.5")


class HalfDay(StrEnum):
    """A part of the day as offices divide it: 上午, 中午, 下午, 晚上."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def half_day(start: time) -> HalfDay:
    """The part of the day in which something that begins at `start` stands."""
    if start < time(12):
        return HalfDay.MORNING
    if start < time(13):
        return HalfDay.NOON
    return HalfDay.AFTERNOON if start < time(18) else HalfDay.EVENING


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span stands among those that run at the same time.

    `block` numbers the runs of spans that hang together by overlapping, from 0; within a block of
    `lanes` lanes the span has lane `lane`, from 0. A span that overlaps nothing has one lane.
    """

    block: int
    lane: int
    lanes: int


def lay_out(spans: Sequence[tuple[datetime, datetime]]) -> list[Place]:
    """Give each span a lane so that no two in one lane overlap, in as few lanes as can be.

    `spans` are (start, end) ordered by start; one that begins when another ends does not overlap it.
    """
    lane_of: list[tuple[int, int]] = []
    widths: list[int] = []
    free_at: list[datetime] = []
    group_end: datetime | None = None
    for start, end in spans:
        if group_end is None or start >= group_end:
            widths.append(0)
            free_at = []
            group_end = end
        group_end = max(group_end, end)
        lane = next((number for number, free in enumerate(free_at) if free <= start), len(free_at))
        if lane == len(free_at):
            free_at.append(end)
        else:
            free_at[lane] = end
        widths[-1] = max(widths[-1], len(free_at))
        lane_of.append((len(widths) - 1, lane))
    return [Place(group, lane, widths[group]) for group, lane in lane_of]


def suggested_hours(kind: SessionKind, minutes: int, class_hour_minutes: int) -> Decimal:
    """The class hours of a session by its length, to the nearest half; none for meals, breaks and transfers."""
    if kind in NOT_COUNTED:
        return Decimal(0)
    halves = (Decimal(minutes) * 2 / class_hour_minutes).quantize(Decimal(1), ROUND_HALF_UP)
    return halves * _HALF


MORNING, AFTERNOON = 9 * 60, 14 * 60
_NOON = 12 * 60


def hour_grid(starts: Iterable[int], length: int, first: int, last: int) -> list[int]:
    """The lines of a day's class hours, in minutes from midnight, from `first` to `last`.

    `starts` are the beginnings of lessons in the same minutes: the earliest of a half-day is a line, and from
    it there is one every `length` minutes. Half-days without a lesson begin at nine and at two.
    """
    known = list(starts)
    morning = min((one for one in known if one < _NOON), default=MORNING)
    afternoon = min((one for one in known if one >= _NOON), default=AFTERNOON)
    before = range(morning, first - 1, -length)
    lines = {*before, *range(morning, min(_NOON, last) + 1, length), *range(afternoon, last + 1, length)}
    return sorted(line for line in lines if first <= line <= last)


def instants(day: date, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    """The instants, in UTC, of a span of one day by the clock of `zone`.

    A time that the clock shows twice (summer time ends) is the earlier one. Raises Refusal
    `session_ends_before_start`, `session_time_skipped` for a time that the clock never shows, or
    `session_day_out_of_reach` for one that is in no year from 1 to 9999 in UTC.
    """
    if end <= start:
        raise Refusal("session_ends_before_start", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    return _instant(day, start, zone, "starts"), _instant(day, end, zone, "ends")


def _instant(day: date, clock: time, zone: str, field: str) -> datetime:
    local = datetime.combine(day, clock, ZoneInfo(zone))
    try:
        moment = local.astimezone(UTC)
    except OverflowError as error:
        raise Refusal("session_day_out_of_reach", day=day.isoformat(), field=field) from error
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusal("session_time_skipped", time=f"{clock:%H:%M}", day=day.isoformat(), field=field)
    return moment


def days_between(start: date, end: date) -> list[date]:
    """Every day from `start` to `end`, both included."""
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


@dataclass(frozen=True, slots=True)
class Words:
    """How a contributor is written: the line that names them, and whose they are."""

    name: str
    of: str = ""

    def line(self, language: str) -> str:
        """Both parts in one line of plain text, as `zh` or `en` writes it."""
        if not self.of:
            return self.name
        return f"{self.name}（{self.of}）" if language == "zh" else f"{self.name}, {self.of}"


UNNAMED_ZH, UNNAMED_EN = "有关负责同志", "Responsible official"


def words_zh(type_: ContributorType, name: str, unit: str, title: str) -> Words:
    """A contributor in Chinese: 陈越良 of 某司司长, 某市民政局, or 某局有关负责同志."""
    if type_ is ContributorType.PERSON:
        return Words(name, unit + title)
    if type_ is ContributorType.UNIT:
        return Words(unit, title)
    return Words(unit + (title or UNNAMED_ZH))


def words_en(type_: ContributorType, name: str, unit: str, title: str) -> Words:
    """A contributor in English: the person with title and unit, the unit, or somebody of the unit."""
    if type_ is ContributorType.PERSON:
        return Words(name, ", ".join(part for part in (title, unit) if part))
    if type_ is ContributorType.UNIT:
        return Words(unit, title)
    return Words(f"{title or UNNAMED_EN}, {unit}")
