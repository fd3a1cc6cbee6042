"""The mail server of an organisation: setting it and trying it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from trainingmgr.domain.mail import MailStatus
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import sentence
from trainingmgr.http.words.mail import FAULTS
from trainingmgr.queries.mail.server import server_of
from trainingmgr.services import mail as service
from trainingmgr.web.mail.blueprint import bp, organisation
from trainingmgr.web.mail.forms import ServerForm, TrialForm


@bp.route("/o/<int:organisation_id>/mail/server", methods=["GET", "POST"])
@requires_in_organisation(Permission.MANAGE)
def server(organisation_id: int) -> ResponseReturnValue:
    """What the organisation sends by."""
    form = ServerForm.of(server_of(db.session(), organisation_id))
    if form.validate_on_submit():
        version = str(form.version.data or "")
        try:
            service.set_server(
                actor(), organisation_id, form.given(), int(version) if version.isdecimal() else None
            )
        except Refusal as refusal:
            _mark(form, refusal)
        else:
            flash(_("Saved. Send a test mail to see whether it works."), "success")
            return redirect(url_for("mail.server", organisation_id=organisation_id), 303)
    page = _page(organisation_id, form, TrialForm(formdata=None, data={"to_address": current_user.email}))
    return (page, 422) if form.errors else page


def _mark(form: ServerForm, refusal: Refusal) -> None:
    """Stand a refusal beside the field that it speaks of."""
    fields = {"mail.password_again": form.password, "mail.imap_password_again": form.imap_password}
    field = fields.get(refusal.code, form.host)
    field.errors = [*field.errors, sentence(refusal)]


def _page(organisation_id: int, form: ServerForm, trial: TrialForm) -> str:
    return render_template(
        "mail/server.html",
        organisation=organisation(organisation_id),
        form=form,
        trial=trial,
        row=server_of(db.session(), organisation_id),
    )


@bp.post("/o/<int:organisation_id>/mail/server/test")
@requires_in_organisation(Permission.MANAGE)
def test_server(organisation_id: int) -> ResponseReturnValue:
    """Send a test mail and say what the server answers."""
    trial = TrialForm()
    if not trial.validate():
        form = ServerForm.of(server_of(db.session(), organisation_id), formdata=None)
        return _page(organisation_id, form, trial), 422
    to_address = trial.to_address.data or ""
    subject, body = _("Test mail"), _("This mail shows that mail about your trainings can be sent.")
    outcome = service.send_test(actor(), organisation_id, to_address, subject, body)
    if outcome.status is MailStatus.SENT:
        flash(
            _("The server took the mail to %(to)s. It says: %(answer)s", to=to_address, answer=outcome.words),
            "success",
        )
    else:
        said = _("It says: %(answer)s", answer=outcome.words)
        flash(f"{FAULTS.get(outcome.fault, '')} {said}", "error")
    return redirect(url_for("mail.server", organisation_id=organisation_id), 303)


@bp.post("/o/<int:organisation_id>/mail/server/mailbox")
@requires_in_organisation(Permission.MANAGE)
def test_mailbox(organisation_id: int) -> ResponseReturnValue:
    """Read the mailbox for bounces right now."""
    answer = service.try_mailbox(organisation_id)
    if answer:
        flash(_("The mailbox could not be read. Its server says: %(answer)s", answer=answer), "error")
    else:
        flash(_("The mailbox was read."), "success")
    return redirect(url_for("mail.server", organisation_id=organisation_id), 303)


@bp.post("/o/<int:organisation_id>/mail/server/remove")
@requires_in_organisation(Permission.MANAGE)
def remove_server(organisation_id: int) -> ResponseReturnValue:
    """Do without a mail server."""
    service.remove_server(actor(), organisation_id)
    flash(_("There is no mail server any more. Mails are kept here and not sent."), "success")
    return redirect(url_for("mail.server", organisation_id=organisation_id), 303)
