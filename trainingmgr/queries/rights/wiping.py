"""Taking people's data out: of one person altogether, and of whatever has been kept long enough."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailStatus
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.rights import Kept
from trainingmgr.models import (
    BatchPhoto,
    Certificate,
    DataRequest,
    MailMessage,
    NominationReceipt,
    Person,
    Registration,
    Training,
)
from trainingmgr.queries.certificate.erasure import erase_holder
from trainingmgr.queries.mail.erasing import blank
from trainingmgr.queries.nomination import forget
from trainingmgr.queries.own_registration import ID_BOXES, scrub
from trainingmgr.queries.person import CHUNK, NO_ID, phone_columns, refresh_registration_keys
from trainingmgr.queries.photo import unused_keys
from trainingmgr.queries.rights.asked import forget_requests
from trainingmgr.queries.same_person import forget_merges_of

_WAITING = (MailStatus.QUEUED, MailStatus.SENDING)
_NOT_TAKING_PART = (
    RegistrationStatus.NOMINATED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.DECLINED,
    RegistrationStatus.WITHDRAWN,
)
Due = sa.Select[int]


@dataclass(slots=True)
class Gone:
    """How much went with a person; `keys` are those of files to delete after the commit."""

    trainings: int = 0
    certificates: int = 0
    keys: list[str] = field(default_factory=list)


def erase_person(session: Session, person: Person) -> Gone:
    """Let a person go with everything that hangs on them; of their certificates stays what lets the paper verify.

    The caller has made sure that none is being made at the moment.
    """
    gone = Gone()
    registrations = sa.select(Registration.id).where(Registration.person_id == person.id)
    held = sa.select(Certificate).where(
        Certificate.registration_id.in_(registrations), Certificate.erased_at.is_(None)
    )
    for row in session.scalars(held.order_by(Certificate.id).with_for_update()).all():
        key = erase_holder(session, row)
        gone.certificates += 1
        gone.keys += [key] if key else []
    session.flush()
    blank(session, MailMessage.registration_id.in_(registrations))
    forget_requests(session, DataRequest.person_id == person.id)
    photo = person.photo
    gone.keys += forget_merges_of(session, person.id)
    gone.trainings = _forget_registrations(session, list(session.scalars(registrations)))
    session.expire(person)
    session.delete(person)
    session.flush()
    gone.keys += unused_keys(session, {photo})
    return gone


def due(session: Session, organisation_id: int, kept: Kept, last_day: date) -> list[int]:
    """The rows that have been kept long enough: people whose last class ended by `last_day`, or what hangs on it."""
    return list(session.scalars(_DUE[kept](organisation_id, last_day)))


def wipe(session: Session, kept: Kept, ids: Collection[int]) -> list[str]:
    """Wipe one kind of data of these rows; gives the keys of files to delete after the commit."""
    keys: list[str] = []
    todo = list(ids)
    for start in range(0, len(todo), CHUNK):
        keys += _WIPE[kept](session, todo[start : start + CHUNK])
    return keys


# -- which


def _over(organisation_id: int, last_day: date) -> Due:
    return (
        sa.select(Registration.person_id)
        .join(Training, Training.id == Registration.training_id)
        .where(Training.organisation_id == organisation_id)
        .group_by(Registration.person_id)
        .having(sa.func.max(Training.end_date) <= last_day)
    )


def _people(*having: sa.ColumnElement[bool]) -> Callable[[int, date], Due]:
    return lambda organisation_id, last_day: (
        sa.select(Person.id)
        .where(sa.or_(*having), Person.id.in_(_over(organisation_id, last_day)))
        .order_by(Person.id)
    )


def _mails(organisation_id: int, last_day: date) -> Due:
    return (
        sa.select(MailMessage.id)
        .join(Training, Training.id == MailMessage.training_id)
        .where(
            Training.organisation_id == organisation_id,
            Training.end_date <= last_day,
            MailMessage.erased_at.is_(None),
            MailMessage.status.not_in(_WAITING),
        )
        .order_by(MailMessage.id)
    )


def _not_taking_part(organisation_id: int, last_day: date) -> Due:
    numbered = sa.exists().where(Certificate.registration_id == Registration.id)
    return (
        sa.select(Registration.id)
        .join(Training, Training.id == Registration.training_id)
        .where(
            Training.organisation_id == organisation_id,
            Training.end_date <= last_day,
            Registration.status.in_(_NOT_TAKING_PART),
            ~numbered,
        )
        .order_by(Registration.id)
    )


def _receipts(organisation_id: int, last_day: date) -> Due:
    return (
        sa.select(NominationReceipt.id)
        .join(Training, Training.id == NominationReceipt.training_id)
        .where(Training.organisation_id == organisation_id, Training.end_date <= last_day)
        .order_by(NominationReceipt.id)
    )


_DUE: dict[Kept, Callable[[int, date], Due]] = {
    Kept.ID_NUMBER: _people(Person.id_sealed.is_not(None)),
    Kept.CONTACT: _people(Person.phone != "", Person.email != ""),
    Kept.PHOTO: _people(Person.photo != ""),
    Kept.MAIL: _mails,
    Kept.RECEIPT: _receipts,
    Kept.NOT_TAKING_PART: _not_taking_part,
}

# -- how


def _set(session: Session, ids: list[int], values: dict[str, Any]) -> None:
    # Whoever edits the person at this moment is told that somebody else was there.
    session.execute(
        sa.update(Person)
        .where(Person.id.in_(ids))
        .values(**values, version=Person.version + 1)
        .execution_options(synchronize_session=False)
    )


def _wipe_id_numbers(session: Session, ids: list[int]) -> list[str]:
    _set(session, ids, {**NO_ID})
    scrub(session, ids, ID_BOXES)
    forget(session, ids, ("id_type", "id_number"))
    return []


def _wipe_contacts(session: Session, ids: list[int]) -> list[str]:
    _set(session, ids, {**phone_columns(""), "email": ""})
    scrub(session, ids, ("phone", "email"))
    forget(session, ids, ("phone", "email"))
    refresh_registration_keys(session, ids)
    return []


def _wipe_photos(session: Session, ids: list[int]) -> list[str]:
    digests = set(session.scalars(sa.select(Person.photo).where(Person.id.in_(ids))))
    _set(session, ids, {"photo": ""})
    session.execute(sa.delete(BatchPhoto).where(BatchPhoto.person_id.in_(ids)))
    return unused_keys(session, digests)


def _wipe_mails(session: Session, ids: list[int]) -> list[str]:
    blank(session, MailMessage.id.in_(ids))
    return []


def _wipe_not_taking_part(session: Session, ids: list[int]) -> list[str]:
    people = set(session.scalars(sa.select(Registration.person_id).where(Registration.id.in_(ids))))
    blank(session, MailMessage.registration_id.in_(ids))
    _forget_registrations(session, ids)
    elsewhere = sa.exists().where(Registration.person_id == Person.id)
    alone = session.execute(sa.select(Person.id, Person.photo).where(Person.id.in_(people), ~elsewhere)).all()
    gone = [person_id for person_id, _photo in alone]
    forget_requests(session, DataRequest.person_id.in_(gone))
    session.execute(sa.delete(Person).where(Person.id.in_(gone)).execution_options(synchronize_session=False))
    return unused_keys(session, {photo for _person_id, photo in alone})


def _wipe_receipts(session: Session, ids: list[int]) -> list[str]:
    keys = session.scalars(
        sa.delete(NominationReceipt)
        .where(NominationReceipt.id.in_(ids))
        .returning(NominationReceipt.file_key)
        .execution_options(synchronize_session=False)
    )
    return list(keys)


_WIPE: dict[Kept, Callable[[Session, list[int]], list[str]]] = {
    Kept.ID_NUMBER: _wipe_id_numbers,
    Kept.CONTACT: _wipe_contacts,
    Kept.PHOTO: _wipe_photos,
    Kept.MAIL: _wipe_mails,
    Kept.RECEIPT: _wipe_receipts,
    Kept.NOT_TAKING_PART: _wipe_not_taking_part,
}


def _forget_registrations(session: Session, ids: list[int]) -> int:
    session.execute(
        sa.delete(Registration).where(Registration.id.in_(ids)).execution_options(synchronize_session=False)
    )
    return len(ids)
