"""Use cases of timetables of one's own: addresses made, sent, renewed and taken back; feeds kept in step."""

from trainingmgr.services.own_timetable.feeding import what_feed_says
from trainingmgr.services.own_timetable.links import (
    Mailed,
    make_links,
    open_pages,
    renew_bus,
    renew_group,
    renew_lecturer,
    revoke_bus,
    revoke_group,
    revoke_lecturer,
)
from trainingmgr.services.own_timetable.mailing import send_to_lecturers, send_to_participants

__all__ = [
    "Mailed",
    "make_links",
    "open_pages",
    "renew_bus",
    "renew_group",
    "renew_lecturer",
    "revoke_bus",
    "revoke_group",
    "revoke_lecturer",
    "send_to_lecturers",
    "send_to_participants",
    "what_feed_says",
]
