"""The timetable of a training, its sessions, lecturers, sites and rooms."""

from trainingmgr.web.schedule import (
    availability,
    importing,
    lecturers,
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
    "availability",
    "bp",
    "importing",
    "lecturers",
    "planning",
    "proposal",
    "route",
    "sessions",
    "sites",
    "timetable",
    "venues",
    "versions",
]
