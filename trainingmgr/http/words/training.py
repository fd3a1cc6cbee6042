"""Refusals about trainings, and what to do next, in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.next_steps import Step

MESSAGES = {
    "training.bad_code": _l(
        "“%(code)s” cannot be a code. Use 1 to 24 capital letters, digits and inner hyphens, such as CD2019."
    ),
    "training.code_taken": _l("The code %(code)s belongs to another training. Choose another one."),
    "training.code_frozen": _l(
        "The code %(code)s stands on numbered certificates already and stays as it is."
    ),
    "training.title_missing": _l("The training needs a Chinese title."),
    "training.too_long": _l("“%(text)s…” has %(length)d characters; %(limit)d are the most."),
    "training.dates_reversed": _l("The last day (%(end)s) lies before the first (%(start)s)."),
    "training.span_too_long": _l(
        "From the first to the last day are %(days)d days; %(longest)d are the most. Look at the year."
    ),
    "training.unknown_zone": _l("There is no time zone “%(zone)s”. Choose one such as Asia/Shanghai."),
    "training.bad_capacity": _l("The capacity must be at least 1, or empty for no limit."),
    "training.bad_rule": _l(
        "%(numerator)s/%(denominator)s is no fraction from 0 to 1. Write one such as 6/7."
    ),
    "training.bad_class_hour": _l("A class hour lasts from 1 to 240 minutes, not %(minutes)d."),
    "training.bad_language": _l("Certificates are Chinese, English or both."),
    "training.issue_date_too_early": _l(
        "The issue date (%(date)s) lies before the first day of the class (%(start)s)."
    ),
    "training.host_twice": _l("%(name)s stands among the hosts twice."),
    "training.category_without_name": _l("Category %(position)d has no Chinese name."),
    "training.category_twice": _l("The category “%(name)s” is there twice."),
    "training.category_in_use": _l(
        "The category “%(name)s” has %(people)d people. Move them to another one first."
    ),
    "training.category_offered": _l(
        "Places are offered under the category “%(name)s”. Take them out of the table of places first."
    ),
    "training.topic_empty": _l("Study topic %(position)d is empty."),
    "training.sessions_outside_dates": _l(
        "%(sessions)d sessions would lie outside these days (from %(first)s to %(last)s). "
        "Say what is to become of them, and save again."
    ),
    "training.sessions_attended": _l(
        "Attendance was taken at %(sessions)d sessions, so the timetable stays on its days."
    ),
    "training.pattern_collides": _l(
        "With this pattern a new certificate could get the number %(serial)s, which is on paper already."
    ),
    "training.pattern_shared": _l(
        "The training %(code)s has the same pattern, so two certificates would bear one number. Put {code} in."
    ),
    "training.pattern_taken": _l(
        "Another training has the same pattern, so two certificates would bear one number. Put {code} in."
    ),
    "demo.code_taken": _l(
        "The code %(code)s belongs to a training that is no sample, so the demo cannot use it. Nothing was loaded."
    ),
    "demo.real_certificates": _l(
        "The demo training %(code)s bears certificates that are no samples (%(count)d). It stays, and so does "
        "everything else of the demo."
    ),
}

STEPS: dict[Step, LazyString] = {
    Step.TAKE_ATTENDANCE: _l("Take attendance: %(title)s"),
    Step.FILL_SHEETS: _l("Attendance sheets not taken yet: %(sheets)d"),
    Step.NAME_HOST: _l("Say who hosts the training"),
    Step.PLAN_SESSIONS: _l("Plan the timetable"),
    Step.ASK_UNITS: _l("Send units with places their addresses: %(units)d"),
    Step.REMIND_UNITS: _l("Remind units that have not answered: %(units)d"),
    Step.IMPORT_ROSTER: _l("Import the roster"),
    Step.SET_PUBLIC_ADDRESS: _l(
        "Ask whoever starts this program for a public address, or no certificate can be issued"
    ),
    Step.OVER_CAPACITY: _l("More people than places: %(people)d of %(capacity)d"),
    Step.SEE_MAIL_TROUBLE: _l("Mails that may not have arrived: %(mails)d"),
    Step.CONFIRM_NOMINATED: _l("Confirm those nominated: %(people)d"),
    Step.SIGN_IN_ARRIVALS: _l("Sign in arrivals: %(people)d to come"),
    Step.HAND_OUT: _l("Hand out %(title)s: %(people)d to go"),
    Step.ISSUE_CERTIFICATES: _l("Issue the certificates: %(people)d"),
    Step.FINISH_ISSUING: _l("Finish the certificates that were begun: %(people)d"),
    Step.PRINT_CERTIFICATES: _l("Print the certificates: %(people)d"),
    Step.GIVE_ROOMS: _l("Find rooms for those who have none: %(people)d"),
    Step.GIVE_BUSES: _l("Find places in the buses for those who have none: %(people)d"),
    Step.GIVE_TABLES: _l("Find places at the tables for those who have none: %(people)d"),
    Step.ADD_PHOTOS: _l("Add photographs, which the certificate prints: %(people)d people have none"),
    Step.SEE_WHO_HAS_NONE: _l("See why people have no certificate: %(people)d"),
    Step.ARCHIVE: _l("Archive the training"),
}
"""What to do next. Values are those of the step, with `title` in the language of the screen."""
