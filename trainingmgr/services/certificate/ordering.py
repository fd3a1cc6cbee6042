"""Ordering certificates: what is checked at once, and the job that a worker then works."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateLanguage, CertificateStatus, SerialPattern
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, settings, transaction, wake_up
from trainingmgr.models import Certificate, Job, Training
from trainingmgr.queries import audit, eligibility
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import facts


def start_issue(
    actor: Actor,
    training: Training,
    registration_ids: Collection[int] | None = None,
    issue_date: date | None = None,
) -> Job | None:
    """Order certificates for everybody who may get one and has none, or for those of them named.

    Gives the job that will make them: the training's running one, with these people added, where there
    is one already. None when nobody is left to get one. A number that an earlier run took and did not
    finish is taken up again. Raises Refusal `certificate.public_url_missing`,
    `certificate.issue_date_early` (end), `certificate.host_missing`,
    `certificate.english_missing` or a fault of the serial pattern.
    """
    _check(training, issue_date)
    try:
        job = _order(actor, training, registration_ids, issue_date)
    except IntegrityError:
        # Somebody else's order for the same training was committed at this very moment: join it.
        job = _order(actor, training, registration_ids, issue_date)
    if job is not None:
        wake_up.put(job.id)
    return job


def _check(training: Training, issue_date: date | None) -> None:
    if not settings.public_url and not training.is_sample:
        raise Refusal("certificate.public_url_missing")
    if (issue_date or facts.default_issue_date(training)) < training.end_date:
        raise Refusal("certificate.issue_date_early", end=training.end_date.isoformat())
    SerialPattern(training.serial_pattern)
    blank = facts.draft(db.session(), training, training.end_date)
    if not blank.host_zh:
        raise Refusal("certificate.host_missing")
    if blank.language is CertificateLanguage.EN and not (blank.training_title_en and blank.host_en):
        raise Refusal("certificate.english_missing")


def _order(
    actor: Actor, training: Training, registration_ids: Collection[int] | None, issue_date: date | None
) -> Job | None:
    with transaction() as session:
        wanted = _wanted(session, training, registration_ids)
        if not wanted:
            return None
        key = f"issue:{training.id}"
        job = jobs.active(session, key)
        if job is None:
            job = Job(
                kind=JobKind.ISSUE,
                organisation_id=training.organisation_id,
                training_id=training.id,
                user_id=actor.user_id,
                actor=actor.name,
                active_key=key,
                payload={"issue_date": (issue_date or facts.default_issue_date(training)).isoformat()},
            )
            session.add(job)
            session.flush()
            audit.record(
                session,
                actor,
                "certificate.order",
                "job",
                job.id,
                training=training,
                people=len(wanted),
                **job.payload,
            )
        jobs.add_items(session, job, wanted)
    return job


def _wanted(session: Session, training: Training, registration_ids: Collection[int] | None) -> list[int]:
    """Who is to get one, in the order of the roster; with them whoever has a number that was not finished."""
    reserved = session.scalars(
        sa.select(Certificate.registration_id).where(
            Certificate.training_id == training.id, Certificate.status == CertificateStatus.RESERVED
        )
    )
    unfinished = {one for one in reserved if one is not None}
    chosen = None if registration_ids is None else set(registration_ids)
    eligible = eligibility.eligible_ids(session, training, without_certificate=True)
    wanted = [one for one in eligible if chosen is None or one in chosen]
    return wanted + sorted(unfinished.difference(wanted))
