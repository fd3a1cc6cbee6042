"""A timetable as the rules of clashes see it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from trainingmgr.domain.clash import Plan, Slot
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.models import Training
from trainingmgr.queries.schedule.table import Entry, Timetable


def plan_of(table: Timetable, training: Training, language: str) -> Plan:
    """The plan of a training, with titles, places and names of lecturers in `language` (zh or en).

    A unit, or somebody of a unit, can be in two places at once; a named person cannot.
    """
    entries, zone = table.entries, ZoneInfo(training.time_zone)
    people = {
        part.lecturer_id: (part.en if language == "en" else part.zh).name
        for entry in entries
        for part in entry.contributors
        if part.type is ContributorType.PERSON
    }

    def pick(zh: str, en: str) -> str:
        return (en or zh) if language == "en" else (zh or en)

    def clock(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(tzinfo=None)

    def slot(entry: Entry) -> Slot:
        return Slot(
            id=entry.id,
            kind=entry.kind,
            title=pick(entry.title_zh, entry.title_en),
            starts=clock(entry.starts_at),
            ends=clock(entry.ends_at),
            class_hours=entry.class_hours,
            place=pick(entry.place_zh, entry.place_en),
            lecturers=tuple(part.lecturer_id for part in entry.contributors if part.lecturer_id in people),
        )

    return Plan(training.start_date, training.end_date, [slot(entry) for entry in entries], lecturers=people)
