"""Reads of the timetable, and of the lecturers and sites that it draws on."""

from trainingmgr.queries.schedule.directory import (
    LecturerRow,
    SiteRow,
    lecturer_choices,
    lecturers,
    site_choices,
    sites,
)
from trainingmgr.queries.schedule.table import (
    Band,
    Contributor,
    Day,
    Entry,
    Raw,
    Stop,
    Timetable,
    hosts,
    lecturer_words,
    read,
    timetable,
    timetable_of,
)

__all__ = [
    "Band",
    "Contributor",
    "Day",
    "Entry",
    "LecturerRow",
    "Raw",
    "SiteRow",
    "Stop",
    "Timetable",
    "hosts",
    "lecturer_choices",
    "lecturer_words",
    "lecturers",
    "read",
    "site_choices",
    "sites",
    "timetable",
    "timetable_of",
]
