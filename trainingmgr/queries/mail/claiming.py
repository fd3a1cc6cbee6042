"""Mails in the hands of workers: taken by lease, marked before their text leaves, and what became of them.

The writing functions belong into the caller's transaction. A mail is only ever changed by the worker that
has it, so one that was thought dead and wakes again changes nothing and sends nothing. A mail that was
taken and not begun is anybody's again once its lease is over; one that was begun is `UNCERTAIN` then.
"""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import without_tokens
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.extensions import now
from trainingmgr.mail import Outcome
from trainingmgr.models import MailMessage, MailServer

# Longer than a connection with all its commands may take; then as long as a server may think over a text.
LEASE = timedelta(minutes=3)
TEXT_LEASE = timedelta(minutes=10)
READ_EVERY = timedelta(minutes=5)
_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
MAX_ATTEMPTS = len(_BACK_OFF) + 1
_LONGEST_HOLD = 2

_M = MailMessage


class Claimed(NamedTuple):
    """A mail that this worker has now; `attempts` counts this one."""

    id: int
    uid: str
    attempts: int
    to_name: str
    to_address: str
    subject: str
    body: str
    language: str
    calendar: str
    certificate_id: int | None
    training_id: int | None
    registration_id: int | None
    unit_id: int | None
    lecturer_id: int | None


_CLAIMED = (
    _M.id,
    _M.uid,
    _M.attempts,
    _M.to_name,
    _M.to_address,
    _M.subject,
    _M.body,
    _M.language,
    _M.calendar,
    _M.certificate_id,
    _M.training_id,
    _M.registration_id,
    _M.unit_id,
    _M.lecturer_id,
)


def due(session: Session) -> list[int]:
    """The organisations that have a mail to be sent now, and a server that is not held."""
    waiting = sa.exists().where(_M.organisation_id == MailServer.organisation_id, *_free())
    moment = now()
    return list(
        session.scalars(
            sa.select(MailServer.organisation_id)
            .where(sa.or_(MailServer.held_until.is_(None), MailServer.held_until <= moment), waiting)
            .order_by(MailServer.id)
        )
    )


def _free() -> list[sa.ColumnElement[bool]]:
    moment = now()
    return [
        _M.status == MailStatus.QUEUED,
        _M.due_at <= moment,
        sa.or_(_M.lease_until.is_(None), _M.lease_until < moment),
    ]


