"""The timetable of a training, its sessions, lecturers, sites and rooms."""

from trainingmgr.web.schedule import (
    arranging,
    availability,
    editor,
    evaluations,
    importing,
    lecturers,
    mending,
    planning,
    proposal,
    route,
    sessions,
    sites,
    timetable,
    venues,
    versions,
)
from trainingmgr.web.schedule.blueprint import bp

__all__ = [
    "arranging",
    "availability",
    "bp",
    "editor",
    "evaluations",
    "importing",
    "lecturers",
    "mending",
    "planning",
    "proposal",
    "route",
    "sessions",
    "sites",
    "timetable",
    "venues",
    "versions",
]
