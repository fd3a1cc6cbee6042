"""Refusals of the roster in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "roster.already_on": _l("%(name)s is on this roster already."),
    "roster.alike_known": _l(
        "Somebody named %(name)s is known already. Say below whether this is the same person."
    ),
    "roster.id_of_another": _l(
        "This ID number belongs to %(name)s. Check the number, or correct the name of that person."
    ),
    "roster.id_taken": _l("This ID number has just been entered for somebody else. Check the number."),
    "roster.namesake_needs_document": _l(
        "A %(name)s with the same unit or phone is known. Two people like that can only be told apart by "
        "their ID numbers: enter one."
    ),
    "roster.category_unknown": _l("This category does not belong to the training. Choose another one."),
    "roster.status_step": _l(
        "The present status of %(name)s does not allow this step. Load the page again and look at it."
    ),
    "roster.has_certificate": _l(
        "A certificate number was given to this participant, so the record stays. Set the status to "
        "withdrawn instead."
    ),
    "view.name_missing": _l("Give the filters a name."),
    "view.nothing_set": _l("Set a filter first: then it can be saved."),
    "view.too_many": _l("%(limit)d saved filters are the most. Delete one first."),
    "export.no_column": _l("Tick at least one column."),
    "export.no_ids_in_contacts": _l(
        "Contacts hold no ID numbers. Choose a workbook or CSV, or leave the numbers masked."
    ),
    "roster.no_id": _l("No ID number is kept for this participant."),
}
