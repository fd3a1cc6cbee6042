"""Use cases of invitations: lecturers asked and reminded, their answers, files and fees, and their erasure."""

from trainingmgr.services.invitation.answering import answer, note_answer
from trainingmgr.services.invitation.asking import Asked, ask, mark_asked, remind
from trainingmgr.services.invitation.erasing import erase_lecturer
from trainingmgr.services.invitation.fees import reopen_fee, set_fee, sign_fee
from trainingmgr.services.invitation.files import file_bytes, release, remove, set_biography, upload

__all__ = [
    "Asked",
    "answer",
    "ask",
    "erase_lecturer",
    "file_bytes",
    "mark_asked",
    "note_answer",
    "release",
    "remind",
    "remove",
    "reopen_fee",
    "set_biography",
    "set_fee",
    "sign_fee",
    "upload",
]
