"""Refusals about groups that visit several sites, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "rotation_no_sites": _l("Choose at least one site that the groups are to see."),
    "rotation_no_groups": _l(
        "Choose at least one group. People get groups on the roster, or under Arrangement."
    ),
    "rotation_group_too_large": _l(
        "%(group)s has %(people)d people and no bus has more than %(seats)d seats: choose a larger bus, or split the group."
    ),
    "rotation_seats_short": _l(
        "%(people)d people do not fit group by group into %(seats)d seats: choose another bus, or move people to other groups."
    ),
    "rotation_station_full": _l(
        "%(station)s holds %(holds)d people at once and %(people)d come together: take smaller buses, or more groups."
    ),
    "rotation_stations_full": _l(
        "The places hold %(holds)d people at once, and %(people)d are to come: choose further sites, or go in rotation."
    ),
    "rotation_slots_few": _l(
        "This takes %(needed)d times and you gave %(given)d: add times, or choose fewer sites."
    ),
    "rotation_slot_wrong": _l("Give each time a day, a start and an end, such as 09:00 and 12:00."),
    "rotation_slot_backwards": _l(
        "The time that begins at %(time)s ends before it begins: correct one of the two."
    ),
    "rotation_slots_overlap": _l(
        "The time that begins at %(time)s overlaps the one before it: correct one of the two."
    ),
    "rotation_slot_day": _l("%(day)s is not a day of this training: choose another one."),
    "rotation_slot_short": _l(
        "The way to %(station)s with its stays takes at least %(needed)d minutes; there are %(minutes)d: give more time, or "
        "choose fewer sites."
    ),
    "rotation_stale": _l(
        "Groups, buses, sites or visits were changed since this was proposed. Look at it once more."
    ),
}
