"""Reads of invitations: how they stand for the organiser, and what a lecturer's own page shows."""

from trainingmgr.queries.invitation.access import Guest, guest, invitation_token
from trainingmgr.queries.invitation.keeping import kept_of, put_back
from trainingmgr.queries.invitation.overview import (
    FileRow,
    LecturerRow,
    SessionRow,
    fees_of,
    file_keys,
    file_of,
    files_of,
    overview,
    raw_states,
    released,
    sessions_of,
    states_of,
)

__all__ = [
    "FileRow",
    "Guest",
    "LecturerRow",
    "SessionRow",
    "fees_of",
    "file_keys",
    "file_of",
    "files_of",
    "guest",
    "invitation_token",
    "kept_of",
    "overview",
    "put_back",
    "raw_states",
    "released",
    "sessions_of",
    "states_of",
]
