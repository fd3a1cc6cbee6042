"""The timetable of a training, its sessions, lecturers, sites and rooms."""

from trainingmgr.web.schedule import importing, lecturers, route, sessions, sites, timetable, venues
from trainingmgr.web.schedule.blueprint import bp

__all__ = ["bp", "importing", "lecturers", "route", "sessions", "sites", "timetable", "venues"]
