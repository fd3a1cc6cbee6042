"""Notices after an act: with the way to what comes next, and of mails, whether they leave at all."""

from flask import flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db
from trainingmgr.http.access import may
from trainingmgr.models import Training
from trainingmgr.queries.mail.queueing import has_server


def with_way(notice: str, address: str, words: str) -> Markup:
    """The notice, and behind it a link to where one goes on."""
    return Markup('{} <a href="{}">{}</a>').format(notice, address, words)


def sends(training: Training) -> bool:
    """Tell whether mails of the training leave: those of samples never do, nor any without a mail server."""
    return not training.is_sample and has_server(db.session(), training.organisation_id)


def say_mails(training: Training, mails: int) -> None:
    """Say how many mails were written, and where they stay in the outbox that they do, and why."""
    written = ngettext("One mail lies in the outbox.", "%(num)d mails lie in the outbox.", mails)
    if sends(training):
        flash(ngettext("One mail is on its way.", "%(num)d mails are on their way.", mails), "success")
    elif training.is_sample:
        flash(f"{written} {_('Mails of samples are never sent.')}", "success")
    else:
        flash(
            _with_remedy(f"{written} {_('Nothing is sent, since no mail server is set.')}", training),
            "warning",
        )


def _with_remedy(notice: str, training: Training) -> Markup:
    if not may(Permission.MANAGE):
        return Markup("{} {}").format(notice, _("An owner of the organisation sets it."))
    address = url_for("mail.server", organisation_id=training.organisation_id)
    return with_way(notice, address, _("Set the mail server"))
