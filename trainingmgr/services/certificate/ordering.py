"""Ordering certificates: what is checked at once, and the job that a worker then works."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateLanguage,
    CertificateSnapshot,
    CertificateStatus,
    SerialPattern,
)
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, settings, transaction, wake_up
from trainingmgr.models import Certificate, Job, Training
from trainingmgr.queries import audit, eligibility
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import facts, lecturers
from trainingmgr.queries.certificate.offers import Offer, offer_named

AGAIN = "again"
"""In a job's payload: those who get another certificate though theirs was revoked as not entitled."""


def start_issue(
    actor: Actor,
    training: Training,
    subject_ids: Collection[int] | None = None,
    issue_date: date | None = None,
    kind: CertificateKind = CertificateKind.COMPLETION,
    again: Collection[int] = (),
    early: bool = True,
) -> Job | None:
    """Order certificates of a kind for everybody who may get one and has none, or for those of them named.

    `subject_ids` are registrations, or lecturers where the kind goes to them. Gives the job that will
    make them: the running one of this training and kind, with these people added, where there is one
    already. None when nobody is left to get one. A number that an earlier run took and did not finish is
    taken up again. Whoever's last certificate was revoked as not entitled gets another only if named in
    `again`. Without `early` nothing is issued while the class goes on, since nobody can change it later. Raises
    Refusal `certificate.kind_not_offered`, `certificate.public_url_missing`, `certificate.class_goes_on` (end),
    `certificate.issue_date_early` (end), `certificate.order_of_other_date` (date, of the running one),
    `certificate.host_missing`, `certificate.english_missing` or a fault of the serial pattern.
    """
    offer = offer_named(db.session(), training, kind)
    check(db.session(), training, offer, issue_date)
    if not early and facts.comes_early(training, kind):
        raise Refusal("certificate.class_goes_on", end=training.end_date.isoformat())
    try:
        job = _order(actor, training, offer, subject_ids, issue_date, again)
    except IntegrityError:
        # Somebody else's order for the same training was committed at this very moment: join it.
        job = _order(actor, training, offer, subject_ids, issue_date, again)
    if job is not None:
        wake_up.put(job.id)
    return job


def issue_key(training: Training, kind: CertificateKind) -> str:
    """What keeps a second unfinished job of the same training and kind away."""
    return f"issue:{training.id}:{kind}"


def check(session: Session, training: Training, offer: Offer, issue_date: date | None) -> None:
    """Refuse what would be refused for everybody; see `start_issue`."""
    if not settings.public_url and not training.is_sample:
        raise Refusal("certificate.public_url_missing")
    early = (issue_date or facts.default_issue_date(training)) < training.end_date
    # Lecturers are appointed before they teach.
    if early and offer.kind is not CertificateKind.APPOINTMENT:
        raise Refusal("certificate.issue_date_early", end=training.end_date.isoformat())
    SerialPattern(offer.pattern)
    check_wording(facts.draft(session, training, training.end_date, offer))


def check_wording(blank: CertificateSnapshot) -> None:
    """Refuse what would leave a gap in the text of every paper: `certificate.host_missing`, `certificate.english_missing`."""
    if not blank.host_zh:
        raise Refusal("certificate.host_missing")
    if blank.language is CertificateLanguage.EN and not (blank.training_title_en and blank.host_en):
        raise Refusal("certificate.english_missing")


def _order(
    actor: Actor,
    training: Training,
    offer: Offer,
    subject_ids: Collection[int] | None,
    issue_date: date | None,
    again: Collection[int],
) -> Job | None:
    with transaction() as session:
        return order_in(session, actor, training, offer, subject_ids, issue_date, again)


def order_in(
    session: Session,
    actor: Actor,
    training: Training,
    offer: Offer,
    subject_ids: Collection[int] | None,
    issue_date: date | None,
    again: Collection[int] = (),
) -> Job | None:
    """The part of `start_issue` that belongs into the caller's transaction."""
    wanted = _wanted(session, training, offer, subject_ids, again)
    if not wanted:
        return None
    key = issue_key(training, offer.kind)
    job = jobs.active(session, key)
    if job is None:
        job = Job(
            kind=JobKind.ISSUE,
            organisation_id=training.organisation_id,
            training_id=training.id,
            user_id=actor.user_id,
            actor=actor.name,
            active_key=key,
            payload={
                "issue_date": (issue_date or facts.default_issue_date(training)).isoformat(),
                "kind": offer.kind.value,
            },
        )
        session.add(job)
        session.flush()
    elif issue_date is not None and job.payload["issue_date"] != issue_date.isoformat():
        raise Refusal("certificate.order_of_other_date", date=job.payload["issue_date"])
    if despite := {*again}.intersection(wanted):
        job.payload = job.payload | {AGAIN: sorted(despite.union(job.payload.get(AGAIN, [])))}
    added = jobs.add_items(session, job, wanted)
    if added:
        audit.record(
            session, actor, "certificate.order", "job", job.id, training=training, people=added, **job.payload
        )
    return job


def _wanted(
    session: Session,
    training: Training,
    offer: Offer,
    subject_ids: Collection[int] | None,
    again: Collection[int],
) -> list[int]:
    """Who is to get one, in the order of the roster; with them whoever has a number that was not finished."""
    subject = Certificate.lecturer_id if offer.for_lecturers else Certificate.registration_id
    reserved = session.scalars(
        sa.select(subject).where(
            Certificate.training_id == training.id,
            Certificate.kind == offer.kind,
            Certificate.status == CertificateStatus.RESERVED,
        )
    )
    unfinished = {one for one in reserved if one is not None}
    chosen = None if subject_ids is None else set(subject_ids)
    if offer.for_lecturers:
        entitled = [
            one.lecturer_id
            for one in lecturers.candidates(session, training, offer.kind)
            if one.waiting or (one.certificate is None and one.lecturer_id in again)
        ]
    else:
        entitled = eligibility.eligible_ids(
            session, training, without_certificate=True, offer=offer, again=again
        )
    wanted = [one for one in entitled if chosen is None or one in chosen]
    return wanted + sorted(unfinished.difference(wanted))
