"""Certificates of a training, from who may get one to the printed paper."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.certificate import draw_certificate
from trainingmgr.domain.certificate import CertificateKind, SerialPattern, SerialScope
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now, settings
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Certificate, Job, Training
from trainingmgr.queries import eligibility as eligibility_queries
from trainingmgr.queries import job as jobs
from trainingmgr.queries.certificate import facts, numbering, register
from trainingmgr.services import certificate as service
from trainingmgr.web.certificate import table
from trainingmgr.web.certificate.forms import IssueForm, RevokeForm
from trainingmgr.web.certificate.wording import end_reason, failures

bp = Blueprint("certificate", __name__)

# A worker sweeps every few seconds; an order that waits longer has no worker.
_TAKEN_UP_WITHIN = timedelta(seconds=20)
_FILTERS = ("all", "waiting", "issued", "short")


@bp.get("/t/<code>/certificates")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """Who may get a certificate and why not, and the button that issues."""
    return _index(training, IssueForm(issue_date=facts.default_issue_date(training)))


def _index(training: Training, form: IssueForm) -> str:
    session = db.session()
    found = eligibility_queries.eligibility(session, training)
    show = request.args.get("show", "all")
    show = show if show in _FILTERS else "all"
    search = request.args.get("q", "")[:80]
    people = table.build(found, show, search, request.args.get("page", 1, int))
    return render_template(
        "certificate/index.html",
        training=training,
        form=form,
        people=people,
        show=show,
        search=search,
        span=_span(training, people.counts["waiting"]),
        numbers=register.counts(session, training.id),
        running=jobs.running(session, training.id, JobKind.ISSUE),
        address_missing=not settings.public_url and not training.is_sample,
        address=facts.public_address(),
        draft=facts.draft(session, training, training.end_date),
    )


def _span(training: Training, people: int) -> tuple[str, str] | None:
    """The first and the last serial that issuing to `people` would use; None for a pattern that cannot be used."""
    year = facts.default_issue_date(training).year
    try:
        pattern = SerialPattern(training.serial_pattern)
    except Refusal:
        return None
    first = _next_number(training)
    return (
        pattern.render(training.code, year, first),
        pattern.render(training.code, year, first + max(people, 1) - 1),
    )


def _next_number(training: Training) -> int:
    key = numbering.counter_key(training, CertificateKind.COMPLETION, SerialScope.TRAINING, 0)
    return numbering.next_number(db.session(), training, key)


@bp.post("/t/<code>/certificates")
@requires(Permission.ISSUE)
def issue(training: Training) -> AnyResponse | tuple[str, int]:
    """Order certificates for everybody who may get one, and show how far they are."""
    form = IssueForm()
    if not form.validate():
        return _index(training, form), 422
    try:
        job = service.start_issue(actor(), training, issue_date=form.issue_date.data)
    except Refusal as refusal:
        form.issue_date.errors = [*form.issue_date.errors, sentence(refusal)]
        return _index(training, form), 422
    if job is None:
        flash(_("Everybody who may get a certificate has one. Nothing new was issued."))
        return redirect(url_for("certificate.index", code=training.code), 303)
    return redirect(url_for("certificate.progress", code=training.code, job_uid=job.uid), 303)


@bp.get("/t/<code>/certificates/jobs/<job_uid>")
@requires(Permission.VIEW)
def progress(training: Training, job_uid: str) -> str:
    """How far an order is."""
    return _progress("certificate/progress.html", training, job_uid)


@bp.get("/t/<code>/certificates/jobs/<job_uid>/bar")
@requires(Permission.VIEW)
def progress_bar(training: Training, job_uid: str) -> str:
    """The same for the page that asks again every second."""
    return _progress("certificate/_progress.html", training, job_uid)


def _progress(template: str, training: Training, job_uid: str) -> str:
    session = db.session()
    job: Job = in_training(jobs.by_uid(session, training.id, job_uid), training)
    state = jobs.progress(session, job.id)
    return render_template(
        template,
        training=training,
        job=job,
        state=state,
        alone=state.remaining is None and now() - job.created_at > _TAKEN_UP_WITHIN,
        failures=failures(session, job.id),
    )


@bp.get("/t/<code>/certificates/preview.pdf")
@requires(Permission.VIEW)
def preview(training: Training) -> Response:
    """One certificate as it would be printed, marked as a preview."""
    session = db.session()
    wanted = request.args.get("registration", type=int)
    chosen = [wanted] if wanted else eligibility_queries.eligible_ids(session, training)[:1]
    holders = facts.holders(session, training, chosen) or facts.anybody(session, training)
    if not holders:
        raise Refusal("certificate.nobody")
    blank = facts.draft(session, training, facts.default_issue_date(training))
    snapshot = facts.completed(blank, training, next(iter(holders.values())), _next_number(training), "")
    response = Response(draw_certificate(snapshot, preview=True), mimetype="application/pdf")
    # Shown inside the page of this very site, and nowhere else.
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return response


@bp.get("/t/<code>/certificates/<int:certificate_id>.pdf")
@requires(Permission.VIEW)
def download(training: Training, certificate_id: int) -> Response:
    """One certificate, byte for byte as it was issued."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    data = service.issued_bytes(actor(), row)
    response = Response(data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{row.serial}.pdf")
    return response


@bp.get("/t/<code>/certificates/all.zip")
@requires(Permission.VIEW)
def download_zip(training: Training) -> AnyResponse:
    """All valid certificates, one file a person."""
    return _deliver(lambda path: service.bundle(actor(), training, path), f"{training.code}-certificates.zip")


@bp.get("/t/<code>/certificates/all.pdf")
@requires(Permission.VIEW)
def download_merged(training: Training) -> AnyResponse:
    """All valid certificates in one file, for the printer."""
    return _deliver(lambda path: service.merged(actor(), training, path), f"{training.code}-certificates.pdf")


def _deliver(write: Callable[[Path], object], name: str) -> AnyResponse:
    """Let `write` make a file on disk and send it; it is gone from its folder before the first byte is sent."""
    folder = settings.instance / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=folder) as place:
        path = Path(place) / name
        write(path)
        file = path.open("rb")
    response = send_file(file, as_attachment=True, download_name=name)
    response.content_length = os.fstat(file.fileno()).st_size
    return response


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
        end_reason=end_reason,
    )


@bp.get("/t/<code>/certificates/<int:certificate_id>/revoke")
@requires(Permission.ISSUE)
def revoke_form(training: Training, certificate_id: int) -> str:
    """Ask for the reason."""
    return _revoke_page(training, certificate_id, RevokeForm())


@bp.post("/t/<code>/certificates/<int:certificate_id>/revoke")
@requires(Permission.ISSUE)
def revoke(training: Training, certificate_id: int) -> AnyResponse | tuple[str, int]:
    """Revoke one certificate."""
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    form = RevokeForm()
    if not form.validate():
        return _revoke_page(training, certificate_id, form), 422
    service.revoke(actor(), row, form.reason.data or "")
    flash(_("Certificate %(serial)s is revoked.", serial=row.serial))
    return redirect(url_for("certificate.list_register", code=training.code), 303)


def _revoke_page(training: Training, certificate_id: int, form: RevokeForm) -> str:
    row: Certificate = in_training(register.by_id(db.session(), certificate_id), training)
    return render_template("certificate/revoke.html", training=training, certificate=row, form=form)
