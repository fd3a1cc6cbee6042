"""The addresses in a mail that let in whoever has them.

No mail holds the secret part of one: it is written down without, and gets the one that is in force when it leaves,
or where somebody tries an address out in the outbox. So neither the database nor its backups let anybody in, and
a mail that waited long, or is sent again, leads where it should.
"""

import re
from collections.abc import Iterator
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import HIDDEN
from trainingmgr.domain.nomination import LinkState, link_state
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now
from trainingmgr.models import (
    NominationLink,
    OwnRegistration,
    Person,
    Registration,
    TimetableLink,
    Training,
)
from trainingmgr.queries.invitation import invitation_token
from trainingmgr.queries.nomination import address_token
from trainingmgr.queries.own_registration import ends_on, token_of
from trainingmgr.queries.own_timetable.access import (
    feed_token_of_link,
    feed_token_of_person,
    page_token,
)

_OPEN = "/" + HIDDEN
_OF_REGISTRATION = re.compile(f"/r/[A-Z0-9-]+{_OPEN}")


class Written(Protocol):
    """Whom a mail is for."""

    @property
    def training_id(self) -> int | None: ...
    @property
    def registration_id(self) -> int | None: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def lecturer_id(self) -> int | None: ...


def whole(session: Session, mail: Written, text: str) -> str:
    """A text of the mail with the secret part that each address in it has now.

    Raises Refusal `mail.link_ended` where one leads nowhere any more, or was never the reader's own.
    """
    if _OPEN not in text:
        return text
    if mail.training_id is not None and mail.registration_id is not None:
        # The training's code stands in the address, and may be another one by now.
        code = session.get_one(Training, mail.training_id).code
        text = _OF_REGISTRATION.sub(f"/r/{code}{_OPEN}", text)
    for path, token in _addresses(session, mail):
        text = text.replace(path + HIDDEN, path + token)
    if _OPEN in text:
        raise Refusal("mail.link_ended")
    return text


def _addresses(session: Session, mail: Written) -> Iterator[tuple[str, str]]:
    """What stands before the secret part of each address that the reader has, and that part."""
    if mail.unit_id is not None:
        yield from _of_unit(session, mail.training_id, mail.unit_id)
    if mail.registration_id is not None:
        yield from _of_participant(session, mail.registration_id)
    if mail.lecturer_id is not None:
        yield from _of_lecturer(session, mail.lecturer_id)


def _of_unit(session: Session, training_id: int | None, unit_id: int) -> Iterator[tuple[str, str]]:
    link = session.scalar(
        sa.select(NominationLink).where(
            NominationLink.training_id == training_id,
            NominationLink.unit_id == unit_id,
            NominationLink.revoked_at.is_(None),
        )
    )
    if link is not None and link_state(link.expires_at, None, now()) is LinkState.IN_FORCE:
        yield "/n/", address_token(link.key)


def _of_participant(session: Session, registration_id: int) -> Iterator[tuple[str, str]]:
    training, own, uid, page_key = session.execute(
        sa.select(Training, OwnRegistration, Person.uid, Person.page_key)
        .select_from(Registration)
        .join(Training, Training.id == Registration.training_id)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(OwnRegistration, OwnRegistration.registration_id == Registration.id)
        .where(Registration.id == registration_id)
    ).one()
    if own is not None and own.key and ends_on(training, own) >= now().date():
        yield f"/r/{training.code}/", token_of(own.key)
    if page_key:
        yield "/me/", page_key
        yield "/calendar/", feed_token_of_person(uid, page_key)


def _of_lecturer(session: Session, lecturer_id: int) -> Iterator[tuple[str, str]]:
    key = session.scalar(sa.select(TimetableLink.key).where(TimetableLink.lecturer_id == lecturer_id))
    if key is not None:
        yield "/invitation/", invitation_token(key)
        yield "/timetable/", page_token(key)
        yield "/calendar/", feed_token_of_link(key)
