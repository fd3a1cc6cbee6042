"""Refusals of the quota table in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "quota.category_unknown": _l("Choose one of the training's categories."),
    "quota.category_fixed": _l(
        "%(people)d people were named on this line, so its category stays. Add another line instead."
    ),
    "quota.unit_twice": _l("%(unit)s stands in the list twice. Leave it once, with all its places."),
    "quota.no_units": _l("Name at least one unit, one a line."),
    "quota.too_many_places": _l("%(unit)s cannot have so many places; %(limit)d are the most."),
    "quota.too_many_units": _l("A line may have %(limit)d units at most."),
    "quota.places_taken": _l(
        "%(unit)s would have %(places)d places but has named %(taken)d people. Withdraw or decline some of them first."
    ),
    "quota.line_in_use": _l("%(people)d people were named on this line, so it stays."),
    "quota.file_faulty": _l("Nothing was written. Rows to correct in the file first: %(rows)d."),
    "quota.moved": _l(
        "Nothing was imported: the table was changed since the preview. Look at the new preview and confirm again."
    ),
    "quota_file_no_header": _l(
        "No heading was found. The table needs the columns unit (单位) and places (名额); category (类别), post (职务要求) and "
        "closing date (截止日期) may stand beside them."
    ),
    "quota_file_no_rows": _l("The file has a heading but no rows below it."),
    "quota_row_no_unit": _l("The unit is missing. Write its name, or take the number of places away."),
    "quota_row_no_name": _l("“%(value)s” is no name of a unit. Look whether the columns have slipped."),
    "quota_row_bad_places": _l("“%(value)s” is no number of places. Write it in figures, such as 2."),
    "quota_row_bad_day": _l("“%(value)s” is no day. Write it as 2026-04-20 or 2026年4月20日."),
    "quota_row_bad_over": _l("“%(value)s” is unknown. Write 候补 (waitlisted) or 不收 (refused)."),
    "quota_row_category_unknown": _l(
        "The training has no category “%(value)s”. Use one of: %(known)s. Or add it in the settings first."
    ),
    "quota_row_differs": _l(
        "Rows of the category “%(category)s” that are one line differ in their closing date or in what lies beyond the places. Make them agree, or give them different posts."
    ),
}
