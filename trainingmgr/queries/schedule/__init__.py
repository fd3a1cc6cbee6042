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
    Stop,
    Timetable,
    hosts,
    lecturer_words,
    timetable,
)

__all__ = [
    "Band",
    "Contributor",
    "Day",
    "Entry",
    "LecturerRow",
    "SiteRow",
    "Stop",
    "Timetable",
    "hosts",
    "lecturer_choices",
    "lecturer_words",
    "lecturers",
    "site_choices",
    "sites",
    "timetable",
]
