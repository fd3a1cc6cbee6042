"""One change to many participants at once."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import RegistrationStatus, next_statuses
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.roster import Filters
from trainingmgr.services.roster import _records as records

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class BulkDone:
    """How many were changed, were so already, or may not take this step."""

    changed: int
    unchanged: int
    refused: int


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
        changed = _update(session, training_id, wanted, Registration.status.in_(sources), values)
        found = _count(session, training_id, wanted)
        _note(session, actor, training, "roster.bulk_status", changed, status=status.value)
        return BulkDone(changed, so_already, found - changed - so_already)


def set_group(actor: Actor, training_id: int, chosen: Collection[int] | Filters, group: str) -> BulkDone:
    """Put those chosen into a group; an empty name takes them out of theirs."""
    with transaction() as session:
        training = records.the_training(session, training_id)
        wanted = _ids(session, training_id, chosen)
        found = _count(session, training_id, wanted)
        others = Registration.group_name != group
        changed = _update(session, training_id, wanted, others, {"group_name": group})
        _note(session, actor, training, "roster.bulk_group", changed, group=group)
        return BulkDone(changed, found - changed, 0)


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
    session: Session, actor: Actor, training: Training, action: str, people: int, **details: Any
) -> None:
    if people:
        audit.record(
            session, actor, action, "training", training.id, training=training, people=people, **details
        )
