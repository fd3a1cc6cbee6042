"""Reading a timetable out of a table as offices write them, or out of a calendar."""

from trainingmgr.domain.timetable_file.events import Event, read_events
from trainingmgr.domain.timetable_file.rows import (
    FileLecturer,
    FileSlot,
    TimetableFile,
    guess_kind,
    has_header,
    kind_of_word,
    read_lecturers,
    read_timetable,
)

__all__ = [
    "Event",
    "FileLecturer",
    "FileSlot",
    "TimetableFile",
    "guess_kind",
    "has_header",
    "kind_of_word",
    "read_events",
    "read_lecturers",
    "read_timetable",
]
