"""Refusals of taking attendance."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "not_on_class": _l(
        "%(name)s is not on the class (not confirmed, or withdrawn). Change the status in the roster first."
    ),
    "session_of_other_groups": _l(
        "The session is for other groups than that of %(name)s. Change the group in the roster, or the session's groups."
    ),
    "attendance_of_other_groups": _l(
        "Row %(row)d: %(session)s is for other groups than that of %(name)s. Take the mark out, or change the group in the roster."
    ),
    "arrival_not_expected": _l(
        "%(name)s is not expected (on the waiting list, declined or withdrawn). "
        "Change the status in the roster first."
    ),
    "arrival_completed": _l("%(name)s has completed the class, so the arrival stays."),
    "tick_unknown": _l("The page was out of date. Load it again and repeat what you did."),
    "attendance_file_no_header": _l(
        "No heading was found. The file needs a column with names (姓名) and either one column for each session, "
        "headed by its title, or the two columns session (日程) and mark (考勤)."
    ),
    "attendance_file_no_rows": _l("The file has a heading but no rows below it."),
    "attendance_file_too_large": _l("The file holds %(marks)d marks; at most %(limit)d are taken at once."),
    "attendance_file_faulty": _l("Nothing was written. To correct in the file first: %(count)d."),
    "attendance_moved": _l(
        "Nothing was imported: attendance was changed since the preview. Look at the new preview and confirm again."
    ),
    "attendance_column_unknown": _l(
        "Column “%(column)s” is neither a fact about a person nor a session of this training."
    ),
    "attendance_column_ambiguous": _l(
        "Column “%(column)s” may be any of %(count)d sessions. Put the day and time before the title, as in “%(example)s”."
    ),
    "attendance_column_twice": _l("Column “%(column)s” is a session that another column has already."),
    "attendance_session_unknown": _l("Row %(row)d: there is no session “%(session)s” in this training."),
    "attendance_session_ambiguous": _l(
        "Row %(row)d: “%(session)s” may be any of %(count)d sessions. Put the day and time before the title, as in “%(example)s”."
    ),
    "attendance_mark_unknown": _l(
        "Row %(row)d (%(name)s), %(session)s: “%(mark)s” is no mark. Write 出勤, 迟到, 请假 or 缺勤 (present, late, leave, absent)."
    ),
    "attendance_name_missing": _l("Row %(row)d: there are marks but no name."),
    "attendance_person_unknown": _l("Row %(row)d: %(name)s is not on the roster."),
    "attendance_person_ambiguous": _l(
        "Row %(row)d: %(count)d people on the roster are called %(name)s. Add a column with the unit, the phone or the ID number."
    ),
    "attendance_person_not_on_class": _l(
        "Row %(row)d: %(name)s is not on the class (not confirmed, or withdrawn)."
    ),
    "attendance_twice": _l("Rows %(first)d and %(row)d give %(name)s two different marks for %(session)s."),
    "attendance_id_of_other": _l("Row %(row)d: the ID number belongs to somebody else than %(name)s."),
    "attendance_id_rounded": _l(
        "Row %(row)d (%(name)s): the spreadsheet has rounded the ID number. Set the column to text and type it again."
    ),
}
