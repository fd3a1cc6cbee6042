"""A timetable out of a calendar's events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.timetable_file.rows import (
    PLACE_LIMIT,
    TITLE_LIMIT,
    FileSlot,
    TimetableFile,
    guess_kind,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the calendar says it; a day instead of an instant is an event of whole days."""

    number: int
    uid: str
    summary: str
    starts: datetime | date | None
    ends: datetime | date | None
    place: str = ""
    note: str = ""
    repeats: bool = False
    cancelled: bool = False


def read_events(events: Iterable[Event], zone: str) -> TimetableFile:
    """The events as sessions by the clock of `zone`; a time without a zone is by that clock already.

    Cancelled events are passed over. Raises Refusal `timetable_no_events`; every other fault is in
    `problems` under the number of its event.
    """
    file, there = TimetableFile(), ZoneInfo(zone)
    for event in events:
        if event.cancelled:
            continue
        try:
            file.slots.append(_slot(event, there))
        except Refusal as refusal:
            file.problems.append(Refusal(refusal.code, row=event.number, **refusal.values))
    if not file.slots and not file.problems:
        raise Refusal("timetable_no_events")
    return file


def _slot(event: Event, zone: ZoneInfo) -> FileSlot:
    title = " ".join(event.summary.split())
    if not title:
        raise Refusal("timetable_event_nameless")
    if event.repeats:
        raise Refusal("timetable_event_repeats", title=title[:40])
    if len(title) > TITLE_LIMIT or len(event.place) > PLACE_LIMIT:
        name, limit = ("title", TITLE_LIMIT) if len(title) > TITLE_LIMIT else ("place", PLACE_LIMIT)
        raise Refusal("timetable_too_long", field=name, limit=limit, length=max(len(title), len(event.place)))
    starts, ends = _local(event.starts, zone, title), _local(event.ends, zone, title)
    if ends.date() != starts.date():
        raise Refusal("timetable_event_past_midnight", title=title[:40])
    if ends <= starts:
        raise Refusal("timetable_ends_before_start", start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")
    return FileSlot(
        event.number,
        starts.date(),
        starts.time(),
        ends.time(),
        title,
        guess_kind(title),
        place=event.place.strip(),
        note=event.note.strip()[:1000],
        uid=event.uid,
    )


def _local(moment: datetime | date | None, zone: ZoneInfo, title: str) -> datetime:
    if moment is None:
        raise Refusal("timetable_time_missing", title=title[:40])
    if not isinstance(moment, datetime):
        raise Refusal("timetable_event_whole_day", title=title[:40])
    try:
        local = moment.astimezone(zone) if moment.tzinfo else moment
    except OverflowError:
        raise Refusal("timetable_time_missing", title=title[:40]) from None
    return local.replace(tzinfo=None, second=0, microsecond=0)
