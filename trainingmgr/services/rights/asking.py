"""What people ask for on their own page."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.participant import CLEANERS
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rights import CORRECTABLE, RequestKind, RequestStatus
from trainingmgr.extensions import transaction
from trainingmgr.models import DataRequest, Person
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

HOLDER = Actor(None, "holder")
"""Who acts on an own page: whoever has its address."""


def ask_correction(person_id: int, wanted: Mapping[str, str], words: str) -> None:
    """Ask that facts of the person be put right; `wanted` maps those of `CORRECTABLE` to what they should be.

    What is as it should be already is left out. Raises Refusal `rights.nothing_asked`,
    `rights.asked_already`, or that of a fact that cannot be as wanted.
    """
    with transaction() as session:
        person = _person(session, person_id)
        clean = {name: CLEANERS[name](value) for name, value in wanted.items() if name in CORRECTABLE}
        changed = {name: value for name, value in clean.items() if value != getattr(person, name)}
        if not changed and not words.strip():
            raise Refusal("rights.nothing_asked")
        _ask(session, person, RequestKind.CORRECTION, changed, words.strip())


def ask_deletion(person_id: int, words: str) -> None:
    """Ask that everything kept of the person be deleted. Raises Refusal `rights.asked_already`."""
    with transaction() as session:
        _ask(session, _person(session, person_id), RequestKind.DELETION, {}, words.strip())


def withdraw(person_id: int, request_id: int) -> None:
    """Take back one's own request while nobody has answered it. Raises NotFound."""
    with transaction() as session:
        row = session.scalar(
            sa.select(DataRequest)
            .where(
                DataRequest.id == request_id,
                DataRequest.person_id == person_id,
                DataRequest.status == RequestStatus.OPEN,
            )
            .with_for_update()
        )
        if row is None:
            raise NotFound("not_found")
        session.delete(row)
        _record(session, "rights.withdrawn", row)


def _ask(session: Session, person: Person, kind: RequestKind, wanted: Mapping[str, str], words: str) -> None:
    row = DataRequest(
        organisation_id=person.organisation_id,
        person_id=person.id,
        kind=kind,
        wanted=dict(wanted),
        words=words,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refusal("rights.asked_already") from error
    _record(session, "rights.asked", row)


def _record(session: Session, action: str, row: DataRequest) -> None:
    audit.record(
        session,
        HOLDER,
        action,
        "data_request",
        row.id,
        organisation_id=row.organisation_id,
        kind=row.kind.value,
        fields=sorted(row.wanted),
    )


def _person(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("not_found")
    return person
