"""A unit puts right what it wrote of somebody whom the organiser has not approved yet."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import CORRECTABLE, UNDECIDED_STATUSES, Nominee, read_nominee
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Person, Registration
from trainingmgr.queries import audit
from trainingmgr.queries.nomination import Entry, open_content, seal_content, still_open
from trainingmgr.queries.person import phone_columns, refresh_registration_keys
from trainingmgr.services.nomination import _records as records


def correct(entry: Entry, nomination_id: int, typed: Mapping[str, str]) -> tuple[str, ...]:
    """Change post, phone, mail address or note of somebody sent; gives those that changed.

    Who it is stays: somebody else is named by replacing them. Of a person who is on other trainings too,
    phone and mail address are left as they are known. The organiser reads of it in the training's last
    changes. Raises NotFound, Refusal `nomination.decided` once they are approved or gone,
    `nomination.link_ended`, `nomination.archived`, and what is wrong with a field.
    """
    with transaction() as session:
        training = still_open(session, entry, enrolling=True)
        row = records.the_nomination(session, entry, nomination_id, sent=True)
        registration = session.get_one(Registration, row.registration_id, with_for_update=True)
        if registration.status not in UNDECIDED_STATUSES:
            raise Refusal("nomination.decided")
        before = Nominee(**open_content(row.uid, row.content_sealed))
        said = before.typed() | {name: typed.get(name, "") for name in CORRECTABLE}
        reading = read_nominee(said, today=records.today(training))
        after = reading.nominee
        changed = tuple(name for name in CORRECTABLE if getattr(after, name) != getattr(before, name))
        for name in changed:
            if name in reading.wrong:
                raise reading.wrong[name]
        if not changed:
            return ()
        registration.post, registration.note = after.post, after.note
        person = session.get_one(Person, registration.person_id)
        if not _known_elsewhere(session, registration):
            person.email = after.email
            for column, text in phone_columns(after.phone).items():
                setattr(person, column, text)
        row.content_sealed = seal_content(row.uid, after.typed())
        session.flush()
        refresh_registration_keys(session, [person.id])
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
        return changed


def _known_elsewhere(session: Session, registration: Registration) -> bool:
    others = sa.select(Registration.id).where(
        Registration.person_id == registration.person_id, Registration.id != registration.id
    )
    return session.scalar(others.limit(1)) is not None
