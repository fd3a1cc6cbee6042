"""Refusals of timetable files in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "timetable_no_header": _l(
        "No heading was found that names a title and a time. The table needs the columns date, time and content "
        "(日期, 时间, 内容), one row a session."
    ),
    "timetable_no_rows": _l("There is no session under the heading. Each needs a title and a time."),
    "timetable_no_events": _l("There is no event in the calendar file."),
    "file_not_a_calendar": _l("This is no readable calendar file. Export it again as iCalendar (.ics)."),
    "timetable_file_too_large": _l(
        "The file holds %(sessions)s sessions; %(limit)s at a time are read. Split it by days."
    ),
    "timetable_moved": _l("The timetable was changed since you looked. Look again, then import."),
    "timetable_day_unknown": _l("Row %(row)s, date: “%(day)s” is no day. Write it as 2026-05-11 or 5月11日."),
    "timetable_day_missing": _l("Row %(row)s, date: “%(title)s” has no day, and no row above it names one."),
    "timetable_time_unknown": _l("Row %(row)s, time: “%(time)s” is no time of day. Write it as 09:00-10:30."),
    "timetable_time_missing": _l("Row %(row)s, time: “%(title)s” has no time. Write it as 09:00-10:30."),
    "timetable_end_missing": _l(
        "Row %(row)s, time: “%(title)s” has no end, and nothing follows on that day. Write it as 09:00-10:30."
    ),
    "timetable_ends_before_start": _l(
        "Row %(row)s, time: it ends at %(end)s, not after its beginning at %(start)s. Correct one of them."
    ),
    "timetable_title_missing": _l(
        "Row %(row)s, content: say what takes place at that time, or empty the row."
    ),
    "timetable_kind_unknown": _l(
        "Row %(row)s, kind: “%(kind)s” is no kind of session. Leave it empty, or write one of the form's words."
    ),
    "timetable_hours_unknown": _l(
        "Row %(row)s, class hours: “%(hours)s” is no number of hours from 0 to 24 with two decimals at most."
    ),
    "timetable_too_long": _l(
        "Row %(row)s, %(field)s: %(length)s characters are too many; %(limit)s fit. Shorten it."
    ),
    "timetable_twice": _l(
        "Row %(row)s: “%(title)s” at the same time stands in row %(other)s already. Take one of them out."
    ),
    "timetable_event_nameless": _l(
        "Event %(row)s has no title. Give it one in your calendar and export again."
    ),
    "timetable_event_repeats": _l(
        "Event %(row)s, “%(title)s”, repeats. Make single events of it in your calendar and export again."
    ),
    "timetable_event_whole_day": _l(
        "Event %(row)s, “%(title)s”, takes whole days. Give it a beginning and an end, or take it out."
    ),
    "timetable_event_past_midnight": _l(
        "Event %(row)s, “%(title)s”, runs past midnight. End it on the day on which it begins."
    ),
}
