"""The register of a training's certificates: every number, and taking one back."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.certificate import RevocationGround
from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.labels import label
from trainingmgr.models import Certificate, Training
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
