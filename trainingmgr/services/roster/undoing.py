"""A change to many, taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import transaction
from trainingmgr.models import Registration
from trainingmgr.queries import audit, places
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.registered import take_back
from trainingmgr.queries.session_group import following
from trainingmgr.services.roster import _records as records

BULK_ACTIONS = frozenset({"roster.bulk_status", "roster.bulk_group"})
BULK_UNDO_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many are as they were before, and how many somebody has changed since, who were left.

    Of those who had got a place that came free, `kept` have been told and keep it; `told` of those
    restored have been told of what is now taken back.
    """

    restored: int
    left: int
    kept: int = 0
    told: int = 0


def undo_bulk(actor: Actor, training_id: int, change: int) -> Undone:
    """Take back one change to many, once: those whom nobody has touched since are as they were before.

    `change` is the `undo` of its `BulkDone`. Mails about it that have not gone out are kept back. Raises
    Refusal `undo_gone` for a change of somebody else's, an old one, or one that was taken back already;
    `places.undo_beyond_capacity` where others have the places by now; NotFound.
    """
    with transaction() as session:
        # Of two presses of one button the second waits here, and finds the first one's entry.
        training = locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, change, BULK_ACTIONS, BULK_UNDO_WITHIN)
        if entry is None:
            raise Refusal("undo_gone")
        standing = places.of(session, training)
        kept = places.send_back(session, training_id, entry.details.get("promoted", []))
        before = cast("list[list[Any]]", entry.details["before"])
        with following(session, training_id):
            restored = sum(_put_back(session, training_id, *one) for one in before)
        told = take_back(session, entry.details.get("mails", []))
        if places.of(session, training).over > standing.over:
            raise Refusal("places.undo_beyond_capacity")
        audit.record_undo(session, actor, "roster.bulk_undone", training, entry, people=restored)
        return Undone(restored, len(before) - restored, kept, len(told))


def _put_back(
    session: Session,
    training_id: int,
    number: int,
    version: int,
    status: str,
    arrived: str,
    group: str,
    waitlisted: str = "",
    reason: str = "",
) -> int:
    result = session.execute(
        sa.update(Registration)
        .where(
            Registration.id == number,
            Registration.training_id == training_id,
            Registration.version == version + 1,
        )
        .values(
            status=RegistrationStatus(status),
            arrived_at=datetime.fromisoformat(arrived) if arrived else None,
            group_name=group,
            waitlisted_at=datetime.fromisoformat(waitlisted) if waitlisted else None,
            reason=records.opened_reason(reason),
            version=Registration.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", result).rowcount
