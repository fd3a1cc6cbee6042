"""Refusals of tokens in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "token.malformed": _l(
        "The QR holds no token of a certificate, or only a part of one. Scan it once more, whole."
    ),
    "token.algorithm": _l("The token names another way of signing (%(algorithm)s). It was not made here."),
    "token.type": _l("This token is for something else, not for a certificate."),
    "token.key_unknown": _l(
        "The token names a key (%(kid)s) that this issuer never had. It was not made here."
    ),
    "token.forged": _l(
        "The signature does not fit what the token says. It was altered, or was not made here."
    ),
    "token.audience": _l("The token is meant for another system."),
    "token.serial": _l("The token belongs to another certificate than the address says."),
}
