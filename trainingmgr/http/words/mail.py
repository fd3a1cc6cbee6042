"""Refusals about mail in words, what went wrong with one, and what the variables of a text stand for."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.mail import MailFault

_PASSWORD_AGAIN = _l("Type the password once more: a kept password is never given to another server or user.")

MESSAGES = {
    "mail.address_missing": _l("There is no mail address to send to."),
    "mail.all_have_theirs": _l("Everybody with a mail address was sent theirs already."),
    "mail.certificate_not_valid": _l("The certificate is not valid any more, so it is not sent."),
    "mail.erased": _l("The data of this person was erased, and with it what this mail said."),
    "mail.imap_password_again": _PASSWORD_AGAIN,
    "mail.no_server": _l("No mail server is set for the organisation, so nothing can be sent."),
    "mail.nobody": _l("Nobody of those chosen has a mail address, so nothing was written."),
    "mail.not_waiting": _l("This mail does not wait any more: it was sent, or is just being sent."),
    "mail.host_inward": _l(
        "%(host)s stands in the network of this installation, which organisations may not reach from here. Name a mail "
        "server on the internet, or ask your operator to allow it (TRAININGMGR_MAIL_INTERNAL=1)."
    ),
    "mail.password_again": _PASSWORD_AGAIN,
    "mail.link_ended": _l(
        "An address in this mail leads nowhere any more, or was hidden for good when the mail left. Write a new one from "
        "where it came from."
    ),
    "mail.repeated": _l("This mail was sent again already."),
    "mail.sample_stays": _l("This mail belongs to a sample. Samples are never sent."),
    "mail.under_way": _l("This mail is on its way already."),
    "mail.variable_missing": _l(
        "This mail needs %(variable)s: without it the reader lacks what the mail is for."
    ),
    "mail.variable_unknown": _l(
        "%(variable)s is no variable of this mail. It may hold %(known)s. Correct the name, or write it without brackets."
    ),
    "mail.written_already": _l("This message was sent already; it was not sent a second time."),
}

FAULTS: dict[MailFault, LazyString] = {
    MailFault.UNREACHABLE: _l("The mail server could not be reached."),
    MailFault.SIGN_IN: _l("The mail server did not accept user name and password."),
    MailFault.SENDER: _l("The mail server does not take mail from this sender's address."),
    MailFault.LATER: _l("The mail server put it off."),
    MailFault.REFUSED: _l("The mail server refused it."),
    MailFault.CUT_OFF: _l("The connection was cut off while it was sent: it may have arrived, or not."),
    MailFault.BOUNCED: _l("It came back: it could not be delivered."),
    MailFault.FILE: _l("The mail or its file could not be put together."),
    MailFault.NOT_VALID: _l("The certificate was revoked before the mail left."),
    MailFault.LINK_ENDED: _l("An address in it was closed before the mail left."),
    MailFault.RESTORED: _l(
        "It waited when a backup was made that was put back since: it may have arrived, or not."
    ),
}

VARIABLES: dict[str, LazyString] = {
    "name": _l("name of the reader"),
    "training": _l("title of the training"),
    "dates": _l("days of the training"),
    "place": _l("place of the training"),
    "organisation": _l("your organisation"),
    "certificate": _l("kind of certificate"),
    "serial": _l("serial number"),
    "issue_date": _l("date on the certificate"),
    "link": _l("address of the page that the mail is about"),
    "unit": _l("unit of the reader"),
    "quota": _l("places offered to the unit"),
    "deadline": _l("last day for nominations"),
    "nominated": _l("how many were nominated so far"),
    "position": _l("place on the waiting list"),
    "reason": _l("the reason that was given"),
    "subject": _l("subject typed for this message"),
    "text": _l("text typed for this message"),
}
