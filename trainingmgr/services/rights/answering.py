"""What an organisation answers to people who ask about their data."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rights import RequestKind, RequestStatus
from trainingmgr.extensions import now, storage, transaction
from trainingmgr.models import Certificate, DataRequest, Person, Registration
from trainingmgr.queries import audit, known_people, places
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.person import name_columns, phone_columns, refresh_registration_keys
from trainingmgr.queries.rights.wiping import Gone, erase_person


def correct(actor: Actor, organisation_id: int, request_id: int, answer: str = "") -> None:
    """Put the named facts of the person as they were asked to be, and close the request.

    What was asked for in words alone has been done by hand before. Certificates stay as they were
    issued. Raises NotFound, Refusal `rights.answered_already`.
    """
    with transaction() as session:
        known_people.lock_people(session, organisation_id)
        row = _open(session, organisation_id, request_id, RequestKind.CORRECTION)
        person = session.get(Person, row.person_id, with_for_update=True) if row.person_id else None
        if person is None:
            raise NotFound("not_found")
        for name, value in row.wanted.items():
            columns = {"name": name_columns, "phone": phone_columns}.get(
                name, lambda text, at=name: {at: text}
            )
            for column, text in columns(value).items():
                setattr(person, column, text)
        session.flush()
        refresh_registration_keys(session, [person.id])
        _close(session, actor, row, RequestStatus.DONE, answer)


def decline(actor: Actor, organisation_id: int, request_id: int, answer: str) -> None:
    """Refuse what was asked for, and say why. Raises NotFound, Refusal `rights.answered_already`,
    `rights.reason_missing`."""
    if not answer.strip():
        raise Refusal("rights.reason_missing")
    with transaction() as session:
        row = _open(session, organisation_id, request_id)
        _close(session, actor, row, RequestStatus.DECLINED, answer)


def erase(actor: Actor, organisation_id: int, person_id: int) -> Gone:
    """Delete everything kept of a person, at their request or without one; it cannot be undone.

    Of certificates stays what lets the paper in hand verify: number, hash, training, dates, hours, status.
    Places that come free go to whoever waits longest, where a training wants that. Raises NotFound, Refusal `rights.being_issued` while a certificate of theirs is being made.
    """
    try:
        with transaction() as session:
            known_people.lock_people(session, organisation_id)
            person = session.get(Person, person_id, with_for_update=True)
            if person is None or person.organisation_id != organisation_id:
                raise NotFound("not_found")
            if session.scalar(_being_made(person_id)):
                raise Refusal("rights.being_issued")
            open_request = session.scalar(
                sa.select(DataRequest).where(
                    DataRequest.person_id == person_id,
                    DataRequest.kind == RequestKind.DELETION,
                    DataRequest.status == RequestStatus.OPEN,
                )
            )
            if open_request is not None:
                _close(session, actor, open_request, RequestStatus.DONE, "")
                session.flush()
            standing = places.lock_passing_on(session, person_id)
            gone = erase_person(session, person)
            audit.record(
                session,
                actor,
                "rights.erased",
                "person",
                person_id,
                organisation_id=organisation_id,
                trainings=gone.trainings,
                certificates=gone.certificates,
            )
            for training, before in standing:
                places.fill_freed(session, actor, training, before)
    except IntegrityError as error:
        # A number was given out between the look and the deed.
        raise Refusal("rights.being_issued") from error
    for key in gone.keys:
        storage.delete(key)
    return gone


def _being_made(person_id: int) -> sa.Select[int]:
    return (
        sa.select(Certificate.id)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Registration.person_id == person_id, Certificate.status == CertificateStatus.RESERVED)
        .limit(1)
    )


def _open(
    session: Session, organisation_id: int, request_id: int, kind: RequestKind | None = None
) -> DataRequest:
    row = session.scalar(
        sa.select(DataRequest)
        .where(DataRequest.id == request_id, DataRequest.organisation_id == organisation_id)
        .with_for_update()
    )
    if row is None or (kind is not None and row.kind is not kind):
        raise NotFound("not_found")
    if row.status is not RequestStatus.OPEN:
        raise Refusal("rights.answered_already")
    return row


def _close(session: Session, actor: Actor, row: DataRequest, status: RequestStatus, answer: str) -> None:
    row.status, row.answer = status, answer.strip()
    row.decided_at, row.decided_by = now(), actor.name
    audit.record(
        session,
        actor,
        f"rights.{status}",
        "data_request",
        row.id,
        organisation_id=row.organisation_id,
        kind=row.kind.value,
        fields=sorted(row.wanted),
    )
