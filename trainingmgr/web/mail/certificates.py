"""Certificates by mail: who has got theirs, who has no address, and sending the rest."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.notices import sends
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries.certificate import offers
from trainingmgr.queries.mail import certificates as queries
from trainingmgr.queries.mail.certificates import Mailed
from trainingmgr.services import mail as service
from trainingmgr.web.mail.blueprint import bp


@bp.get("/t/<code>/mail/certificates")
@requires(Permission.EDIT)
def certificates(training: Training) -> str:
    """How it stands with the mail of each certificate of a kind."""
    session, kind, show = db.session(), _kind(request.args.get("kind")), request.args.get("show", "")
    state = Mailed(show) if show in set(Mailed) else None
    counts = queries.counts(session, training.id, kind)
    total = counts[state] if state else sum(counts.values())
    pages = max(1, -(-total // queries.PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    return render_template(
        "mail/certificates.html",
        training=training,
        kind=kind,
        offers=offers.offers(session, training),
        counts=counts,
        total=sum(counts.values()),
        state=state,
        states=Mailed,
        lines=queries.lines(session, training.id, kind, state, page),
        page=page,
        pages=pages,
        sends=sends(training),
    )


def _kind(asked: str | None) -> CertificateKind:
    return CertificateKind(asked) if asked in set(CertificateKind) else CertificateKind.COMPLETION


@bp.post("/t/<code>/mail/certificates")
@requires(Permission.ISSUE)
def send_certificates(training: Training) -> ResponseReturnValue:
    """Mail certificates to those who were sent nothing yet."""
    kind = _kind(request.form.get("kind"))
    try:
        outcome = service.mail_certificates(actor(), training, kind)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(ngettext("%(num)d mail was written.", "%(num)d mails were written.", outcome.mails), "success")
    return redirect(url_for("mail.certificates", code=training.code, kind=kind), 303)


@bp.post("/t/<code>/mail/certificates/<int:certificate_id>")
@requires(Permission.ISSUE)
def send_certificate(training: Training, certificate_id: int) -> ResponseReturnValue:
    """Mail one certificate, or mail it once more."""
    try:
        service.mail_certificate(actor(), training, certificate_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The certificate is mailed."), "success")
    kind, show = _kind(request.form.get("kind")), request.form.get("show") or None
    return redirect(url_for("mail.certificates", code=training.code, kind=kind, show=show), 303)
