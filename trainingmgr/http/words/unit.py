"""Refusals about units in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "unit.alias_taken": _l("“%(alias)s” is how %(name)s is known. If both are one unit, merge them."),
    "unit.bad_division_code": _l("“%(value)s” is no code of a division. It has six digits, such as 510100."),
    "unit.circle": _l("%(parent)s stands under %(name)s itself. Choose another unit to stand under."),
    "unit.in_use": _l(
        "%(name)s stays, since %(count)d records name it. If it is the same as another unit, merge the two."
    ),
    "unit.merge_itself": _l("A unit cannot be merged with itself. Choose another one."),
    "unit.merge_lecturer": _l(
        "Both units stand on the list of lecturers in the same words, and %(name)s holds certificates as a "
        "lecturer, which never change. Give one of the two entries another post first."
    ),
    "unit.merge_twice": _l(
        "Both units have records of the same thing (%(count)d), which cannot become one by themselves. "
        "Delete those of one unit first."
    ),
    "unit.name_missing": _l("Give the unit a name."),
    "unit.name_taken": _l("This is how %(name)s is known. If both are one unit, merge them."),
    "unit.uscc_taken": _l("%(name)s has this unified social credit code. If both are one unit, merge them."),
    "unit.bad_office": _l(
        "“%(value)s” cannot stand behind the name of a division. Write what the offices are called, such as 民政厅."
    ),
    "unit.bad_uscc": _l(
        "“%(value)s” is no unified social credit code. It has 18 characters, of which the last is a check."
    ),
    "unit.bad_when": _l("“%(value)s” is no year, month or day. Write it as 2018, 2018-03 or 2018-03-17."),
    "unit.no_such_group": _l("Choose the province whose cities are meant."),
    "unit.parent_unknown": _l("There is no unit “%(name)s”. Choose one of those that exist."),
    "unit_file.bad_type": _l(
        "“%(value)s” is no type of unit. Use the words of the form, or leave the cell empty."
    ),
    "unit_file.faulty": _l("Rows to correct: %(rows)d. Nothing was written."),
    "unit_file.no_header": _l(
        "No heading with the names of units was found. The list needs a row with “单位名称” or “Name of the unit”."
    ),
    "unit_file.no_rows": _l("There is no unit below the heading."),
    "unit_file.twice": _l("%(name)s stands in row %(other)d already."),
}
