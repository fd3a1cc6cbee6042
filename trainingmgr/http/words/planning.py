"""Refusals about having a timetable laid, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "planning_frame_backwards": _l("This time is before the one above it: correct one of the two."),
    "planning_frame_empty": _l(
        "These times leave nothing of the days: let a day begin earlier or end later."
    ),
    "planning_nothing": _l(
        "There is nothing to lay: every session stays where it stands. Let some of them move, or add "
        "sessions without a time."
    ),
    "planning_too_many_sessions": _l(
        "This is for at most %(limit)d sessions: lay a part of the timetable by hand first."
    ),
    "planning_gave_up": _l(
        "This timetable could not be worked out. Let more sessions stay where they stand, and ask again."
    ),
    "planning_none": _l("There is no proposal to accept. Ask for one first."),
    "planning_stale": _l(
        "The timetable was changed since this was proposed, so nothing was taken over. Ask for a new proposal."
    ),
    "planning_no_lines": _l("Type at least one session: its title and its length, such as “Lecture; 90”."),
    "planning_too_many_lines": _l("These are too many at once: add at most %(limit)d, then the rest."),
    "planning_too_many_unplaced": _l(
        "At most %(limit)d sessions may wait for a time: lay or remove some of them first."
    ),
    "planning_line_title": _l("Line %(row)d: begin with what the session is called."),
    "planning_line_length": _l(
        "Line %(row)d, “%(title)s”: say how long it takes, from 5 minutes to 12 hours, such as 90 or 1.5 hours."
    ),
    "planning_line_too_long": _l("Line %(row)d: a part is longer than %(limit)d characters; shorten it."),
    "planning_line_parts": _l(
        "Line %(row)d, “%(title)s”: of these only one can be who contributes and one the place: %(parts)s. "
        "Put several contributors into one part, apart by 、; write kinds as the list of kinds does."
    ),
    "planning_wish_of_itself": _l("A session cannot come before itself: choose another one."),
    "planning_wish_day": _l("Choose a day of this training, from %(first)s to %(last)s."),
    "planning_too_many_wishes": _l("At most %(limit)d wishes are heeded: take some back first."),
}
