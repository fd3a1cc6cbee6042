"""Refusals of naming people in words; most are read by units, which know nothing of this program."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "nomination.decided": _l(
        "The organiser has decided about this person already. Ask the organiser to change what is wrong, or replace the person."
    ),
    "nomination.needed": _l("This is needed before the person can be sent."),
    "nomination.nothing_typed": _l("Nothing was entered, so nothing was saved."),
    "nomination.incomplete": _l("Something is still missing for %(name)s. Open the draft and complete it."),
    "nomination.consent_needed": _l(
        "Tick for %(name)s that the person has consented, or leave those fields empty."
    ),
    "nomination.no_line": _l("Choose the category for %(name)s first."),
    "nomination.other_questions": _l(
        "That category is asked other questions. Withdraw the person and name them there."
    ),
    "nomination.line_unknown": _l("No places are offered to you under this category. Choose another one."),
    "nomination.closed": _l("Naming people ended on %(deadline)s. Ask the organiser."),
    "nomination.full": _l(
        "All your places (%(places)d) are taken, so %(name)s was not sent. Replace or withdraw somebody, or ask the organiser."
    ),
    "nomination.too_many_waiting": _l(
        "%(limit)d people are on your waiting list already. Ask the organiser for more places."
    ),
    "nomination.already_sent": _l("You have sent %(name)s already."),
    "nomination.cannot_leave": _l(
        "This person has arrived or is no longer on the list. Ask the organiser for a change."
    ),
    "nomination.reason_missing": _l("Say why the person is replaced."),
    "nomination.too_many_drafts": _l("%(limit)d drafts are the most. Send or delete some first."),
    "nomination.too_many_scans": _l("%(limit)d scans are the most. Ask the organiser to remove one."),
    "nomination.link_ended": _l("This address has ended in the meantime. Ask the organiser for a new one."),
    "nomination.archived": _l("The training was put away. Nothing can be changed any more."),
    "attachment.empty": _l("The file is empty. Choose another one."),
    "attachment.too_large": _l(
        "The file has %(megabytes)d MB; %(limit)d MB is the most. Scan it in fewer dots, or in grey."
    ),
    "attachment.kind": _l("This is neither a PDF nor a JPEG or PNG picture. Save it as one of these."),
    "attachment.broken": _l("The file is damaged and cannot be opened. Make it anew."),
    "attachment.locked": _l("The PDF is locked with a password. Save it without one."),
}
