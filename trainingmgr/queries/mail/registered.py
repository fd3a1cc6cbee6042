"""Mails that tell people how their registration stands."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import COMMON, MailKind, MailStatus, variables
from trainingmgr.extensions import now
from trainingmgr.models import MailMessage, OwnRegistration, Person, Registration, Training
from trainingmgr.queries.mail.queueing import Mailing
from trainingmgr.queries.own_registration import address_of
from trainingmgr.queries.schedule.calendar import class_file

LATER = timedelta(minutes=2)
"""How long such a mail waits, so that nobody is told of what is taken back at once."""

_CHUNK = 500
_WITH_CALENDAR = frozenset({MailKind.REGISTRATION_CONFIRMED, MailKind.REGISTRATION_PROMOTED})
_WITHOUT_PLACE = frozenset(
    {MailKind.REGISTRATION_CANCELLED, MailKind.REGISTRATION_DECLINED, MailKind.REGISTRATION_WAITLISTED}
)
_UNSENT = frozenset({MailStatus.QUEUED, MailStatus.KEPT})
_GONE_OUT = frozenset({MailStatus.SENDING, MailStatus.SENT, MailStatus.UNCERTAIN})


def tell(
    session: Session,
    training: Training,
    kind: MailKind,
    ids: Collection[int],
    *,
    values: Mapping[str, str] | None = None,
    own: Mapping[int, Mapping[str, str]] | None = None,
    wait: timedelta = LATER,
) -> dict[int, int]:
    """Write a mail to each of these registrations that has an address; gives the mails' ids by theirs.

    `values` are variables of the kind that are the same for all, `own` those of one registration by
    its id. What neither names is empty, but for the link of those who have one. Whoever registered by
    themselves is written to where and in the language that they did it. Who has a place gets the days of
    the class as a calendar file, and who had one and lost it a file that takes them out again.
    """
    default = "en" if training.certificate_language == "en" else "zh"
    empty = dict.fromkeys([one.name for one in variables(kind) if one not in COMMON], "")
    mailings: dict[str, Mailing] = {}
    mails: dict[int, MailMessage] = {}
    invited = _invited(session, training.id) if kind in _WITHOUT_PLACE else frozenset()
    for row in _addressed(session, training.id, ids):
        language = row.language or default
        if language not in mailings:
            mailings[language] = Mailing(
                session,
                organisation_id=training.organisation_id,
                kind=kind,
                language=language,
                training_id=training.id,
            )
        link = {"link": address_of(training, row.key)} if "link" in empty else {}
        mails[row.id] = mailings[language].add(
            to_name=row.name,
            to_address=row.email,
            values=empty | link | dict(values or {}) | dict((own or {}).get(row.id, {})),
            registration_id=row.id,
            is_sample=row.is_sample,
            calendar=class_file(training, language, cancelled=row.id in invited)
            if kind in _WITH_CALENDAR or row.id in invited
            else None,
        )
        mails[row.id].due_at = now() + wait
    session.flush()
    return {registration_id: mail.id for registration_id, mail in mails.items()}


def _invited(session: Session, training_id: int) -> frozenset[int | None]:
    """The registrations to which the days of the class were sent."""
    wanted = sa.select(MailMessage.registration_id).where(
        MailMessage.training_id == training_id,
        MailMessage.kind.in_(_WITH_CALENDAR),
        MailMessage.status != MailStatus.CANCELLED,
    )
    return frozenset(session.scalars(wanted))


def take_back(session: Session, mail_ids: Collection[int]) -> frozenset[int]:
    """Keep mails from being sent; gives the registrations whose mail has gone out already."""
    mails = session.execute(
        sa.select(MailMessage.id, MailMessage.registration_id, MailMessage.status)
        .where(MailMessage.id.in_(mail_ids))
        .with_for_update()
    ).all()
    session.execute(
        sa.update(MailMessage)
        .where(MailMessage.id.in_([one.id for one in mails if one.status in _UNSENT]))
        # A worker that has one in hand finds that it lost it before the text leaves.
        .values(status=MailStatus.CANCELLED, worker="", lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return frozenset(one.registration_id for one in mails if one.status in _GONE_OUT)


class _Addressed(NamedTuple):
    id: int
    is_sample: bool
    name: str
    email: str
    language: str | None
    key: str | None


def _addressed(session: Session, training_id: int, ids: Collection[int]) -> list[_Addressed]:
    wanted = list(ids)
    email = sa.func.coalesce(sa.func.nullif(OwnRegistration.email, ""), Person.email)
    return [
        _Addressed._make(row)
        for start in range(0, len(wanted), _CHUNK)
        for row in session.execute(
            sa.select(
                Registration.id,
                Registration.is_sample,
                Person.name,
                email,
                OwnRegistration.language,
                OwnRegistration.key,
            )
            .join(Person, Person.id == Registration.person_id)
            .outerjoin(OwnRegistration, OwnRegistration.registration_id == Registration.id)
            .where(
                Registration.training_id == training_id,
                Registration.id.in_(wanted[start : start + _CHUNK]),
                email != "",
            )
            .order_by(Registration.id)
        )
    ]
