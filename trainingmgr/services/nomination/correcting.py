"""A unit puts right what it wrote of somebody whom the organiser has not approved yet."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import FIELDS, UNDECIDED_STATUSES, Asking, Nominee, corrected
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.quota import is_over
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import transaction
from trainingmgr.models import Nomination, Person, QuotaLine, Registration, Training, Unit
from trainingmgr.queries import audit, enrolment, places
from trainingmgr.queries.nomination import Askings, Entry, askings, open_content, seal_content, still_open
from trainingmgr.queries.person import name_columns, phone_columns, refresh_registration_keys
from trainingmgr.services.nomination import _records as records
from trainingmgr.services.nomination._enrolling import twin_of, unit_of
from trainingmgr.services.nomination.sending import status_on

# What somebody is recognised by.
_TELLING = frozenset({"name", "unit", "phone", "id_type", "id_number"})


class Corrected(NamedTuple):
    """What was changed, and how the person stands; `moved` tells that another line was chosen."""

    changed: tuple[str, ...]
    status: RegistrationStatus

    @property
    def moved(self) -> bool:
        return "line" in self.changed


def correct(
    entry: Entry, nomination_id: int, typed: Mapping[str, str], line_id: int | None = None
) -> Corrected:
    """Change what was written of somebody sent, and the line where `line_id` is another.

    Fields that the unit leaves as it sent them stay as they stand on the roster, whatever the organiser has put
    there; an empty ID number leaves the one that was sent. On another line they get a place as if they were named
    there now, or wait, and the one that they leave goes to whoever waits. Of a person who is on other trainings too,
    all but unit, post and note are left as they are known, and the organiser is shown both. So they are where
    what is said now fits somebody who is on the training by another hand, or an ID number is somebody else's there;
    that number is not taken over. The organiser reads of it in the training's last changes.

    Raises NotFound, Refusal `nomination.decided` once they are approved or gone, what is wrong with a field,
    `nomination.already_sent` (name), `nomination.line_unknown`, `nomination.other_questions`,
    `nomination.closed` (deadline), `nomination.full` (name, places), `nomination.too_many_waiting` (limit),
    `nomination.link_ended`, `nomination.archived`.
    """
    with transaction() as session:
        training = still_open(session, entry, enrolling=True)
        standing = places.standing(session, training)
        row = records.the_nomination(session, entry, nomination_id, sent=True)
        registration = session.get_one(Registration, row.registration_id, with_for_update=True)
        if registration.status not in UNDECIDED_STATUSES:
            raise Refusal("nomination.decided")
        before = Nominee(**open_content(row.uid, row.content_sealed))
        asked = askings(session, training.id)
        after, changed = _read(training, asked.of(row.line_id), before, typed)
        if changed:
            _take_over(session, training, registration, row, after, changed)
        if line_id is not None and line_id != row.line_id:
            _move(session, training, asked, registration, row, line_id, after.name)
            changed = (*changed, "line")
        if not changed:
            return Corrected((), registration.status)
        audit.record(
            session,
            entry.actor,
            "nomination.corrected",
            "registration",
            registration.id,
            training=training,
            unit_id=entry.unit_id,
            fields=list(changed),
        )
        places.fill_freed(session, entry.actor, training, standing, but=[registration.id])
        return Corrected(changed, registration.status)


def _read(
    training: Training, asking: Asking | None, before: Nominee, typed: Mapping[str, str]
) -> tuple[Nominee, tuple[str, ...]]:
    """What is said now, and the fields in which it differs. Raises what is wrong with one of those."""
    after, wrong = corrected(before, typed, asking, today=records.today(training))
    changed = tuple(name for name in FIELDS if getattr(after, name) != getattr(before, name))
    for name in changed:
        if name in wrong:
            raise wrong[name]
    return after, changed


def _take_over(
    session: Session,
    training: Training,
    registration: Registration,
    row: Nomination,
    after: Nominee,
    changed: Collection[str],
) -> None:
    person = session.get_one(Person, registration.person_id)
    # What the unit left as it was may have been put right on the roster since.
    for column, value in {"post": after.post, "note": after.note}.items():
        if column in changed:
            setattr(registration, column, value)
    unit = unit_of(session, training, row.unit_id, after)
    if "unit" in changed:
        registration.unit_id = unit.id
    if _TELLING.intersection(changed):
        row.double_of_id = twin_of(session, training, row, after, unit, person)
    if not _known_elsewhere(session, registration):
        _know(session, person, after, unit, changed)
    row.content_sealed = seal_content(row.uid, after.typed())
    session.flush()
    refresh_registration_keys(session, [person.id])


def _know(session: Session, person: Person, after: Nominee, unit: Unit, changed: Collection[str]) -> None:
    """Let the person, whom the organisation knows from this unit alone, be who the unit says."""
    columns = {name: getattr(after, name) for name in ("sex", "ethnicity", "email") if name in changed}
    if "name" in changed:
        columns |= name_columns(after.name)
    if "phone" in changed:
        columns |= phone_columns(after.phone)
    if "unit" in changed:
        columns["unit_id"] = unit.id
    for column, value in columns.items():
        setattr(person, column, value)
    if "id_number" in changed or "id_type" in changed:
        enrolment.fill_in(session, person, Facts(document=after.document), unit, (), theirs=True)


def _move(
    session: Session,
    training: Training,
    asked: Askings,
    registration: Registration,
    row: Nomination,
    line_id: int,
    name: str,
) -> None:
    """Put somebody on another line, as if they were named there now."""
    place = records.place_of(session, training.id, row.unit_id, line_id)
    if not asked.agree(row.line_id, line_id):
        raise Refusal("nomination.other_questions")
    line = session.get_one(QuotaLine, line_id)
    if is_over(line.deadline, records.today(training)):
        raise Refusal("nomination.closed", deadline=line.deadline)
    status = status_on(session, line, place, name)
    if status is not registration.status:
        for column, value in places.status_values(status).items():
            setattr(registration, column, value)
    registration.category_id, row.line_id = line.category_id, line.id
    session.flush()


def _known_elsewhere(session: Session, registration: Registration) -> bool:
    others = sa.select(Registration.id).where(
        Registration.person_id == registration.person_id, Registration.id != registration.id
    )
    return session.scalar(others.limit(1)) is not None
