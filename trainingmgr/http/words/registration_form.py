"""Refusals of registration forms in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "registration_form.missing": _l("This field is needed."),
    "registration_form.number": _l("“%(value)s” is no number. Write it in figures, such as 12 or 2.5."),
    "registration_form.date": _l("“%(value)s” is no day. Write it such as 2026-05-11."),
    "registration_form.time": _l("“%(value)s” is no time of day. Write it such as 14:30."),
    "registration_form.choice": _l("Choose one of those offered."),
    "registration_form.consent_missing": _l("Tick your consent, or leave the field empty."),
    "registration_form.consent_needed": _l(
        "This answer is needed, and may be kept only with your consent: tick it. If you do not wish to give it, ask the organiser."
    ),
    "registration_form.changed": _l(
        "The form was changed in the meantime. Your input is still here: look at it and send it again."
    ),
    "registration_form.too_many": _l("%(limit)d questions are the most."),
    "registration_form.label_missing": _l("Write the question in Chinese."),
    "registration_form.options_few": _l("Write at least two choices, one a line."),
    "registration_form.options_many": _l("%(limit)d choices are the most."),
    "registration_form.option_twice": _l("“%(option)s” is there twice."),
    "registration_form.option_needed": _l(
        "“%(label)s” is asked depending on the choice “%(option)s”. Change that question first."
    ),
    "registration_form.question_needed": _l(
        "“%(label)s” is asked depending on this question. Change that one first."
    ),
    "registration_form.question_answered": _l(
        "%(people)d people have answered this question, so it stays. Switch it off instead."
    ),
    "registration_form.purpose_missing": _l("Say in Chinese what the answer is used for."),
    "registration_form.keep_days": _l("Write a number of days from 1 to %(limit)d."),
    "registration_form.condition_unknown": _l("This choice is not offered any more. Choose another one."),
    "registration_form.condition_circle": _l(
        "That question is asked depending on this one. Choose another one."
    ),
}
