"""Use cases of the timetable: sessions, who contributes to them, the rooms and sites they are held at."""

from trainingmgr.services.schedule.accepting import (
    Accepted,
    accept_planning,
    discard_planning,
    undo_planning,
)
from trainingmgr.services.schedule.arranging import (
    Act,
    Spot,
    duplicate_session,
    move_session,
    remove_session,
    set_session_aside,
    split_session,
    swap_sessions,
    take_back,
)
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
from trainingmgr.services.schedule.laying import ContributorDraft, SessionDraft, StopDraft
from trainingmgr.services.schedule.lecturers import LecturerDraft, delete_lecturer, save_lecturer
from trainingmgr.services.schedule.placing import minutes_of
from trainingmgr.services.schedule.planning import (
    answer_in,
    can_optimise,
    frame_in,
    order_planning,
    problem_in,
    running,
    work,
)
from trainingmgr.services.schedule.publishing import Told, publish, tell_of_version
from trainingmgr.services.schedule.restoring import restore_session
from trainingmgr.services.schedule.rotation import Rotated, accept_rotation, digest, undo_rotation
from trainingmgr.services.schedule.sessions import copy_session, delete_session, save_session
from trainingmgr.services.schedule.sites import SiteDraft, delete_site, save_site
from trainingmgr.services.schedule.venues import VenueDraft, delete_venue, save_venue
from trainingmgr.services.schedule.wishing import (
    WishDraft,
    add_unplaced,
    add_wish,
    remove_wish,
)

__all__ = [
    "Accepted",
    "Act",
    "ContributorDraft",
    "LecturerDraft",
    "Rotated",
    "SessionDraft",
    "SiteDraft",
    "SlotResult",
    "Spot",
    "StopDraft",
    "TimetableDraft",
    "TimetableResult",
    "Told",
    "VenueDraft",
    "Verdict",
    "WindowDraft",
    "WishDraft",
    "accept_planning",
    "accept_rotation",
    "add_unplaced",
    "add_windows",
    "add_wish",
    "answer_in",
    "can_optimise",
    "confirm_timetable",
    "copy_session",
    "delete_lecturer",
    "delete_session",
    "delete_site",
    "delete_venue",
    "digest",
    "discard_planning",
    "discard_timetable",
    "duplicate_session",
    "frame_in",
    "keep_timetable",
    "minutes_of",
    "move_session",
    "open_timetable",
    "order_planning",
    "problem_in",
    "publish",
    "remove_session",
    "remove_window",
    "remove_wish",
    "restore_session",
    "running",
    "save_lecturer",
    "save_session",
    "save_site",
    "save_venue",
    "set_session_aside",
    "split_session",
    "swap_sessions",
    "take_back",
    "tell_of_version",
    "undo_planning",
    "undo_rotation",
    "work",
]
