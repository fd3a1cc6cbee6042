"""Certificates as files: a preview, one paper, all of them."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, request, send_file, stream_with_context
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.certificate import Press
from trainingmgr.documents.certificate.preview import preview as small
from trainingmgr.domain.certificate import CertificateSnapshot, SerialPattern
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, settings
from trainingmgr.http.access import actor, in_training, requires
from trainingmgr.http.design_pictures import within
from trainingmgr.http.wellformed import an_id
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import eligibility as eligibility_queries
from trainingmgr.queries.certificate import facts, lecturers, numbering, register
from trainingmgr.queries.certificate.facts import Holder
from trainingmgr.queries.certificate.offers import Offer
from trainingmgr.services import certificate as service
from trainingmgr.web.certificate.blueprint import asked_offer, asked_order, bp


@bp.get("/t/<code>/certificates/preview.pdf")
@requires(Permission.VIEW)
def preview(training: Training) -> Response:
    """One certificate as it would be printed, marked as a preview."""
    press, snapshot = _next(training)
    response = Response(press.draw(snapshot, preview=True), mimetype="application/pdf")
    # Shown inside the page of this very site, and nowhere else.
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return response


@bp.get("/t/<code>/certificates/preview.svg")
@requires(Permission.VIEW)
def miniature(training: Training) -> Response:
    """The same as a small picture."""
    press, snapshot = _next(training)
    pictures = within(training.organisation_id, press.design)
    label = _("The certificate as it will look")
    svg = small(press.design, snapshot, pictures, label=label, marked=True).svg
    return Response(svg, mimetype="image/svg+xml")


def _next(training: Training) -> tuple[Press, CertificateSnapshot]:
    session, offer = db.session(), asked_offer(training)
    blank = facts.draft(session, training, facts.default_issue_date(training), offer)
    service.check_wording(blank)
    year = blank.issue_date.year
    key = numbering.counter_key(training, offer.kind, offer.scope, year)
    number = numbering.next_number(session, training, key)
    serial = SerialPattern(offer.pattern).render(training.code, year, number, offer.kind)
    snapshot = facts.completed(blank, _somebody(training, offer), serial, "")
    return service.press_of(session, offer, training.organisation_id)[0], snapshot


def _somebody(training: Training, offer: Offer) -> Holder:
    """Who is asked for, else the first who waits for one, else the first who may have one, else the first there is."""
    session, wanted = db.session(), request.args.get("holder", type=an_id)
    if offer.for_lecturers:
        there = lecturers.candidates(session, training, offer.kind)
        first = sorted(there, key=lambda one: not one.waiting)[:1]
        ids = [wanted] if wanted else [one.lecturer_id for one in first]
        holders = facts.lecturer_holders(session, training, offer, ids)
    else:
        chosen = [wanted] if wanted else _first(session, training, offer)
        holders = facts.holders(session, training, chosen) or facts.anybody(session, training)
    if not holders:
        raise Refusal("certificate.nobody")
    return next(iter(holders.values()))


def _first(session: Session, training: Training, offer: Offer) -> list[int]:
    eligible = partial(eligibility_queries.eligible_ids, session, training, offer=offer)
    return (eligible(without_certificate=True) or eligible())[:1]


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
    """All valid certificates of a kind, one file a person, read while they are sent."""
    offer = asked_offer(training)
    found = service.bundle(actor(), training, kind=offer.kind)
    response = Response(stream_with_context(found.pieces), mimetype="application/zip")
    # A stream that breaks off falls short of this, so that no browser keeps it as a whole file.
    response.content_length = found.size
    response.headers.set("Content-Disposition", "attachment", filename=_name(training, offer, "zip"))
    return response


@bp.get("/t/<code>/certificates/all.pdf")
@requires(Permission.VIEW)
def download_merged(training: Training) -> AnyResponse:
    """All valid certificates of a kind in one file, for the printer, in the order that the address asks for."""
    offer, order = asked_offer(training), asked_order()
    return _deliver(
        lambda path: service.merged(actor(), training, path, kind=offer.kind, order=order),
        _name(training, offer, "pdf"),
    )


def _name(training: Training, offer: Offer, form: str) -> str:
    return f"{training.code}-{offer.kind.replace('_', '-')}-certificates.{form}"


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