def claim(session: Session, organisation_id: int, worker: str) -> Claimed | None:
    """Take the organisation's next mail that nobody has; None where there is none."""
    free = session.scalar(
        sa.select(_M.id)
        .where(_M.organisation_id == organisation_id, *_free())
        .order_by(_M.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if free is None:
        return None
    taken = session.execute(
        sa.update(_M)
        .where(_M.id == free, *_free())
        .values(worker=worker, lease_until=now() + LEASE, attempts=_M.attempts + 1)
        .returning(*_CLAIMED)
        .execution_options(synchronize_session=False)
    ).first()
    return Claimed._make(taken) if taken is not None else None


def begin(session: Session, mail_id: int, worker: str) -> bool:
    """Note that the text is about to leave; False where the mail is not the worker's any more."""
    moment = now()
    begun = session.execute(
        sa.update(_M)
        .where(
            _M.id == mail_id,
            _M.worker == worker,
            _M.status.in_([MailStatus.QUEUED, MailStatus.SENDING]),
            _M.lease_until >= moment,
        )
        .values(status=MailStatus.SENDING, lease_until=moment + TEXT_LEASE)
        .returning(_M.id)
        .execution_options(synchronize_session=False)
    )
    return begun.first() is not None


def settle(session: Session, mail: Claimed, worker: str, outcome: Outcome) -> None:
    """Write down what became of a mail that `worker` has; nothing where it is not the worker's any more."""
    moment = now()
    status = outcome.status
    if status is MailStatus.QUEUED and mail.attempts >= MAX_ATTEMPTS:
        status = MailStatus.FAILED
    values: dict[str, object] = {
        "status": status,
        "fault": outcome.fault,
        "answer": _unless_erased(outcome.words),
        "worker": "",
        "lease_until": None,
    }
    if status is MailStatus.SENT:
        values["sent_at"] = moment
        # What an organiser typed may name an address too that lets its readers in.
        values["subject"], values["body"] = (
            sa.case((_M.erased_at.is_(None), sa.literal(without_tokens(text))), else_=sa.literal(""))
            for text in (mail.subject, mail.body)
        )
    elif status is MailStatus.QUEUED:
        values["due_at"] = moment + _BACK_OFF[mail.attempts - 1]
    session.execute(
        sa.update(_M)
        .where(
            _M.id == mail.id,
            _M.worker == worker,
            # An answer that came after all says more than that there was none.
            _M.status.in_([MailStatus.QUEUED, MailStatus.SENDING, MailStatus.UNCERTAIN]),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _unless_erased(words: str) -> sa.ColumnElement[str]:
    # A server's words name the address, which is gone from a mail whose data was erased.
    return sa.case((_M.erased_at.is_(None), sa.literal(words)), else_=sa.literal(""))


def any_lost(session: Session) -> bool:
    """Whether some worker began a mail and was not heard of since."""
    return session.scalar(sa.select(_M.id).where(*_lost()).limit(1)) is not None


def mark_lost(session: Session) -> None:
    """Let such mails be `UNCERTAIN`: they may have arrived, and only a person decides to send them again."""
    session.execute(
        sa.update(_M)
        .where(*_lost())
        .values(status=MailStatus.UNCERTAIN, fault=MailFault.CUT_OFF, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def _lost() -> list[sa.ColumnElement[bool]]:
    return [_M.status == MailStatus.SENDING, _M.lease_until < now()]


def hold(session: Session, organisation_id: int, fault: MailFault, words: str) -> None:
    """Try nothing by the organisation's server for a while, longer each time; say why."""
    holds = session.scalar(
        sa.select(MailServer.holds).where(MailServer.organisation_id == organisation_id).with_for_update()
    )
    if holds is not None:
        until = now() + _BACK_OFF[min(holds, _LONGEST_HOLD)]
        _note(session, organisation_id, held_until=until, holds=holds + 1, fault=fault, error=words)


def let_go(session: Session, organisation_id: int) -> None:
    """The server takes mail again."""
    _note(session, organisation_id, held_until=None, holds=0, fault=MailFault.NONE, error="")


def mailbox_due(session: Session) -> int | None:
    """The organisation whose mailbox is to be read for bounces next, if there is one."""
    return session.scalar(sa.select(MailServer.organisation_id).where(*_unread()).limit(1))


def claim_mailbox(session: Session, organisation_id: int) -> MailServer | None:
    """Say that the mailbox is being read; None where somebody else was faster."""
    taken = session.scalar(
        sa.update(MailServer)
        .where(MailServer.organisation_id == organisation_id, *_unread())
        .values(read_at=now())
        .returning(MailServer.id)
        .execution_options(synchronize_session=False)
    )
    return session.get_one(MailServer, taken, populate_existing=True) if taken is not None else None


def _unread() -> list[sa.ColumnElement[bool]]:
    return [
        MailServer.imap_host != "",
        sa.or_(MailServer.read_at.is_(None), MailServer.read_at < now() - READ_EVERY),
    ]


def note_reading(session: Session, organisation_id: int, validity: int, last: int, error: str) -> None:
    """Remember up to where a mailbox was read, and the server's answer where it could not be."""
    _note(session, organisation_id, read_validity=validity, read_from=last, read_error=error)


def mark_bounced(session: Session, organisation_id: int, uid: str, reason: str) -> bool:
    """Mark the organisation's mail of this name as having come back; False where there is none such."""
    marked = session.execute(
        sa.update(_M)
        .where(
            _M.organisation_id == organisation_id,
            _M.uid == uid,
            _M.status.in_([MailStatus.SENT, MailStatus.UNCERTAIN]),
        )
        .values(status=MailStatus.BOUNCED, fault=MailFault.BOUNCED, answer=_unless_erased(reason))
        .returning(_M.id)
        .execution_options(synchronize_session=False)
    )
    return marked.first() is not None


def _note(session: Session, organisation_id: int, **values: object) -> None:
    # Past the version: whoever edits the settings at this moment has nothing to compare.
    session.execute(
        sa.update(MailServer)
        .where(MailServer.organisation_id == organisation_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
