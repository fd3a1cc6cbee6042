"""Who may get a certificate and why not, the button that issues, and how far an order is."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.certificate import SerialPattern
from trainingmgr.domain.handing import PaperOrder
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.public_address import is_local
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now, settings
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Job, Training
from trainingmgr.queries import eligibility as eligibility_queries
from trainingmgr.queries import job as jobs
from trainingmgr.queries import photo
from trainingmgr.queries.certificate import facts, lecturers, numbering, offers, register
from trainingmgr.queries.certificate.offers import Offer
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.services import certificate as service
from trainingmgr.web.certificate import table
from trainingmgr.web.certificate.blueprint import asked_offer, bp
from trainingmgr.web.certificate.forms import IssueForm
from trainingmgr.web.certificate.wording import failures

_FILTERS = ("all", *table.STATES)


@bp.get("/t/<code>/certificates")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """Who may get a certificate and why not, and the button that issues."""
    return _index(training, asked_offer(training), IssueForm(issue_date=facts.default_issue_date(training)))


def _index(training: Training, offer: Offer, form: IssueForm) -> str:
    session = db.session()
    show = request.args.get("show", "all")
    show = show if show in _FILTERS else "all"
    search = request.args.get("q", "")[:80]
    people = _people(training, offer, show, search)
    form.ask_early(training.end_date)
    return render_template(
        "certificate/index.html",
        training=training,
        form=form,
        offer=offer,
        offers=offers.offers(session, training),
        people=people,
        show=show,
        search=search,
        orders=PaperOrder,
        span=_span(training, offer, people.counts["waiting"]),
        numbers=register.counts(session, training.id, offer.kind),
        running=jobs.running(session, training.id, JobKind.ISSUE, service.issue_key(training, offer.kind)),
        address_missing=not settings.public_url and not training.is_sample,
        address=facts.public_address(),
        early=facts.comes_early(training, offer.kind),
        address_local=is_local(facts.public_address()) and not training.is_sample,
        draft=facts.draft(session, training, training.end_date, offer),
    )


def _people(training: Training, offer: Offer, show: str, search: str) -> table.Table:
    session, page = db.session(), request.args.get("page", 1, int)
    organisation_id = training.organisation_id
    printing = table.Printing(fonts_of(session, organisation_id), organisation_id, photo.need(session, offer))
    if offer.for_lecturers:
        return table.of_lecturers(
            lecturers.candidates(session, training, offer.kind), printing, show, search, page
        )
    found = eligibility_queries.eligibility(session, training, offer=offer)
    return table.build(found, printing, show, search, page)


def _span(training: Training, offer: Offer, people: int) -> tuple[str, str] | None:
    """The first and the last serial that issuing to `people` would use; None for a pattern that cannot be used."""
    year = facts.default_issue_date(training).year
    try:
        pattern = SerialPattern(offer.pattern)
    except Refusal:
        return None
    first = numbering.next_number(
        db.session(), training, numbering.counter_key(training, offer.kind, offer.scope, year)
    )
    return (
        pattern.render(training.code, year, first, offer.kind),
        pattern.render(training.code, year, first + max(people, 1) - 1, offer.kind),
    )


@bp.post("/t/<code>/certificates")
@requires(Permission.ISSUE)
def issue(training: Training) -> Response | tuple[str, int]:
    """Order certificates for everybody who may get one, and show how far they are."""
    offer, form = asked_offer(training), IssueForm()
    if not form.validate():
        return _index(training, offer, form), 422
    try:
        job = service.start_issue(
            actor(), training, issue_date=form.issue_date.data, kind=offer.kind, early=bool(form.early.data)
        )
    except Refusal as refusal:
        form.refused(refusal)
        return _index(training, offer, form), 422
    return _to_progress(training, offer, job)


@bp.post("/t/<code>/certificates/again/<int:subject_id>")
@requires(Permission.ISSUE)
def issue_again(training: Training, subject_id: int) -> Response:
    """Order one for somebody whose last one was revoked as not entitled."""
    offer = asked_offer(training)
    try:
        job = service.start_issue(actor(), training, [subject_id], kind=offer.kind, again=[subject_id])
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("certificate.index", code=training.code, kind=offer.kind), 303)
    return _to_progress(training, offer, job)


def _to_progress(training: Training, offer: Offer, job: Job | None) -> Response:
    if job is None:
        flash(_("Everybody who may get a certificate has one. Nothing new was issued."))
        return redirect(url_for("certificate.index", code=training.code, kind=offer.kind), 303)
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
    job = _job(training, job_uid)
    state = jobs.progress(session, job.id)
    return render_template(
        template,
        training=training,
        job=job,
        kind=job.payload.get("kind", "completion"),
        state=state,
        alone=state.remaining is None and not state.handled and now() - job.created_at > jobs.TAKEN_UP_WITHIN,
        failures=failures(session, job),
    )


@bp.post("/t/<code>/certificates/jobs/<job_uid>/pause")
@requires(Permission.ISSUE)
def pause(training: Training, job_uid: str) -> Response:
    """Hold an order up after the papers that are being made."""
    service.pause(actor(), _job(training, job_uid))
    return redirect(url_for("certificate.progress", code=training.code, job_uid=job_uid), 303)


@bp.post("/t/<code>/certificates/jobs/<job_uid>/resume")
@requires(Permission.ISSUE)
def resume(training: Training, job_uid: str) -> Response:
    """Let a paused order go on."""
    service.resume(actor(), _job(training, job_uid))
    return redirect(url_for("certificate.progress", code=training.code, job_uid=job_uid), 303)


@bp.post("/t/<code>/certificates/jobs/<job_uid>/cancel")
@requires(Permission.ISSUE)
def cancel(training: Training, job_uid: str) -> Response:
    """End an order; what was issued stays."""
    service.cancel(actor(), _job(training, job_uid))
    return redirect(url_for("certificate.progress", code=training.code, job_uid=job_uid), 303)


def _job(training: Training, job_uid: str) -> Job:
    job: Job = in_training(jobs.by_uid(db.session(), training.id, job_uid, JobKind.ISSUE), training)
    return job
