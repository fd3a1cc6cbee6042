"""A unit takes somebody back whom it has named, or names another in their place."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import LONGEST_REASON, read_nominee
from trainingmgr.domain.person import clean_text
from trainingmgr.domain.quota import HOLDING_STATUSES, is_over
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import EXPECTED_STATUSES, RegistrationStatus
from trainingmgr.extensions import transaction
from trainingmgr.models import Nomination, QuotaLine, Registration, Training
from trainingmgr.queries import audit, places
from trainingmgr.queries.nomination import Entry, askings, notice_of, still_open
from trainingmgr.services.nomination import _records as records
from trainingmgr.services.nomination.sending import Outcome, complete, finish


def withdraw(entry: Entry, nomination_id: int, reason: str = "") -> None:
    """Take somebody back, which is possible until they have come.

    A place on the class that comes free goes to whoever waits longest, if the training wants that.
    Raises NotFound, Refusal `nomination.cannot_leave`, `nomination.link_ended`, `nomination.archived`, and
    what `clean_text` raises of the reason.
    """
    said = clean_text(reason, LONGEST_REASON)
    with transaction() as session:
        training = still_open(session, entry)
        standing = places.standing(session, training)
        row = records.the_nomination(session, entry, nomination_id, sent=True)
        before = _leave(session, row, said)
        audit.record(
            session,
            entry.actor,
            "nomination.withdrawn",
            "registration",
            row.registration_id,
            training=training,
            unit_id=entry.unit_id,
            before=before.value,
        )
        places.fill_freed(session, entry.actor, training, standing)


def replace(entry: Entry, nomination_id: int, typed: Mapping[str, str], reason: str) -> Outcome:
    """Name somebody else in the place of a person: on the same line, with the place that they held.

    A place on the class stays free for the organiser to confirm the other person, whoever waits for one.
    Raises NotFound, Refusal `nomination.reason_missing`, `nomination.cannot_leave`, `nomination.closed`
    (deadline) past the last day unless the organiser allows it, `nomination.incomplete`,
    `nomination.consent_needed`, `nomination.already_sent` (name), `nomination.link_ended`, `nomination.archived`.
    """
    said = clean_text(reason, LONGEST_REASON)
    if not said:
        raise Refusal("nomination.reason_missing")
    with transaction() as session:
        training = still_open(session, entry, enrolling=True)
        old = records.the_nomination(session, entry, nomination_id, sent=True)
        line = session.get_one(QuotaLine, old.line_id)
        _in_time(session, training, line)
        asking = askings(session, training.id).of(line.id)
        if not read_nominee(typed, today=records.today(training), asking=asking).complete:
            raise Refusal("nomination.incomplete", name=typed.get("name", ""))
        before = _leave(session, old, said)
        row = records.new_draft(session, entry, typed, line.id)
        row.replaces_id = old.id
        # The place is handed on, whether others wait for one or not.
        status = RegistrationStatus.NOMINATED if before in HOLDING_STATUSES else RegistrationStatus.WAITLISTED
        return finish(
            session,
            entry.actor,
            training,
            row,
            complete(session, training, row),
            line,
            status,
            action="nomination.replaced",
        )


def _in_time(session: Session, training: Training, line: QuotaLine) -> None:
    if (
        is_over(line.deadline, records.today(training))
        and not notice_of(session, training.id).late_replacement
    ):
        raise Refusal("nomination.closed", deadline=line.deadline)


def _leave(session: Session, row: Nomination, reason: str) -> RegistrationStatus:
    """Let somebody leave, and tell in which status they were. Raises Refusal `nomination.cannot_leave`."""
    registration = session.get_one(Registration, row.registration_id, with_for_update=True)
    before = registration.status
    if before not in EXPECTED_STATUSES:
        raise Refusal("nomination.cannot_leave")
    registration.status, registration.arrived_at = RegistrationStatus.WITHDRAWN, None
    registration.reason = reason
    session.flush()
    return before
