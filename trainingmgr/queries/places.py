"""A training's places: how many are taken, who waits for one, and who gets one that comes free.

Whoever changes who is on the class calls `lock` first, before any registration is locked: so places
are counted and given away by one at a time, and nobody waits for anybody who waits for them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, Places, RegistrationStatus
from trainingmgr.extensions import now
from trainingmgr.models import Registration, RegistrationTally, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.registered import take_back, tell


class Promoted(NamedTuple):
    """Somebody who got a place off the waiting list.

    `version` is that of the row before, `waitlisted_at` since when they waited, `mail_id` the mail that
    tells them of it, if there is one.
    """

    id: int
    version: int
    waitlisted_at: datetime
    mail_id: int | None = None

    def written(self) -> list[object]:
        """As plain JSON, for the audit entry of the act that the place came free by."""
        return [self.id, self.version, self.waitlisted_at.isoformat(), self.mail_id]


def lock(session: Session, training_id: int) -> Training:
    """The training, with the giving away of its places in one's own hands until the commit. Raises NotFound."""
    training = session.get(Training, training_id, with_for_update={"key_share": True})
    if training is None:
        raise NotFound("not_found")
    return training


def lock_passing_on(session: Session, person_id: int) -> list[tuple[Training, Places]]:
    """Lock those trainings of a person that pass free places on, each with how its places stand."""
    trainings = session.scalars(
        sa.select(Training)
        .where(
            Training.promotes_waiting,
            sa.exists().where(Registration.training_id == Training.id, Registration.person_id == person_id),
        )
        .order_by(Training.id)
        .with_for_update(key_share=True)
    )
    return [(one, of(session, one)) for one in trainings]


def of(session: Session, training: Training) -> Places:
    """How the training's places stand; exact, and staying so, for whoever holds the lock."""
    people = dict(
        session.execute(
            sa.select(RegistrationTally.status, RegistrationTally.people).where(
                RegistrationTally.training_id == training.id
            )
        )
        .tuples()
        .all()
    )
    return Places(
        training.capacity,
        sum(people.get(status.value, 0) for status in PRESENT_STATUSES),
        people.get(RegistrationStatus.WAITLISTED.value, 0),
    )


def check(session: Session, training: Training, people: int, *, beyond: bool = False) -> int:
    """Tell by how many `people` more go beyond the capacity; the caller holds the lock.

    Unless `beyond` was asked for, that is refused: Refusal `places.beyond_capacity` (people, left).
    """
    standing = of(session, training)
    over = standing.beyond(people)
    if over and not beyond:
        raise Refusal("places.beyond_capacity", people=people, left=standing.left)
    return over


def status_values(status: RegistrationStatus, reason: str = "") -> dict[str, Any]:
    """The columns that a statement sets which moves registrations to `status`, from another one.

    `reason` is kept for those declined or withdrawn.
    """
    values: dict[str, Any] = {"status": status, "waitlisted_at": None, "reason": ""}
    if status is RegistrationStatus.WAITLISTED:
        values["waitlisted_at"] = now()
    elif status in {RegistrationStatus.DECLINED, RegistrationStatus.WITHDRAWN}:
        values["reason"] = reason
    if status is RegistrationStatus.ARRIVED:
        values["arrived_at"] = sa.func.coalesce(
            Registration.arrived_at, sa.literal(now(), Registration.arrived_at.type)
        )
    elif status is not RegistrationStatus.COMPLETED:
        values["arrived_at"] = None
    return values


def waiting(session: Session, training_id: int, limit: int | None = None) -> list[int]:
    """The registrations on the waiting list, whoever waits longest first."""
    wanted = sa.select(Registration.id).where(
        Registration.training_id == training_id, Registration.waitlisted_at.is_not(None)
    )
    return list(session.scalars(wanted.order_by(Registration.waitlisted_at, Registration.id).limit(limit)))


def position(session: Session, registration: Registration) -> int:
    """Which place on the waiting list somebody has, from 1; 0 for who does not wait."""
    if registration.waitlisted_at is None:
        return 0
    mine = sa.tuple_(
        sa.literal(registration.waitlisted_at, Registration.waitlisted_at.type), sa.literal(registration.id)
    )
    before = sa.select(sa.func.count()).where(
        Registration.training_id == registration.training_id,
        Registration.waitlisted_at.is_not(None),
        sa.tuple_(Registration.waitlisted_at, Registration.id) <= mine,
    )
    return session.scalar(before) or 0


def promote(session: Session, training: Training, ids: Collection[int]) -> list[Promoted]:
    """Give those of `ids` who wait a place, whatever the capacity says; the caller holds the lock."""
    rows = session.execute(
        sa.select(Registration.id, Registration.version, Registration.waitlisted_at)
        .where(
            Registration.training_id == training.id,
            Registration.id.in_(ids),
            Registration.waitlisted_at.is_not(None),
        )
        .order_by(Registration.waitlisted_at, Registration.id)
        .with_for_update()
    )
    found = [Promoted(row[0], row[1], row[2] or now()) for row in rows]
    session.execute(
        sa.update(Registration)
        .where(Registration.id.in_([one.id for one in found]))
        .values(**status_values(RegistrationStatus.CONFIRMED), version=Registration.version + 1)
        .execution_options(synchronize_session=False)
    )
    return found


def fill_freed(
    session: Session, actor: Actor, training: Training, before: Places, *, but: Collection[int] = ()
) -> list[Promoted]:
    """Give the places that came free since `before` to whoever waits longest, if the training wants that.

    The caller holds the lock, read `before` with `of` before it changed anything, and has flushed its
    change; `but` are registrations that the change itself put on the waiting list. No more are promoted
    than places are free. Each is told by mail, where an address is known,
    a little later (`mail.registered.LATER`), so that a slip can be taken back first. It has an entry of
    its own in the audit trail.
    """
    if not training.promotes_waiting:
        return []
    freed = of(session, training).freed_since(before)
    if not freed:
        return []
    first = [one for one in waiting(session, training.id, freed + len(but)) if one not in but][:freed]
    if not first:
        return []
    promoted = promote(session, training, first)
    ids = [one.id for one in promoted]
    mails = tell(session, training, MailKind.REGISTRATION_PROMOTED, ids)
    audit.record(
        session,
        actor,
        "registration.promoted",
        "registration",
        ids[0] if len(ids) == 1 else None,
        training=training,
        people=len(ids),
        registrations=ids,
    )
    return [one._replace(mail_id=mails.get(one.id)) for one in promoted]


def send_back(session: Session, training_id: int, promoted: Collection[list[Any]]) -> int:
    """Put people whom `fill_freed` gave places, as `Promoted.written` has them, where they waited.

    Whoever has been told keeps the place; gives how many these are. Whoever was changed since is left.
    """
    told = take_back(session, [one[3] for one in promoted if one[3]])
    for registration_id, version, waitlisted_at, _mail_id in promoted:
        session.execute(
            sa.update(Registration)
            .where(
                Registration.id == registration_id,
                Registration.training_id == training_id,
                Registration.version == version + 1,
                Registration.id.not_in(told),
            )
            .values(
                **status_values(RegistrationStatus.WAITLISTED)
                | {"waitlisted_at": datetime.fromisoformat(waitlisted_at)},
                version=Registration.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
    return len(told)
