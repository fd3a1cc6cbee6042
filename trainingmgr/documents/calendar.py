"""A timetable as an iCalendar file (RFC 5545) that calendars keep up to date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.timetable_file import Event as FoundEvent

_PRODUCT = "-//trainingmgr//timetable//EN"
_UID_DOMAIN = "trainingmgr.invalid"


@dataclass(frozen=True, slots=True)
class Event:
    """One session, or with `all_day` whole days, both ends included.

    `uid` never changes; `sequence` grows with each change of time, place or title. `zone` is an IANA name,
    that of the calendar where it is empty. `changed_at` is the instant since which it is so, where that is
    known. One that is `cancelled` is told so that calendars strike it out.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    description: str = ""
    category: str = ""
    all_day: bool = False
    zone: str = ""
    changed_at: datetime | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a calendar file holds. `zone` is an IANA name; `stamp` is the instant of making it.

    `refresh` is how long whoever subscribed to it may wait until they ask again. One that `cancels` takes out of
    calendars what an earlier file put there.
    """

    title: str
    zone: str
    language: str
    stamp: datetime
    events: Sequence[Event]
    refresh: timedelta | None = None
    cancels: bool = False


def render(calendar: Calendar) -> bytes:
    """The bytes of the file: times in the training's zone, whose rules travel with it."""
    component = icalendar.Calendar()
    component.add("prodid", _PRODUCT)
    component.add("version", "2.0")
    component.add("calscale", "GREGORIAN")
    component.add("method", "CANCEL" if calendar.cancels else "PUBLISH")
    component.add("x-wr-calname", calendar.title)
    component.add("x-wr-timezone", calendar.zone)
    if calendar.refresh is not None:
        # RFC 7986, 5.7; the other name is what calendars knew before it.
        component.add("refresh-interval", calendar.refresh, parameters={"value": "DURATION"})
        component.add("x-published-ttl", f"PT{int(calendar.refresh.total_seconds())}S")
    for zone in dict.fromkeys(event.zone or calendar.zone for event in calendar.events):
        component.add_component(_zone(zone, calendar))
    for event in calendar.events:
        component.add_component(_event(event, calendar, ZoneInfo(event.zone or calendar.zone)))
    body: bytes = component.to_ical()
    return body


def _zone(zone: str, calendar: Calendar) -> icalendar.Timezone:
    first = min(event.starts_at for event in calendar.events).date()
    last = max(event.ends_at for event in calendar.events).date()
    return icalendar.Timezone.from_tzid(
        zone, first_date=first - timedelta(days=366), last_date=last + timedelta(days=366)
    )


def _event(event: Event, calendar: Calendar, zone: ZoneInfo) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", f"{event.uid}@{_UID_DOMAIN}")
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at or calendar.stamp)
    if event.changed_at is not None:
        component.add("last-modified", event.changed_at)
    if event.cancelled:
        component.add("status", "CANCELLED")
    start, end = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    component.add("dtstart", start.date() if event.all_day else start)
    # The end of whole days is the first one that is free again.
    component.add("dtend", end.date() + timedelta(days=1) if event.all_day else end)
    language = {"language": "en" if calendar.language == "en" else "zh-Hans"}
    for name, text in (
        ("summary", event.title),
        ("location", event.place),
        ("description", event.description),
    ):
        if text:
            component.add(name, text, parameters=language)
    if event.category:
        component.add("categories", [event.category])
    return component


def read(data: bytes) -> list[FoundEvent]:
    """The events of a calendar file, in its order. Raises Refusal `file_not_a_calendar`."""
    try:
        text = data.decode("utf-8-sig")
        component = icalendar.Calendar.from_ical(text)
    except (UnicodeDecodeError, ValueError, IndexError, KeyError) as error:
        raise Refusal("file_not_a_calendar") from error
    if component.name != "VCALENDAR":
        raise Refusal("file_not_a_calendar")
    return [_found(number, event) for number, event in enumerate(component.walk("VEVENT"), 1)]


def is_calendar(data: bytes) -> bool:
    """Whether the bytes begin as a calendar file does."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def _found(number: int, event: icalendar.Component) -> FoundEvent:
    def moment(name: str) -> datetime | date | None:
        value = getattr(event.get(name), "dt", None)
        return value if isinstance(value, date) else None

    starts, length = moment("dtstart"), getattr(event.get("duration"), "dt", None)
    ends = moment("dtend")
    if ends is None and starts is not None and isinstance(length, timedelta):
        ends = starts + length
    return FoundEvent(
        number=number,
        uid=str(event.get("uid", "")).removesuffix(f"@{_UID_DOMAIN}")[:200],
        summary=str(event.get("summary", "")),
        starts=starts,
        ends=ends,
        place=str(event.get("location", "")),
        note=str(event.get("description", "")),
        repeats="rrule" in event or "rdate" in event,
        cancelled=str(event.get("status", "")).upper() == "CANCELLED",
    )
