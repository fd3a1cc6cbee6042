"""Timetables of one's own: who may open which, and what stands in them."""

from trainingmgr.queries.own_timetable.access import (
    Holder,
    LinkOwner,
    feed_holder,
    feed_token_of_link,
    feed_token_of_person,
    link_owner,
    page_token,
)
from trainingmgr.queries.own_timetable.addresses import (
    BusAddress,
    GroupRow,
    LecturerAddress,
    ParticipantAddress,
    buses_of,
    groups,
    lecturers_of,
    participants,
)
from trainingmgr.queries.own_timetable.events import calendar_of, shown_of
from trainingmgr.queries.own_timetable.parts import (
    OwnDay,
    OwnEntry,
    Part,
    Visit,
    part_of_group,
    parts_of_bus,
    parts_of_lecturer,
    parts_of_person,
    sites_of,
)

__all__ = [
    "BusAddress",
    "GroupRow",
    "Holder",
    "LecturerAddress",
    "LinkOwner",
    "OwnDay",
    "OwnEntry",
    "Part",
    "ParticipantAddress",
    "Visit",
    "buses_of",
    "calendar_of",
    "feed_holder",
    "feed_token_of_link",
    "feed_token_of_person",
    "groups",
    "lecturers_of",
    "link_owner",
    "page_token",
    "part_of_group",
    "participants",
    "parts_of_bus",
    "parts_of_lecturer",
    "parts_of_person",
    "shown_of",
    "sites_of",
]
