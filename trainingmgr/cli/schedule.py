"""The timetable in a terminal."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from trainingmgr.cli._common import echo_json, in_app, training_of
from trainingmgr.cli._table import padded, width
from trainingmgr.documents import calendar as calendar_document
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import db, now
from trainingmgr.http.labels import label
from trainingmgr.http.locale import language
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.rendering import days as days_words
from trainingmgr.http.rendering import number
from trainingmgr.models import Training
from trainingmgr.queries.schedule import Contributor, Entry, Stop, Timetable, hosts, timetable
from trainingmgr.queries.schedule.calendar import calendar_of, pick, stop_line

_TIMES = len("09:00-10:30")


@click.command("schedule")
@click.argument("code")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "ics"]), default="text", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--group", default="", help="Only what is for this group.")
@in_app
def schedule(code: str, form: str, as_json: bool, group: str) -> None:
    """Print the timetable of the training CODE."""
    training = training_of(code)
    table = timetable(db.session(), training, group)
    if as_json or form == "json":
        echo_json(_document(training, table))
    elif form == "ics":
        kinds = {kind: label(kind) for kind in SessionKind}
        calendar = calendar_of(training, table, language(), kinds, now())
        sys.stdout.buffer.write(calendar_document.render(calendar))
    else:
        for line in _lines(training, table):
            click.echo(line)


def _lines(training: Training, table: Timetable) -> Iterator[str]:
    tongue = language()
    yield pick(tongue, training.title_zh, training.title_en)
    facts = [
        ("、" if tongue == "zh" else ", ").join(
            pick(tongue, *host) for host in hosts(db.session(), training.id)
        ),
        days_words(training.start_date, training.end_date),
        pick(tongue, training.place_zh, training.place_en),
    ]
    yield " · ".join(fact for fact in facts if fact)
    kinds = {kind: label(kind) for kind in SessionKind}
    breadth = max((width(kinds[entry.kind]) for entry in table.entries), default=0)
    indent = " " * (2 + _TIMES + 2 + breadth + 2)
    for day in table.days:
        yield ""
        yield day_words(day.date)
        for entry in day.entries:
            head = f"  {entry.start}-{entry.end}  {padded(kinds[entry.kind], breadth)}  "
            yield head + pick(tongue, entry.title_zh, entry.title_en) + _aside(entry, tongue)
            for line in _details(entry, tongue):
                yield indent + line


def _aside(entry: Entry, tongue: str) -> str:
    parts = list(entry.groups)
    if entry.class_hours and entry.counts:
        parts.append(f"{number(entry.class_hours)} {'学时' if tongue == 'zh' else 'h'}")
    if place := pick(tongue, entry.place_zh, entry.place_en):
        parts.append(place)
    return f"  [{' · '.join(parts)}]" if parts else ""


def _details(entry: Entry, tongue: str) -> Iterator[str]:
    for part in entry.contributors:
        topic = pick(tongue, part.topic_zh, part.topic_en)
        yield (part.en if tongue == "en" else part.zh).line(tongue) + (f": {topic}" if topic else "")
    for place, stop in enumerate(entry.stops, 1):
        yield f"{place}. {stop_line(stop, tongue)}"


def _document(training: Training, table: Timetable) -> dict[str, Any]:
    return {
        "code": training.code,
        "title_zh": training.title_zh,
        "title_en": training.title_en,
        "start_date": training.start_date,
        "end_date": training.end_date,
        "time_zone": table.zone,
        "counted_hours": table.counted_hours,
        "days": [
            {"date": day.date, "sessions": [_session(entry) for entry in day.entries]} for day in table.days
        ],
    }


def _session(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "title_zh": entry.title_zh,
        "title_en": entry.title_en,
        "description_zh": entry.description_zh,
        "description_en": entry.description_en,
        "place_zh": entry.place_zh,
        "place_en": entry.place_en,
        "starts_at": entry.starts_at.isoformat(),
        "ends_at": entry.ends_at.isoformat(),
        "start": entry.start,
        "end": entry.end,
        "class_hours": entry.class_hours,
        "compulsory": entry.compulsory,
        "times_are_sample": entry.times_are_sample,
        "is_sample": entry.is_sample,
        "groups": list(entry.groups),
        "contributors": [_contributor(part) for part in entry.contributors],
        "stops": [_stop(stop) for stop in entry.stops],
    }


def _contributor(part: Contributor) -> dict[str, Any]:
    return {
        "type": part.type,
        "role": part.role,
        "zh": part.zh.line("zh"),
        "en": part.en.line("en"),
        "topic_zh": part.topic_zh,
        "topic_en": part.topic_en,
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "district_zh": stop.district_zh,
        "name_zh": stop.name_zh,
        "district_en": stop.district_en,
        "name_en": stop.name_en,
        "minutes": stop.minutes,
    }


commands = [schedule]
