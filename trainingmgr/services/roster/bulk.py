"""One change to many participants at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus, next_statuses
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.roster import Filters
from trainingmgr.services.roster import _records as records

_CHUNK = 500
# What stood before is kept in the audit entry itself; past this many it would weigh megabytes.
MAX_UNDO = 2000


@dataclass(frozen=True, slots=True)
class BulkDone:
    """How many were changed, were so already, or may not take this step.

    `undo` names the change for `undo_bulk`; None where it cannot be taken back.
    """

    changed: int
    unchanged: int
    refused: int
    undo: int | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """How many are as they were before, and how many somebody has changed since, who were left."""

    restored: int
    left: int


def set_status(
    actor: Actor, training_id: int, chosen: Collection[int] | Filters, status: RegistrationStatus
) -> BulkDone:
    """Move those chosen (by id, or all that filters leave) to a status; who may not go there stays."""
    with transaction() as session:
        training = records.the_training(session, training_id)
        wanted = _ids(session, training_id, chosen)
        sources = [one for one in RegistrationStatus if status in next_statuses(one)]
        values: dict[str, Any] = {"status": status}
        if status is RegistrationStatus.ARRIVED:
            values["arrived_at"] = sa.func.coalesce(
                Registration.arrived_at, sa.literal(now(), Registration.arrived_at.type)
            )
        elif status is not RegistrationStatus.COMPLETED:
            values["arrived_at"] = None
        so_already = _count(session, training_id, wanted, Registration.status == status)
        movable = Registration.status.in_(sources)
        before = _before(session, training_id, wanted, movable)
        changed = _update(session, training_id, wanted, movable, values)
        found = _count(session, training_id, wanted)
        undo = _note(session, actor, training, "roster.bulk_status", changed, before, status=status.value)
        return BulkDone(changed, so_already, found - changed - so_already, undo)


def set_group(actor: Actor, training_id: int, chosen: Collection[int] | Filters, group: str) -> BulkDone:
    """Put those chosen into a group; an empty name takes them out of theirs."""
    with transaction() as session:
        training = records.the_training(session, training_id)
        wanted = _ids(session, training_id, chosen)
        found = _count(session, training_id, wanted)
        others = Registration.group_name != group
        before = _before(session, training_id, wanted, others)
        changed = _update(session, training_id, wanted, others, {"group_name": group})
        undo = _note(session, actor, training, "roster.bulk_group", changed, before, group=group)
        return BulkDone(changed, found - changed, 0, undo)


def undo_bulk(actor: Actor, training_id: int, change: int) -> Undone:
    """Take back one change to many, once: those whom nobody has touched since are as they were before.

    `change` is the `undo` of its `BulkDone`. Raises Refusal `undo_gone` for a change of somebody
    else's, an old one, or one that was taken back already; NotFound.
    """
    with transaction() as session:
        # Of two presses of one button the second waits here, and finds the first one's entry.
        training = session.get(Training, training_id, with_for_update={"key_share": True})
        if training is None:
            raise NotFound("not_found")
        entry = audit.to_undo(
            session, actor, training_id, change, frozenset({"roster.bulk_status", "roster.bulk_group"})
        )
        if entry is None:
            raise Refusal("undo_gone")
        before = cast("list[list[Any]]", entry.details["before"])
        restored = sum(_put_back(session, training_id, *one) for one in before)
        audit.record_undo(session, actor, "roster.bulk_undone", training, entry, people=restored)
        return Undone(restored, len(before) - restored)


def _put_back(
    session: Session, training_id: int, number: int, version: int, status: str, arrived: str, group: str
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
            version=Registration.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", result).rowcount


def _before(
    session: Session, training_id: int, ids: list[int], condition: sa.ColumnElement[bool]
) -> list[list[Any]] | None:
    """What an undo needs of those about to be changed; None where they are too many."""
    if len(ids) > MAX_UNDO:
        return None
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.version,
            Registration.status,
            Registration.arrived_at,
            Registration.group_name,
        )
        .where(Registration.training_id == training_id, Registration.id.in_(ids), condition)
        .order_by(Registration.id)
        .with_for_update()
    )
    return [[row[0], row[1], row[2].value, row[3].isoformat() if row[3] else "", row[4]] for row in rows]


def _ids(session: Session, training_id: int, chosen: Collection[int] | Filters) -> list[int]:
    if isinstance(chosen, Filters):
        return roster_queries.ids(session, training_id, chosen)
    return list(dict.fromkeys(chosen))


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK)]


def _count(session: Session, training_id: int, ids: list[int], *conditions: sa.ColumnElement[bool]) -> int:
    return sum(
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Registration)
            .where(Registration.training_id == training_id, Registration.id.in_(some), *conditions)
        )
        or 0
        for some in _chunks(ids)
    )


def _update(
    session: Session,
    training_id: int,
    ids: list[int],
    condition: sa.ColumnElement[bool],
    values: dict[str, Any],
) -> int:
    changed = 0
    for some in _chunks(ids):
        result = session.execute(
            sa.update(Registration)
            .where(Registration.training_id == training_id, Registration.id.in_(some), condition)
            .values(**values, version=Registration.version + 1)
            .execution_options(synchronize_session=False)
        )
        changed += cast("sa.CursorResult[Any]", result).rowcount
    return changed


def _note(
    session: Session,
    actor: Actor,
    training: Training,
    action: str,
    people: int,
    before: list[list[Any]] | None,
    **details: Any,
) -> int | None:
    if not people:
        return None
    if before is not None:
        details["before"] = before
    entry = audit.record(
        session, actor, action, "training", training.id, training=training, people=people, **details
    )
    session.flush()
    return entry.id if before is not None else None
