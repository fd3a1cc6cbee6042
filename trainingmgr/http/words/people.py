"""Refusals about who is who, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "people.same": _l("This is one and the same person already. Choose two."),
    "people.merge_sample": _l("One of the two is a sample. Samples stay apart from real people."),
    "people.merge_being_issued": _l(
        "A certificate of one of the two is being made at this moment. Wait until it is done."
    ),
    "people.merge_requests": _l(
        "Both have asked the same about their data. Answer one of the two requests first."
    ),
    "people.merge_twice_on": _l(
        "Both have attendance, a certificate or a distinction on %(code)s. Take attendance marks away from one of the "
        "two first; two certificates cannot become one."
    ),
    "people.merge_keep_other": _l(
        "On %(code)s the registration that would go has attendance, a certificate or a distinction. Let that one stay."
    ),
}
