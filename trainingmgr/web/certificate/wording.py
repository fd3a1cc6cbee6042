"""Reasons that were kept as code and values, said in the language of the screen."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.http.words import say
from trainingmgr.models import Job
from trainingmgr.queries import job as jobs
from trainingmgr.queries.certificate import facts
from trainingmgr.queries.certificate.register import Entry


@dataclass(frozen=True, slots=True)
class Failure:
    """Somebody who got no certificate, and why."""

    name: str
    unit: str
    reason: str


def end_reason(entry: Entry) -> str:
    """Why a number does not stand: the organiser's words, or the rule's for one that was voided."""
    if entry.status is not CertificateStatus.VOIDED:
        return entry.reason
    code, values = json.loads(entry.reason)
    return say(code, values)


def failures(session: Session, job: Job) -> list[Failure]:
    """Those whom an order could not serve."""
    faults = jobs.faults(session, job.id)
    names = facts.names(session, job, [one.subject_id for one in faults])
    return [Failure(*names.get(one.subject_id, ("", "")), say(one.code, one.values)) for one in faults]
