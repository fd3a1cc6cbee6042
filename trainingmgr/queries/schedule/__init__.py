"""Reads of the timetable, and of the lecturers, sites and rooms that it draws on."""

from trainingmgr.queries.schedule.directory import (
    LecturerRow,
    SiteRow,
    VenueRow,
    lecturer_choices,
    lecturers,
    site_choices,
    sites,
    venues,
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
    "VenueRow",
    "hosts",
    "lecturer_choices",
    "lecturer_words",
    "lecturers",
    "read",
    "site_choices",
    "sites",
    "timetable",
    "timetable_of",
    "venues",
]
