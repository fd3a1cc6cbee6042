"""Refusals about signatures and the keys that make them."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "signature.already_signed": _l("The file bears a signature already, and a second one would break it."),
    "signature.encrypted": _l("The file is encrypted. Take the encryption off first."),
    "signature.unreadable": _l("The file is broken: it cannot be read as a PDF."),
    "signature.not_pdf": _l("This is not a PDF file."),
    "signature.file_too_large": _l(
        "The file has %(megabytes)s MB; %(limit)s MB are the most that is looked at."
    ),
    "signature.check_gave_up": _l(
        "The file took too much memory or time to look at, as a certificate never does."
    ),
    "signature.certificate_expired": _l(
        "The certificate of the signing key is in force from %(start)s to %(end)s only. Get a new one and take it "
        "in with `trainingmgr keys use`."
    ),
    "signature.certificate_purpose": _l(
        "The certificate is not meant for signing documents. Ask its issuer for one with the usage digital signature "
        "or non-repudiation."
    ),
    "signature.no_key": _l("The file has no private key. Export it again together with the key."),
    "signature.no_certificate": _l(
        "The certificate of the key is missing. Export it again together with the key."
    ),
    "signature.key_kind": _l(
        "The key is of a kind that is not used for documents here. Use an elliptic curve, or RSA of 2,048 bits or more."
    ),
    "signature.p12_unreadable": _l("The file cannot be read as PKCS#12 (.p12, .pfx)."),
    "signature.p12_passphrase": _l("The passphrase does not open the PKCS#12 file."),
    "signature.device_missing": _l(
        "Signing with a device needs a library that is not there. Install it: pip install 'pyhanko[pkcs11]'."
    ),
    "signature.device_failed": _l(
        "The signing device refused (%(reason)s). Check that it is plugged in, and its labels and PIN."
    ),
    "signature.tsa_unreachable": _l(
        "The time stamp authority %(url)s does not answer (%(reason)s). Check the network and TRAININGMGR_TSA_URL, "
        "then issue again; without the setting certificates bear no time stamp."
    ),
    "signature.tsa_refused": _l(
        "The time stamp authority %(url)s gave no valid time stamp (%(reason)s). Ask whoever runs it, or set "
        "TRAININGMGR_TSA_URL to another."
    ),
}
