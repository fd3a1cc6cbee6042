"""Use cases of the timetable: sessions, who contributes to them, the rooms and sites they are held at."""

from trainingmgr.services.schedule.availability import WindowDraft, add_windows, remove_window
from trainingmgr.services.schedule.importing import (
    SlotResult,
    TimetableDraft,
    TimetableResult,
    Verdict,
    confirm_timetable,
    discard_timetable,
    keep_timetable,
    open_timetable,
)
from trainingmgr.services.schedule.lecturers import LecturerDraft, delete_lecturer, save_lecturer
from trainingmgr.services.schedule.publishing import Told, publish, tell_of_version
from trainingmgr.services.schedule.restoring import restore_session
from trainingmgr.services.schedule.sessions import (
    ContributorDraft,
    SessionDraft,
    StopDraft,
    copy_session,
    delete_session,
    save_session,
)
from trainingmgr.services.schedule.sites import SiteDraft, delete_site, save_site
from trainingmgr.services.schedule.venues import VenueDraft, delete_venue, save_venue

__all__ = [
    "ContributorDraft",
    "LecturerDraft",
    "SessionDraft",
    "SiteDraft",
    "SlotResult",
    "StopDraft",
    "TimetableDraft",
    "TimetableResult",
    "Told",
    "VenueDraft",
    "Verdict",
    "WindowDraft",
    "add_windows",
    "confirm_timetable",
    "copy_session",
    "delete_lecturer",
    "delete_session",
    "delete_site",
    "delete_venue",
    "discard_timetable",
    "keep_timetable",
    "open_timetable",
    "publish",
    "remove_window",
    "restore_session",
    "save_lecturer",
    "save_session",
    "save_site",
    "save_venue",
    "tell_of_version",
]
