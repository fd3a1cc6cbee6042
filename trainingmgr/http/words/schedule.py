"""Refusals of the timetable, and the names of its half-days."""

from flask_babel import lazy_gettext as _l

from trainingmgr.domain.timetable import HalfDay

HALF_DAYS = {
    HalfDay.MORNING: _l("Morning"),
    HalfDay.NOON: _l("Noon"),
    HalfDay.AFTERNOON: _l("Afternoon"),
    HalfDay.EVENING: _l("Evening"),
}

MESSAGES = {
    "session_ends_before_start": _l(
        "The end (%(end)s) must be later than the start (%(start)s) on the same day."
    ),
    "session_outside_days": _l(
        "%(day)s is not a day of this training: choose one from %(first)s to %(last)s, "
        "or change the training's dates first."
    ),
    "session_time_skipped": _l(
        "The clock never shows %(time)s on %(day)s in the training's time zone, since summer time begins: "
        "choose another time."
    ),
    "session_day_out_of_reach": _l("%(day)s is too far away for a calendar: choose a day of these years."),
    "session_without_length": _l(
        "Give the session a day and a start, or say how long it is to be: from %(shortest)d to %(longest)d minutes."
    ),
    "session_past_midnight": _l("It would run past midnight: choose an earlier start."),
    "session_has_attendance": _l(
        "Attendance was taken at this session (%(count)d marks), so it keeps its time and cannot be deleted. "
        "Clear its attendance sheet first, or change the session instead."
    ),
    "split_outside": _l("Choose a time within the session, after it begins and before it ends."),
    "swap_with_itself": _l("Choose another session to swap with."),
    "act_overtaken": _l(
        "“%(title)s” was changed since, so this cannot be taken back. Change it by hand where it must be."
    ),
    "timetable_empty": _l("There is no session to publish yet. Add one first."),
    "timetable_published_already": _l(
        "Version %(number)d says just this already. There is nothing to publish."
    ),
    "timetable_seen_otherwise": _l(
        "The timetable was changed since you looked. Look at the new list of changes, then publish."
    ),
    "timetable_not_last": _l("Version %(number)d holds by now: tell people of that one."),
    "timetable_told_already": _l("Those concerned were written to already. What they got is in the outbox."),
    "lecturer_nameless": _l("Type the person's name, or choose that the contributor is a unit."),
    "lecturer_unit_missing": _l("Type the name of the unit."),
    "window_days_backwards": _l("The last day is before the first: correct one of the two."),
    "window_too_many_days": _l("These are %(days)s days; note at most %(limit)s at once."),
    "windows_too_many": _l("%(limit)d stretches of time are the most for a lecturer. Remove some first."),
    "lecturer_exists": _l("This lecturer is on the list already: use that entry."),
    "lecturer_in_use": _l(
        "This lecturer contributes to %(count)d sessions and cannot be deleted. "
        "Take the lecturer out of them first."
    ),
    "coordinates_halved": _l("Latitude and longitude belong together: give both, or neither."),
    "coordinates_off_earth": _l("This lies between −%(most)s and %(most)s degrees, such as 30.6586."),
    "opening_halved": _l("Opening and closing belong together: give both times, or neither."),
    "opening_backwards": _l("The place closes later than it opens: correct one of the two times."),
    "venue_exists": _l("%(name)s is on the list of rooms already: use that entry."),
    "site_exists": _l("%(name)s is on the list of sites of this district already: use that entry."),
    "site_in_use": _l(
        "%(count)d sessions visit this site, so it cannot be deleted. Take it out of them first."
    ),
}
