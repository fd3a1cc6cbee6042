"""The outbox: every mail of an organisation or of one training, the newest first, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.mail import MailFault, MailKind, MailStatus
from trainingmgr.models import (
    Certificate,
    Lecturer,
    MailMessage,
    OwnRegistration,
    Person,
    Registration,
    Training,
    Unit,
)

PAGE = 50
# Whoever registers in another's name must not get that one's papers by it.
_TO_WHO_IS_ON_FILE = (MailKind.CERTIFICATE, MailKind.MESSAGE)
TROUBLES = frozenset({MailStatus.FAILED, MailStatus.BOUNCED, MailStatus.UNCERTAIN})

_M = MailMessage


class Place(Protocol):
    """Where a page begins: behind this mail, or before it when going backwards."""

    @property
    def id(self) -> int: ...
    @property
    def backwards(self) -> bool: ...


class Line(NamedTuple):
    """A mail in the list; `code` is that of its training, `repeated` whether another was sent in its place."""

    id: int
    uid: str
    kind: MailKind
    to_name: str
    to_address: str
    subject: str
    status: MailStatus
    fault: MailFault
    answer: str
    attempts: int
    is_sample: bool
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    erased_at: datetime | None
    code: str | None
    repeated: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of mails; `previous` and `next` are the mails beside which the neighbours begin, None at an end."""

    lines: Sequence[Line]
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Box:
    """Whose mails: an organisation's, or those of one of its trainings; of one kind or all."""

    organisation_id: int
    training_id: int | None = None
    kind: MailKind | None = None

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What its mails have in common."""
        whose = (
            _M.organisation_id == self.organisation_id
            if self.training_id is None
            else _M.training_id == self.training_id
        )
        return [whose] if self.kind is None else [whose, _M.kind == self.kind]


def page(
    session: Session,
    box: Box,
    status: MailStatus | None = None,
    text: str = "",
    place: Place | None = None,
    size: int = PAGE,
    *,
    trouble: bool = False,
) -> Page:
    """The mails after (or before) `place`, narrowed to a status and to what is in name, address or subject.

    With `trouble`, those alone that may not have arrived and were not sent again.
    """
    backwards = place is not None and place.backwards
    query = _lines().where(*box.conditions, *_narrowed(status, text), *(_troubled() if trouble else ()))
    if place is not None:
        query = query.where(_M.id > place.id if backwards else _M.id < place.id)
    query = query.order_by(_M.id if backwards else _M.id.desc()).limit(size + 1)
    lines = [Line._make(row) for row in session.execute(query)]
    if place is not None and not lines:
        return page(session, box, status, text, None, size, trouble=trouble)
    more, lines = len(lines) > size, lines[:size]
    if backwards:
        lines.reverse()
        return Page(lines, lines[0].id if more else None, lines[-1].id)
    return Page(lines, lines[0].id if place is not None else None, lines[-1].id if more else None)


def _narrowed(status: MailStatus | None, text: str) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [] if status is None else [_M.status == status]
    if text:
        columns = (_M.to_name, _M.to_address, _M.subject)
        found.append(sa.or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return found


def _troubled() -> list[sa.ColumnElement[bool]]:
    later = aliased(MailMessage)
    return [_M.status.in_(TROUBLES), ~sa.exists().where(later.repeats_id == _M.id)]


def _lines() -> sa.Select[Any]:
    later = aliased(MailMessage)
    columns: tuple[Any, ...] = (
        _M.id,
        _M.uid,
        _M.kind,
        _M.to_name,
        _M.to_address,
        _M.subject,
        _M.status,
        _M.fault,
        _M.answer,
        _M.attempts,
        _M.is_sample,
        _M.created_at,
        _M.due_at,
        _M.sent_at,
        _M.erased_at,
        Training.code,
        sa.exists().where(later.repeats_id == _M.id),
    )
    return sa.select(*columns).outerjoin(Training, Training.id == _M.training_id)


def counts(session: Session, box: Box) -> dict[MailStatus, int]:
    """How many mails there are in each status."""
    rows = session.execute(sa.select(_M.status, sa.func.count()).where(*box.conditions).group_by(_M.status))
    return {row[0]: row[1] for row in rows}


def troubles_in(box: Box) -> sa.Select[int]:
    """How many mails may not have arrived, and were not sent again: a statement, to be asked with others."""
    return sa.select(sa.func.count()).select_from(_M).where(*box.conditions, *_troubled())


def of_registration(session: Session, registration_id: int, limit: int = 20) -> list[Line]:
    """The mails to a participant about this training, the newest first."""
    rows = session.execute(
        _lines().where(_M.registration_id == registration_id).order_by(_M.id.desc()).limit(limit)
    )
    return [Line._make(row) for row in rows]


def by_uid(session: Session, organisation_id: int, uid: str) -> MailMessage | None:
    """The organisation's mail of this name."""
    return session.scalar(sa.select(_M).where(_M.uid == uid, _M.organisation_id == organisation_id))


def repeated_by(session: Session, mail_id: int) -> MailMessage | None:
    """The mail that was sent in place of this one, if there is one."""
    return session.scalar(sa.select(_M).where(_M.repeats_id == mail_id))


def present_address(session: Session, row: MailMessage) -> str:
    """The address that the mail would go to if it were sent again: the present one, if that is known."""
    return session.scalar(sa.select(present()).where(_M.id == row.id)) or row.to_address


def present() -> sa.ColumnElement[str]:
    """That address, of each mail that a statement is about: of the unit, the participant or the lecturer it is for."""
    own = sa.case((_M.kind.not_in(_TO_WHO_IS_ON_FILE), sa.func.nullif(OwnRegistration.email, "")))
    of_participant = (
        sa.select(sa.func.coalesce(own, sa.func.nullif(Person.email, "")))
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(OwnRegistration, OwnRegistration.registration_id == Registration.id)
        .where(Registration.id == _M.registration_id)
    )
    of_unit = sa.select(sa.func.nullif(Unit.contact_email, "")).where(Unit.id == _M.unit_id)
    holder = sa.select(Certificate.lecturer_id).where(Certificate.id == _M.certificate_id).scalar_subquery()
    of_lecturer = sa.select(sa.func.nullif(Lecturer.email, "")).where(
        Lecturer.id == sa.func.coalesce(_M.lecturer_id, holder)
    )
    found = (one.scalar_subquery() for one in (of_unit, of_participant, of_lecturer))
    return sa.func.coalesce(*found, _M.to_address)
