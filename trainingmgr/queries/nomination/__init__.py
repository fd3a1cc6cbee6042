"""Reads about whom units name: their addresses, their pages, and how far all of them are."""

from trainingmgr.queries.nomination.access import (
    Entry,
    address_token,
    entry,
    link_in_force,
    still_open,
)
from trainingmgr.queries.nomination.asking import Askings, askings
from trainingmgr.queries.nomination.content import open_all, open_content, seal_content
from trainingmgr.queries.nomination.overview import (
    Overview,
    Twin,
    UnitRow,
    Waiting,
    overview,
    twins,
    units_unasked,
)
from trainingmgr.queries.nomination.page import (
    Draft,
    Notice,
    Scan,
    Sent,
    draft_of,
    drafts,
    nomination_of,
    notice_of,
    scan_of,
    scans,
    sent,
)

__all__ = [
    "Askings",
    "Draft",
    "Entry",
    "Notice",
    "Overview",
    "Scan",
    "Sent",
    "Twin",
    "UnitRow",
    "Waiting",
    "address_token",
    "askings",
    "draft_of",
    "drafts",
    "entry",
    "link_in_force",
    "nomination_of",
    "notice_of",
    "open_all",
    "open_content",
    "overview",
    "scan_of",
    "scans",
    "seal_content",
    "sent",
    "still_open",
    "twins",
    "units_unasked",
]
