"""Somebody's own timetable as a subscribed calendar is told it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from trainingmgr.documents.calendar import Calendar, Event
from trainingmgr.domain.calendar_feed import Remembered, Shown
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.queries.own_timetable.parts import OwnEntry, Part, Riding
from trainingmgr.queries.schedule.calendar import event_lines, event_place, pick, stop_line

REFRESH = timedelta(hours=1)
"""How often a calendar is asked to look again."""


def shown_of(parts: Iterable[Part]) -> list[Shown]:
    """The sessions of these parts, in both languages."""
    return [_shown(one, part) for part in parts for one in part.entries]


def calendar_of(
    title: str,
    language: str,
    zone: str,
    says: Mapping[str, Remembered],
    shown: Iterable[Shown],
    kinds: Mapping[SessionKind, str],
    stamp: datetime,
) -> Calendar:
    """The calendar in `zh` or `en`: what `says` has, with the words of `shown` and, for the rest, that it is off."""
    words = {one.uid: one for one in shown}
    order = sorted(says.values(), key=lambda one: (one.starts_at, one.uid))
    events = [_event(one, words.get(one.uid), language, kinds) for one in order]
    return Calendar(title, zone, language, stamp, events, REFRESH)


def _shown(one: OwnEntry, part: Part) -> Shown:
    entry = one.entry
    return Shown(
        uid=entry.uid,
        sequence=entry.sequence,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=part.training.time_zone,
        kind=entry.kind.value,
        title_zh=entry.title_zh,
        title_en=entry.title_en,
        place_zh=event_place(entry, "zh"),
        place_en=event_place(entry, "en"),
        text_zh=_text(one, part, "zh"),
        text_en=_text(one, part, "en"),
    )


def _text(one: OwnEntry, part: Part, language: str) -> str:
    way = [
        f"{number}. {visit.arrives:%H:%M}–{visit.leaves:%H:%M} {stop_line(visit.stop, language)}"
        for number, visit in enumerate(one.visits, 1)
    ]
    buses = [_ride(bus, language) for bus in one.buses]
    title = pick(language, part.training.title_zh, part.training.title_en)
    marks = []
    if one.entry.is_sample or one.entry.times_are_sample:
        marks.append("Sample" if language == "en" else "示例")
    return "\n".join([*event_lines(one.entry, language, with_stops=False), *buses, *way, title, *marks])


def _ride(bus: Riding, language: str) -> str:
    if language == "en":
        return f"Bus: {bus.name}" + (f" ({bus.plate})" if bus.plate else "")
    return f"乘车：{bus.name}" + (f"（{bus.plate}）" if bus.plate else "")


def _event(one: Remembered, words: Shown | None, language: str, kinds: Mapping[SessionKind, str]) -> Event:
    return Event(
        uid=one.uid,
        sequence=one.sequence,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=pick(language, one.title_zh, one.title_en),
        place=pick(language, words.place_zh, words.place_en) if words else "",
        description=pick(language, words.text_zh, words.text_en) if words else "",
        category=kinds[SessionKind(words.kind)] if words else "",
        zone=one.zone,
        changed_at=one.changed_at,
        cancelled=one.cancelled,
    )
