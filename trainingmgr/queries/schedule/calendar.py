"""The timetable as the calendar document wants it."""

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from trainingmgr.documents.calendar import Calendar, Event, render
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import now
from trainingmgr.models import Training
from trainingmgr.queries.schedule.table import Entry, Stop, Timetable


def calendar_of(
    training: Training, table: Timetable, language: str, kinds: Mapping[SessionKind, str], stamp: datetime
) -> Calendar:
    """The whole timetable in `zh` or `en`, with `kinds` as the words for the kinds of sessions."""
    return Calendar(
        title=pick(language, training.title_zh, training.title_en),
        zone=table.zone,
        language=language,
        stamp=stamp,
        events=[
            Event(
                uid=entry.uid,
                sequence=entry.sequence,
                starts_at=entry.starts_at,
                ends_at=entry.ends_at,
                title=pick(language, entry.title_zh, entry.title_en),
                place=event_place(entry, language),
                description="\n".join(event_lines(entry, language)),
                category=kinds[entry.kind],
            )
            for entry in table.entries
        ],
    )


def class_file(training: Training, language: str, *, cancelled: bool = False) -> str:
    """The days of the class as the text of a calendar file, in `zh` or `en`; `cancelled` takes them out again."""
    zone, moment = ZoneInfo(training.time_zone), now()
    event = Event(
        uid=f"class-{training.id}",
        # Somebody may be told to come, not to come, and to come again: the later file is the one that holds.
        sequence=int(moment.timestamp()) // 60,
        starts_at=datetime.combine(training.start_date, time(), zone),
        ends_at=datetime.combine(training.end_date, time(), zone),
        title=pick(language, training.title_zh, training.title_en),
        place=pick(language, training.place_zh, training.place_en),
        all_day=True,
        cancelled=cancelled,
    )
    made = Calendar(event.title, training.time_zone, language, moment, [event], cancels=cancelled)
    return render(made).decode()


def pick(language: str, zh: str, en: str) -> str:
    """The text in `zh` or `en`; the other one where that is empty."""
    return (en or zh) if language == "en" else (zh or en)


def stop_line(stop: Stop, language: str) -> str:
    """A site with its district in one line of plain text."""
    name = pick(language, stop.name_zh, stop.name_en)
    district = pick(language, stop.district_zh, stop.district_en)
    if not district:
        return name
    return f"{name}, {district}" if language == "en" else f"{district}{name}"


def _for(groups: tuple[str, ...], language: str) -> str:
    return f"For {', '.join(groups)}" if language == "en" else f"参加：{'、'.join(groups)}"


def event_place(entry: Entry, language: str) -> str:
    """Where a session is held in one line: its place, else the sites that it visits."""
    place = pick(language, entry.place_zh, entry.place_en)
    return place or (" → ".join(stop_line(stop, language) for stop in entry.stops))


def event_lines(entry: Entry, language: str, *, with_stops: bool = True) -> list[str]:
    """What a calendar says of a session below its title: what it is about, who contributes, where it goes."""
    lines = [_for(entry.groups, language)] if entry.groups else []
    lines += [text for text in (pick(language, entry.description_zh, entry.description_en),) if text]
    for part in entry.contributors:
        topic = pick(language, part.topic_zh, part.topic_en)
        words = part.en if language == "en" else part.zh
        lines.append(words.line(language) + (f": {topic}" if topic else ""))
    if not with_stops:
        return lines
    lines += [
        f"{number}. {stop_line(stop, language)}" + (f" ({stop.minutes} min)" if stop.minutes else "")
        for number, stop in enumerate(entry.stops, 1)
    ]
    return lines
