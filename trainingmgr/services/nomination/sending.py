"""A unit sends somebody whom it has written down."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import MOST_WAITING, Nominee, read_nominee
from trainingmgr.domain.quota import OverQuota, is_over
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Nomination, QuotaLine, QuotaPlace, Training
from trainingmgr.queries import audit, known_people
from trainingmgr.queries import quota as quotas
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.nomination import Entry, open_content, seal_content, still_open
from trainingmgr.services.nomination import _records as records
from trainingmgr.services.nomination._enrolling import enrol


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who was sent, and whether they have a place or wait for one."""

    nomination_id: int
    name: str
    status: RegistrationStatus


def send(entry: Entry, nomination_id: int) -> Outcome:
    """Name the person of a draft: with a place where the unit has one left, else as the line says.

    Of many who race for the last place one gets it: the unit's row of places is locked, and those who
    hold one counted, before anybody is added. Raises NotFound, Refusal `nomination.incomplete` (name),
    `nomination.no_line` (name), `nomination.line_unknown`, `nomination.closed` (deadline),
    `nomination.full` (name, places), `nomination.too_many_waiting` (limit), `nomination.already_sent`
    (name), `nomination.link_ended`, `nomination.archived`.
    """
    with transaction() as session:
        training = still_open(session, entry)
        known_people.lock_people(session, training.organisation_id)
        row = records.the_nomination(session, entry, nomination_id, sent=False)
        nominee = complete(training, row)
        if row.line_id is None:
            raise Refusal("nomination.no_line", name=nominee.name)
        place = records.place_of(session, training.id, entry.unit_id, row.line_id)
        line = session.get_one(QuotaLine, row.line_id)
        if is_over(line.deadline, records.today(training)):
            raise Refusal("nomination.closed", deadline=line.deadline)
        status = _status(session, line, place, nominee.name)
        return finish(session, entry.actor, training, row, nominee, line, status)


def complete(training: Training, row: Nomination) -> Nominee:
    """What the draft says, put right. Raises Refusal `nomination.incomplete` (name)."""
    reading = read_nominee(open_content(row.uid, row.content_sealed), today=records.today(training))
    if not reading.complete:
        raise Refusal("nomination.incomplete", name=reading.nominee.name)
    return reading.nominee


def _status(session: Session, line: QuotaLine, place: QuotaPlace, name: str) -> RegistrationStatus:
    if quotas.holders(session, line.id, place.unit_id) < place.places:
        return RegistrationStatus.NOMINATED
    if line.over is OverQuota.REFUSE:
        raise Refusal("nomination.full", name=name, places=place.places)
    _taken, waiting = quotas.counts(session, line.training_id, [line.id])[line.id, place.unit_id]
    if waiting >= MOST_WAITING:
        raise Refusal("nomination.too_many_waiting", limit=MOST_WAITING)
    return RegistrationStatus.WAITLISTED


def finish(
    session: Session,
    actor: Actor,
    training: Training,
    row: Nomination,
    nominee: Nominee,
    line: QuotaLine,
    status: RegistrationStatus,
    *,
    action: str = "nomination.sent",
) -> Outcome:
    """Put the nominee on the roster in the running transaction, and say so in the audit trail."""
    unit_id = row.unit_id
    stands = enrol(session, training, row, nominee, line, status)
    stands.line_id, stands.sent_at = line.id, now()
    stands.content_sealed = seal_content(stands.uid, nominee.typed())
    session.flush()
    audit.record(
        session,
        actor,
        action,
        "registration",
        stands.registration_id,
        training=training,
        unit_id=unit_id,
        status=status.value,
    )
    return Outcome(stands.id, nominee.name, status)
