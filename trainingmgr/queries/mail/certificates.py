"""Certificates by mail: who has got theirs, who is still to, and who has no address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.documents.certificate import wording
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus, verify_url
from trainingmgr.domain.chinese import date_en, date_zh
from trainingmgr.domain.mail import MailFault, MailKind, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.models import (
    Certificate,
    Lecturer,
    MailMessage,
    MailServer,
    Person,
    Registration,
    Training,
)
from trainingmgr.queries.certificate.facts import public_address
from trainingmgr.queries.certificate.offers import Offer
from trainingmgr.queries.mail.outbox import TROUBLES
from trainingmgr.queries.mail.queueing import Mailing, usable_address
from trainingmgr.queries.mail.repeating import queue_anew

PAGE = 50
_CHUNK = 500


class Mailed(StrEnum):
    """How it stands with a certificate's mail. `TO_SEND` has an address and no mail that might arrive."""

    SENT = "sent"
    UNDER_WAY = "under_way"
    KEPT = "kept"
    TROUBLE = "trouble"
    TO_SEND = "to_send"
    NO_ADDRESS = "no_address"


class Line(NamedTuple):
    """A certificate with its holder and the latest mail that brought it or did not."""

    id: int
    serial: str
    name: str
    registration_id: int | None
    lecturer_id: int | None
    address: str
    state: Mailed
    uid: str | None
    fault: MailFault | None
    answer: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many mails were written, how many of them are only kept here, and how many people have no address."""

    mails: int = 0
    kept: int = 0
    without_address: int = 0


_mail = aliased(MailMessage)
_later = aliased(MailMessage)
_address = sa.func.coalesce(Person.email, Lecturer.email, "")
_has_server = sa.exists().where(MailServer.organisation_id == _mail.organisation_id)
_state = sa.case(
    (_mail.status == MailStatus.SENT, Mailed.SENT.value),
    (_mail.status.in_([MailStatus.QUEUED, MailStatus.SENDING]), Mailed.UNDER_WAY.value),
    (_mail.status.in_(TROUBLES), Mailed.TROUBLE.value),
    (
        sa.and_(_mail.status == MailStatus.KEPT, sa.or_(_mail.is_sample, ~_has_server)),
        Mailed.KEPT.value,
    ),
    (_address == "", Mailed.NO_ADDRESS.value),
    else_=Mailed.TO_SEND.value,
)


def _certificates(training_id: int, kind: CertificateKind, *columns: Any) -> sa.Select[Any]:
    """The valid certificates of a kind, each beside its latest mail."""
    return (
        sa.select(*columns)
        .select_from(Certificate)
        .outerjoin(Registration, Registration.id == Certificate.registration_id)
        .outerjoin(Person, Person.id == Registration.person_id)
        .outerjoin(Lecturer, Lecturer.id == Certificate.lecturer_id)
        .outerjoin(
            _mail,
            sa.and_(
                _mail.certificate_id == Certificate.id, ~sa.exists().where(_later.repeats_id == _mail.id)
            ),
        )
        .where(
            Certificate.training_id == training_id,
            Certificate.kind == kind,
            Certificate.status == CertificateStatus.VALID,
            Certificate.erased_at.is_(None),
        )
    )


def counts(session: Session, training_id: int, kind: CertificateKind) -> dict[Mailed, int]:
    """How many certificates of the kind stand where."""
    rows = session.execute(
        _certificates(training_id, kind, _state.label("state"), sa.func.count()).group_by(sa.text("state"))
    )
    found = {Mailed(row[0]): int(row[1]) for row in rows}
    return {one: found.get(one, 0) for one in Mailed}


def lines(
    session: Session, training_id: int, kind: CertificateKind, state: Mailed | None, page: int
) -> list[Line]:
    """A page of the certificates, in the order of their numbers, of one state or of all."""
    query = _certificates(
        training_id,
        kind,
        Certificate.id,
        Certificate.serial,
        Certificate.snapshot["holder_name"].as_string(),
        Certificate.registration_id,
        Certificate.lecturer_id,
        _address,
        _state,
        _mail.uid,
        _mail.fault,
        _mail.answer,
        _mail.sent_at,
    )
    if state is not None:
        query = query.where(_state == state.value)
    rows = session.execute(query.order_by(Certificate.number).offset((page - 1) * PAGE).limit(PAGE))
    return [Line._make((*row[:6], Mailed(row[6]), *row[7:])) for row in rows]


def to_send(session: Session, training_id: int, kind: CertificateKind) -> list[int]:
    """The certificates whose holders have an address and were sent nothing yet."""
    query = _certificates(training_id, kind, Certificate.id).where(_state == Mailed.TO_SEND.value)
    return [row[0] for row in session.execute(query.order_by(Certificate.number))]


def latest_mail(session: Session, certificate_id: int) -> MailMessage | None:
    """The latest mail that this certificate went with."""
    return session.scalar(
        sa.select(_mail)
        .where(_mail.certificate_id == certificate_id, ~sa.exists().where(_later.repeats_id == _mail.id))
        .with_for_update(of=_mail)
    )


def write(session: Session, training: Training, offer: Offer, rows: Sequence[Certificate]) -> Outcome:
    """Write a mail to the holder of each of these certificates who has an address, with the paper for company.

    It belongs into the transaction that makes them valid, or into a later one: a mail that was cancelled or
    kept here is taken up again. What cannot be sent, as with `queue`, is kept.
    """
    mailing = Mailing(
        session,
        organisation_id=training.organisation_id,
        kind=MailKind.CERTIFICATE,
        language="en" if offer.language == "en" else "zh",
        training_id=training.id,
    )
    ids = [row.id for row in rows]
    addresses, former = _addresses(session, ids), _former(session, ids)
    mails = kept = 0
    for row in rows:
        try:
            address = usable_address(addresses[row.id])
        except Refusal:
            continue
        mail = former.get(row.id)
        if mail is not None:
            queue_anew(mail, address, mailing.status(is_sample=mail.is_sample))
        else:
            mail = mailing.add(
                to_name=row.snapshot["holder_name"],
                to_address=address,
                values=_values(row, offer),
                registration_id=row.registration_id,
                certificate_id=row.id,
                is_sample=row.is_sample,
            )
        mails, kept = mails + 1, kept + (mail.status is MailStatus.KEPT)
    session.flush()
    return Outcome(mails, kept, len(rows) - mails)


def _values(row: Certificate, offer: Offer) -> dict[str, str]:
    english = offer.language == "en"
    words = wording.EN if english else wording.ZH
    return {
        "certificate": words[row.kind].title,
        "serial": row.serial,
        "issue_date": date_en(row.issue_date) if english else date_zh(row.issue_date),
        # With the short code: the token of the QR is longer than a line.
        "link": verify_url(public_address(), row.serial, row.code),
    }


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _addresses(session: Session, ids: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in _chunks(ids):
        rows = session.execute(
            sa.select(Certificate.id, _address)
            .outerjoin(Registration, Registration.id == Certificate.registration_id)
            .outerjoin(Person, Person.id == Registration.person_id)
            .outerjoin(Lecturer, Lecturer.id == Certificate.lecturer_id)
            .where(Certificate.id.in_(chunk))
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def _former(session: Session, ids: list[int]) -> dict[int | None, MailMessage]:
    """The mails of these certificates that were written and have not left."""
    found: dict[int | None, MailMessage] = {}
    for chunk in _chunks(ids):
        rows = session.scalars(
            sa.select(_mail)
            .where(
                _mail.certificate_id.in_(chunk),
                _mail.status.in_([MailStatus.CANCELLED, MailStatus.KEPT]),
                ~sa.exists().where(_later.repeats_id == _mail.id),
            )
            .with_for_update(of=_mail)
            .execution_options(populate_existing=True)
        )
        found |= {row.certificate_id: row for row in rows}
    return found
