"""Addresses for units, and what a unit does under its own."""

from trainingmgr.services.nomination.contacts import Kept, keep_mail_addresses
from trainingmgr.services.nomination.correcting import correct
from trainingmgr.services.nomination.drafts import discard, save
from trainingmgr.services.nomination.leaving import replace, withdraw
from trainingmgr.services.nomination.links import Mailed, make_links, renew, revoke, send_links
from trainingmgr.services.nomination.notice import drop_file, set_notice
from trainingmgr.services.nomination.receipts import attach, kept_bytes, remove_scan
from trainingmgr.services.nomination.sending import Outcome, send
from trainingmgr.services.nomination.uploading import Taken, take_file
from trainingmgr.services.nomination.visiting import note_visit

__all__ = [
    "Kept",
    "Mailed",
    "Outcome",
    "Taken",
    "attach",
    "correct",
    "discard",
    "drop_file",
    "keep_mail_addresses",
    "kept_bytes",
    "make_links",
    "note_visit",
    "remove_scan",
    "renew",
    "replace",
    "revoke",
    "save",
    "send",
    "send_links",
    "set_notice",
    "take_file",
    "withdraw",
]
