"""Timetables of one's own: the pages and feeds of lecturers and groups, and the organiser's page about them."""

from trainingmgr.web.own_timetable.views import bp

__all__ = ["bp"]
