"""Refusals of asking lecturers in words; most are read by lecturers, who know nothing of this program."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "invitation.link_ended": _l("This address has ended in the meantime. Ask the organiser for a new one."),
    "invitation.moved": _l("The session was moved in the meantime. Look at its new time, and answer again."),
    "lecture_file.kind": _l(
        "This is neither a PDF, a presentation (.pptx), a text (.docx) nor a JPEG or PNG picture. Save it as one of these."
    ),
    "lecture_file.macros": _l("The file contains macros. Save it without them, as .pptx or .docx."),
    "lecture_file.too_many": _l("%(limit)d files are the most. Remove one first."),
    "fee.amount": _l("Enter an amount from 0 to %(most)s with at most two places, such as 1200.50."),
    "fee.signed": _l("The lecturer has signed for this amount. Drop the signature first."),
    "fee.signed_already": _l("You have signed for this fee already."),
    "fee.changed": _l(
        "The organiser has changed the amount or the note on tax. Look at both, and sign again."
    ),
    "fee.name_missing": _l("Type your full name to sign."),
    "evaluation.score": _l("Enter a score from 1 to 5 with at most two places, such as 4.5."),
}
