"""A unit sends somebody whom it has written down."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import MOST_WAITING, Reading, read_nominee
from trainingmgr.domain.quota import OverQuota, is_over
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import ConsentBy, consent_field
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Nomination, QuotaLine, QuotaPlace, Training
from trainingmgr.queries import audit
from trainingmgr.queries import quota as quotas
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.nomination import Entry, askings, open_all, seal_content, still_open
from trainingmgr.queries.registration_answer import give_consents, keep_answers
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services.nomination import _records as records
from trainingmgr.services.nomination._enrolling import enrol


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who was sent, and whether they have a place or wait for one."""

    nomination_id: int
    name: str
    status: RegistrationStatus


def send(entry: Entry, nomination_id: int, consents: Mapping[str, str] | None = None) -> Outcome:
    """Name the person of a draft: with a place where the unit has one left, else as the line says.

    `consents` are words in which the unit says now that the person consents, by field, to add to those
    that the draft holds.
    Of many who race for the last place one gets it: the unit's row of places is locked, and those who
    hold one counted, before anybody is added. Raises NotFound, Refusal `nomination.incomplete` (name),
    `nomination.consent_needed` (name), `nomination.no_line` (name), `nomination.line_unknown`, `nomination.closed` (deadline),
    `nomination.full` (name, places), `nomination.too_many_waiting` (limit), `nomination.already_sent`
    (name), `nomination.link_ended`, `nomination.archived`.
    """
    with transaction() as session:
        training = still_open(session, entry, enrolling=True)
        row = records.the_nomination(session, entry, nomination_id, sent=False)
        reading = complete(session, training, row, consents)
        if row.line_id is None:
            raise Refusal("nomination.no_line", name=reading.nominee.name)
        place = records.place_of(session, training.id, entry.unit_id, row.line_id)
        line = session.get_one(QuotaLine, row.line_id)
        if is_over(line.deadline, records.today(training)):
            raise Refusal("nomination.closed", deadline=line.deadline)
        status = status_on(session, line, place, reading.nominee.name)
        return finish(session, entry.actor, training, row, reading, line, status)


def complete(
    session: Session, training: Training, row: Nomination, consents: Mapping[str, str] | None = None
) -> Reading:
    """What the draft says, put right, with the consents that are given now.

    Raises Refusal `nomination.incomplete`, `nomination.consent_needed` (name).
    """
    said = open_all(row.uid, row.content_sealed)
    said = {consent_field(key): words for key, words in (consents or {}).items()} | said
    asking = askings(session, training.id).of(row.line_id)
    reading = read_nominee(said, today=records.today(training), asking=asking)
    if not reading.complete:
        raise Refusal("nomination.incomplete", name=reading.nominee.name)
    if reading.unconsented:
        raise Refusal("nomination.consent_needed", name=reading.nominee.name)
    return reading


def status_on(session: Session, line: QuotaLine, place: QuotaPlace, name: str) -> RegistrationStatus:
    """How somebody whom a unit names on a line comes: with a place, or waiting. Raises Refusal `nomination.full`,
    `nomination.too_many_waiting`."""
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
    reading: Reading,
    line: QuotaLine,
    status: RegistrationStatus,
    *,
    action: str = "nomination.sent",
) -> Outcome:
    """Put the nominee on the roster in the running transaction, and say so in the audit trail."""
    unit_id, nominee = row.unit_id, reading.nominee
    stands = enrol(session, training, row, nominee, line, status)
    stands.line_id, stands.sent_at = line.id, now()
    stands.content_sealed = seal_content(stands.uid, nominee.typed())
    session.flush()
    _answer(session, training, stands.registration_id or 0, reading)
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


def _answer(session: Session, training: Training, registration_id: int, reading: Reading) -> None:
    definition = form_of(session, training.id).definition
    keep_answers(session, training, registration_id, definition, reading.answers)
    give_consents(session, training, registration_id, definition, reading.consents, ConsentBy.UNIT)
