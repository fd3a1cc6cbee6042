"""The register of a training's certificates: every number, and taking one back."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.certificate import RequestAction, RevocationGround
from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.labels import label
from trainingmgr.models import Certificate, CertificateRequest, Training
from trainingmgr.queries.certificate import register
from trainingmgr.services import certificate as service
from trainingmgr.web.certificate.blueprint import bp
from trainingmgr.web.certificate.forms import RevokeForm
from trainingmgr.web.certificate.wording import end_reason


@bp.get("/t/<code>/certificates/register")
@requires(Permission.VIEW)
def list_register(training: Training) -> str:
    """Every number that was given out, and what became of it."""
    session = db.session()
    return render_template(
        "certificate/register.html",
        training=training,
        entries=register.entries(session, training.id),
        numbers=register.counts(session, training.id),
        grounds={one.value: label(one) for one in RevocationGround},
        end_reason=end_reason,
        asked=register.asked(session, training.id),
        me=actor().user_id,
    )


@bp.get("/t/<code>/certificates/<int:certificate_id>/revoke")
@requires(Permission.ISSUE)
def revoke_form(training: Training, certificate_id: int) -> str:
    """Ask for the reason."""
    return _revoke_page(training, certificate_id, RevokeForm())


@bp.post("/t/<code>/certificates/<int:certificate_id>/revoke")
@requires(Permission.ISSUE)
def revoke(training: Training, certificate_id: int) -> Response | tuple[str, int]:
    """Revoke one certificate, and order another in its place where that is wished."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    form = RevokeForm()
    if not form.validate():
        return _revoke_page(training, certificate_id, form), 422
    reason, ground = form.reason.data or "", RevocationGround(form.ground.data)
    if training.second_person:
        action = RequestAction.REISSUE if form.again.data else RequestAction.REVOKE
        service.ask(actor(), row, action, reason, ground)
        flash(_("Somebody else has to agree before %(serial)s is revoked.", serial=row.serial))
        return redirect(url_for("certificate.list_register", code=training.code), 303)
    if form.again.data:
        job = service.reissue(actor(), row, reason, ground)
        flash(_("Certificate %(serial)s is revoked; the one in its place is being made.", serial=row.serial))
        return redirect(url_for("certificate.progress", code=training.code, job_uid=job.uid), 303)
    service.revoke(actor(), row, reason, ground)
    flash(_("Certificate %(serial)s is revoked.", serial=row.serial))
    return redirect(url_for("certificate.list_register", code=training.code), 303)


def _revoke_page(training: Training, certificate_id: int, form: RevokeForm) -> str:
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    return render_template("certificate/revoke.html", training=training, certificate=row, form=form)


@bp.post("/t/<code>/certificates/requests/<int:request_id>/agree")
@requires(Permission.ISSUE)
def agree(training: Training, request_id: int) -> Response:
    """Agree to what somebody else asked for."""
    asked = _request(training, request_id)
    job = service.agree(actor(), asked.id)
    flash(_("Done: the certificate is revoked."), "success")
    if job is not None:
        return redirect(url_for("certificate.progress", code=training.code, job_uid=job.uid), 303)
    return redirect(url_for("certificate.list_register", code=training.code), 303)


@bp.post("/t/<code>/certificates/requests/<int:request_id>/decline")
@requires(Permission.ISSUE)
def decline(training: Training, request_id: int) -> Response:
    """Leave the certificate as it is."""
    service.decline(actor(), _request(training, request_id).id)
    flash(_("The certificate stays as it is."), "success")
    return redirect(url_for("certificate.list_register", code=training.code), 303)


def _request(training: Training, request_id: int) -> CertificateRequest:
    asked = register.request_of(db.session(), training.id, request_id)
    if asked is None:
        abort(404)
    return asked


@bp.get("/t/<code>/certificates/<int:certificate_id>/erase")
@requires(Permission.MANAGE)
def erase_form(training: Training, certificate_id: int) -> str:
    """Say what goes and what stays."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    return render_template("certificate/erase.html", training=training, certificate=row)


@bp.post("/t/<code>/certificates/<int:certificate_id>/erase")
@requires(Permission.MANAGE)
def erase(training: Training, certificate_id: int) -> Response:
    """Erase the holder's data from a certificate."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    service.erase(actor(), row)
    flash(_("The holder's name and the file are gone from %(serial)s.", serial=row.serial), "success")
    return redirect(url_for("certificate.list_register", code=training.code), 303)
