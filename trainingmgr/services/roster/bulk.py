"""One change to many participants at once."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.quota import HOLDING_STATUSES
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus, next_statuses
from trainingmgr.extensions import transaction
from trainingmgr.models import Registration, Training
from trainingmgr.queries import audit, places
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.registered import tell as write_to
from trainingmgr.queries.roster import Filters
from trainingmgr.queries.session_group import following
from trainingmgr.services.roster import _records as records

_CHUNK = 500
# What stood before is kept in the audit entry itself; past this many it would weigh megabytes.
MAX_UNDO = 2000

_TELLING = {
    RegistrationStatus.CONFIRMED: MailKind.REGISTRATION_CONFIRMED,
    RegistrationStatus.WAITLISTED: MailKind.REGISTRATION_WAITLISTED,
    RegistrationStatus.DECLINED: MailKind.REGISTRATION_DECLINED,
    RegistrationStatus.WITHDRAWN: MailKind.REGISTRATION_CANCELLED,
}
TELLING_STATUSES = frozenset(_TELLING)
"""The statuses of which people can be told by mail."""


@dataclass(frozen=True, slots=True)
class BulkDone:
    """How many were changed, were so already, or may not take this step.

    `over` of those changed have a place beyond the capacity, or beyond their units' places; `promoted` got places that came free;
    `told` were written a mail. `undo` names the change for `undo_bulk`; None where it cannot be taken back.
    """

    changed: int
    unchanged: int
    refused: int
    undo: int | None = None
    over: int = 0
    promoted: int = 0
    told: int = 0


def set_status(
    actor: Actor,
    training_id: int,
    chosen: Collection[int] | Filters,
    status: RegistrationStatus,
    *,
    source: RegistrationStatus | None = None,
    reason: str = "",
    beyond: bool = False,
    tell: bool = False,
) -> BulkDone:
    """Move those chosen (by id, or all that filters leave) to a status; who may not go there stays.

    With `source` whoever is in another status by now stays too: somebody else has moved them. `reason` is kept with those declined or withdrawn; with `tell` those moved are written a mail. Places
    that come free go to whoever waits longest, if the training wants that. Raises Refusal
    `places.beyond_capacity` (people, left) where more would be on the class than there are places, and
    `places.beyond_quota` (people, unit) where more of a unit than it was offered, unless `beyond` was asked for.
    """
    with transaction() as session:
        training = locked(session, training_id)
        standing = places.standing(session, training)
        wanted = _ids(session, training_id, chosen)
        sources = {one for one in RegistrationStatus if status in next_statuses(one)}
        movable = Registration.status.in_(sources & {source} if source else sources)
        over = 0
        if status in PRESENT_STATUSES:
            without = Registration.status.not_in(PRESENT_STATUSES)
            coming = _count(session, training_id, wanted, movable, without)
            over = places.check(session, training, coming, beyond=beyond)
        units_over = 0
        if status in HOLDING_STATUSES:
            without = Registration.status.not_in(HOLDING_STATUSES)
            arriving = _ids_of(session, training_id, wanted, sa.and_(movable, without))
            units_over = places.check_units(session, training, arriving, beyond=beyond)
        so_already = _count(session, training_id, wanted, Registration.status == status)
        before = _before(session, training_id, wanted, movable)
        waited = _ids_of(session, training_id, wanted, Registration.waitlisted_at.is_not(None))
        moved = _ids_of(session, training_id, wanted, movable) if tell else []
        changed = _update(session, training_id, wanted, movable, places.status_values(status, reason))
        found = _count(session, training_id, wanted)
        just_listed = set(wanted) if status is RegistrationStatus.WAITLISTED else ()
        promoted = places.fill_freed(session, actor, training, standing, but=just_listed)
        mails = _tell(session, training, status, moved, waited, reason)
        details = _details(status, over, mails, promoted, units_over)
        undo = _note(session, actor, training, "roster.bulk_status", changed, before, **details)
        refused = found - changed - so_already
        return BulkDone(changed, so_already, refused, undo, max(over, units_over), len(promoted), len(mails))


def set_group(actor: Actor, training_id: int, chosen: Collection[int] | Filters, group: str) -> BulkDone:
    """Put those chosen into a group; an empty name takes them out of theirs.

    A group that goes whole to a new name takes its sessions along.
    """
    with transaction() as session:
        training = records.the_training(session, training_id)
        wanted = _ids(session, training_id, chosen)
        found = _count(session, training_id, wanted)
        others = Registration.group_name != group
        before = _before(session, training_id, wanted, others)
        with following(session, training_id):
            changed = _update(session, training_id, wanted, others, {"group_name": group})
        undo = _note(session, actor, training, "roster.bulk_group", changed, before, group=group)
        return BulkDone(changed, found - changed, 0, undo)


def promote_first(
    actor: Actor, training_id: int, number: int, *, beyond: bool = False, tell: bool = False
) -> BulkDone:
    """Give so many places to those who wait longest; with `beyond` whatever their units were offered, else to
    those whom that allows. Otherwise as `set_status`.
    """
    with transaction() as session:
        training = locked(session, training_id)
        if beyond:
            first = places.waiting(session, training_id, number)
        else:
            first = places.first_with_room(session, training_id, number)
        units_over = places.check_units(session, training, first, beyond=beyond)
        over = places.check(session, training, len(first), beyond=beyond)
        before = _before(session, training_id, first, sa.true())
        promoted = places.promote(session, training, first)
        confirmed = RegistrationStatus.CONFIRMED
        mails = _tell(session, training, confirmed, first if tell else [], first, "")
        details = _details(confirmed, over, mails, units_over=units_over)
        undo = _note(session, actor, training, "roster.bulk_status", len(promoted), before, **details)
        return BulkDone(len(promoted), 0, 0, undo, max(over, units_over), 0, len(mails))


def _details(
    status: RegistrationStatus,
    over: int,
    mails: list[int],
    promoted: Collection[places.Promoted] = (),
    units_over: int = 0,
) -> dict[str, Any]:
    written = [one.written() for one in promoted]
    details = {
        "status": status.value,
        "beyond": over,
        "beyond_units": units_over,
        "mails": mails,
        "promoted": written,
    }
    return {name: value for name, value in details.items() if value}


def _tell(
    session: Session,
    training: Training,
    status: RegistrationStatus,
    moved: list[int],
    waited: list[int],
    reason: str,
) -> list[int]:
    """Write to those moved, each in the words of what happened to them; gives the mails."""
    if status not in _TELLING or not moved:
        return []
    own: dict[int, dict[str, str]] = {}
    if status is RegistrationStatus.WAITLISTED:
        order = places.waiting(session, training.id)
        own = {one: {"position": str(number)} for number, one in enumerate(order, start=1)}
    promoted = set(waited) if status is RegistrationStatus.CONFIRMED else set()
    others = [one for one in moved if one not in promoted]
    values = {"reason": reason} if reason else {}
    mails = write_to(session, training, _TELLING[status], others, values=values, own=own) | write_to(
        session, training, MailKind.REGISTRATION_PROMOTED, [one for one in moved if one in promoted]
    )
    return list(mails.values())


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
            Registration.waitlisted_at,
            Registration.reason,
        )
        .where(Registration.training_id == training_id, Registration.id.in_(ids), condition)
        .order_by(Registration.id)
        .with_for_update()
    )
    return [
        [
            row[0],
            row[1],
            row[2].value,
            _written(row[3]),
            row[4],
            _written(row[5]),
            records.sealed_reason(row[6]),
        ]
        for row in rows
    ]


def _written(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _ids(session: Session, training_id: int, chosen: Collection[int] | Filters) -> list[int]:
    if isinstance(chosen, Filters):
        return roster_queries.ids(session, training_id, chosen)
    return list(dict.fromkeys(chosen))


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK)]


def _ids_of(
    session: Session, training_id: int, ids: list[int], condition: sa.ColumnElement[bool]
) -> list[int]:
    found: list[int] = []
    for some in _chunks(ids):
        found += session.scalars(
            sa.select(Registration.id).where(
                Registration.training_id == training_id, Registration.id.in_(some), condition
            )
        )
    return found


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
    else:
        # Nothing of what could be taken back is kept.
        details = {name: value for name, value in details.items() if name not in {"promoted", "mails"}}
    entry = audit.record(
        session, actor, action, "training", training.id, training=training, people=people, **details
    )
    session.flush()
    return entry.id if before is not None else None
