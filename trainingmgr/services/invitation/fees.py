"""Fees of lecturers: set by the organiser, signed for by the lecturer."""

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.fee import terms_of
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Contribution, LecturerFee, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import Guest
from trainingmgr.queries.locking import locked
from trainingmgr.services.invitation._common import still_open


def set_fee(actor: Actor, training: Training, lecturer_id: int, amount: Decimal, tax_note: str) -> None:
    """Say what a lecturer is paid for a training, in yuan. The amount is not in the audit trail, which more may read.

    Raises Refusal `fee.signed` for one that was signed for; NotFound.
    """
    with transaction() as session:
        row = locked(session, training.id)
        taught = session.scalar(
            sa.select(
                sa.exists().where(
                    Contribution.lecturer_id == lecturer_id,
                    Contribution.session_id == TrainingSession.id,
                    TrainingSession.training_id == row.id,
                )
            )
        )
        fee = _fee(session, row.id, lecturer_id)
        if not taught and fee is None:
            raise NotFound("not_found")
        if fee is not None and fee.signed_at is not None:
            raise Refusal("fee.signed")
        fee = fee or LecturerFee(training_id=row.id, lecturer_id=lecturer_id)
        fee.amount, fee.tax_note = amount, tax_note
        session.add(fee)
        audit.record(session, actor, "invitation.fee_set", "lecturer", lecturer_id, training=row)


def reopen_fee(actor: Actor, training: Training, lecturer_id: int) -> None:
    """Drop the signature under a fee, so that it can be changed and signed for anew. Raises NotFound."""
    with transaction() as session:
        row = locked(session, training.id)
        fee = _fee(session, row.id, lecturer_id)
        if fee is None:
            raise NotFound("not_found")
        fee.signed_name, fee.signed_at = "", None
        audit.record(session, actor, "invitation.fee_reopened", "lecturer", lecturer_id, training=row)


def sign_fee(guest: Guest, fee_id: int, terms: str, name: str) -> None:
    """Sign for a fee with the full name; `terms` is `terms_of` the amount and the note that the lecturer saw.

    Raises Refusal `fee.name_missing`, `fee.changed` where either is another one by now, `fee.signed_already`,
    `invitation.link_ended`; NotFound.
    """
    if not name.strip():
        raise Refusal("fee.name_missing")
    with transaction() as session:
        lecturer = still_open(session, guest)
        fee = session.get(LecturerFee, fee_id, with_for_update=True)
        if fee is None or fee.lecturer_id != lecturer.id:
            raise NotFound("not_found")
        if fee.signed_at is not None:
            raise Refusal("fee.signed_already")
        if terms_of(fee.amount, fee.tax_note) != terms:
            raise Refusal("fee.changed")
        fee.signed_name, fee.signed_at = name.strip()[:120], now()
        audit.record(
            session,
            guest.actor,
            "invitation.fee_signed",
            "lecturer",
            lecturer.id,
            training=session.get_one(Training, fee.training_id),
        )


def _fee(session: Session, training_id: int, lecturer_id: int) -> LecturerFee | None:
    return session.scalar(
        sa.select(LecturerFee)
        .where(LecturerFee.training_id == training_id, LecturerFee.lecturer_id == lecturer_id)
        .with_for_update()
    )
