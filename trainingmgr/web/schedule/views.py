"""The timetable of a training, its sessions, lecturers and sites."""

from trainingmgr.web.schedule import importing, lecturers, sessions, sites, timetable
from trainingmgr.web.schedule.blueprint import bp

__all__ = ["bp", "importing", "lecturers", "sessions", "sites", "timetable"]
