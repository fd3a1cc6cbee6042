"""A training's places: how many are taken, who waits for one, and who gets one that comes free.

Whoever changes who is on the class holds it first (`locked`), before any registration is locked: so places
are counted and given away by one at a time, and nobody waits for anybody who waits for them.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.quota import HOLDING_STATUSES, OverQuota
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, Places, RegistrationStatus
from trainingmgr.extensions import now
from trainingmgr.models import (
    Nomination,
    QuotaLine,
    QuotaPlace,
    Registration,
    RegistrationTally,
    Training,
    Unit,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.registered import take_back, tell

# A line of the table of places, and a unit that it offers some.
UnitLine = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a training's places stand before a change, and how many hold one of each unit's, by line and unit."""

    places: Places
    held: Mapping[UnitLine, int]


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


def lock_passing_on(session: Session, person_id: int) -> list[tuple[Training, Standing]]:
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
    return [(one, standing(session, one)) for one in trainings]


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


def standing(session: Session, training: Training) -> Standing:
    """What `fill_freed` is to know of the time before a change; for whoever holds the lock."""
    places = of(session, training)
    passes_on = training.promotes_waiting and places.waiting
    return Standing(places, held(session, training.id) if passes_on else {})


def held(session: Session, training_id: int) -> dict[UnitLine, int]:
    """How many hold a place that a unit was offered, by line and unit; those of nobody are left out."""
    rows = session.execute(
        sa.select(Nomination.line_id, Nomination.unit_id, sa.func.count())
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(Nomination.training_id == training_id, Registration.status.in_(HOLDING_STATUSES))
        .group_by(Nomination.line_id, Nomination.unit_id)
    )
    return {(line, unit): people for line, unit, people in rows if line is not None}


def check_units(
    session: Session, training: Training, coming: Collection[int], *, beyond: bool = False
) -> int:
    """Tell how many of the registrations `coming`, who hold no place yet, go beyond what their units were offered.

    The caller holds the lock. Unless `beyond` was asked for, that is refused: Refusal `places.beyond_quota`
    (people, unit: the first one's name).
    """
    wanted = Counter(line for one, line in _lines_of(session, training.id, coming).items() if line)
    if not wanted:
        return 0
    room = _room(session, training.id)
    over = {line: people - room[line] for line, people in wanted.items() if people > room.get(line, people)}
    if over and not beyond:
        first = min(over)
        raise Refusal(
            "places.beyond_quota", people=sum(over.values()), unit=session.get_one(Unit, first[1]).name
        )
    return sum(over.values())


def first_with_room(session: Session, training_id: int, number: int) -> list[int]:
    """Of those who wait, the first `number` whom their units' places let move up, whoever waits longest first."""
    found, room = list[int](), _room(session, training_id)
    for one, line in _lines_of(session, training_id, waiting(session, training_id)).items():
        if len(found) < number and _takes(room, line):
            found.append(one)
    return found


def _lines_of(session: Session, training_id: int, ids: Collection[int]) -> dict[int, UnitLine | None]:
    """The line and unit of each registration, in the order given; None for whom no unit has named."""
    rows = session.execute(
        sa.select(Nomination.registration_id, Nomination.line_id, Nomination.unit_id).where(
            Nomination.training_id == training_id, Nomination.registration_id.is_not(None)
        )
    )
    named = {registration: (line, unit) for registration, line, unit in rows if line is not None}
    return {one: named.get(one) for one in ids}


def _room(session: Session, training_id: int) -> dict[UnitLine, int]:
    """How many places of each unit on each line nobody holds; less than none where more do than were offered."""
    taken = held(session, training_id)
    rows = session.execute(
        sa.select(QuotaPlace.line_id, QuotaPlace.unit_id, QuotaPlace.places).where(
            QuotaPlace.training_id == training_id
        )
    )
    return {(line, unit): places - taken.get((line, unit), 0) for line, unit, places in rows}


def _takes(room: dict[UnitLine, int], line: UnitLine | None) -> bool:
    """Take one place of a unit's, where it has one left; whom no unit's places bind always may."""
    if line is None or line not in room:
        return True
    room[line] -= 1
    return room[line] >= 0


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


def promote(
    session: Session,
    training: Training,
    ids: Collection[int],
    status: RegistrationStatus = RegistrationStatus.CONFIRMED,
) -> list[Promoted]:
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
        .values(**status_values(status), version=Registration.version + 1)
        .execution_options(synchronize_session=False)
    )
    return found


def fill_freed(
    session: Session, actor: Actor, training: Training, before: Standing, *, but: Collection[int] = ()
) -> list[Promoted]:
    """Give the places that came free since `before` to those who wait, if the training wants that.

    The caller holds the lock, read `before` with `standing` before it changed anything, and has flushed its
    change; `but` are registrations that the change itself put on the waiting list. A place that came free
    within a unit goes first to that unit's own people, where its line lets them wait; others get no more than
    their unit was offered. Else whoever waits longest goes first. No more are promoted than places are free;
    whoever gets a unit's place alone is nominated, as the one before was. Each who is confirmed is told by
    mail, where an address is known, a little later (`mail.registered.LATER`), so that a slip can be taken
    back first. It has an entry of its own in the audit trail.
    """
    if not training.promotes_waiting or not before.places.waiting:
        return []
    freed = of(session, training).freed_since(before.places)
    taken = held(session, training.id)
    of_units = {line: people - taken.get(line, 0) for line, people in before.held.items()}
    of_units = {line: people for line, people in of_units.items() if people > 0}
    if not freed and not of_units:
        return []
    chosen, nominated = _next(session, training, freed, of_units, but)
    promoted = promote(session, training, chosen)
    ids = [one.id for one in promoted]
    mails = tell(session, training, MailKind.REGISTRATION_PROMOTED, ids)
    promoted = [one._replace(mail_id=mails.get(one.id)) for one in promoted]
    promoted += promote(session, training, nominated, RegistrationStatus.NOMINATED)
    ids = [one.id for one in promoted]
    if ids:
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
    return promoted


def _next(
    session: Session, training: Training, freed: int, of_units: dict[UnitLine, int], but: Collection[int]
) -> tuple[list[int], list[int]]:
    """Who gets one of so many places of the class, and who one of their unit's alone."""
    lines = _lines_of(session, training.id, [one for one in waiting(session, training.id) if one not in but])
    waits = set(
        session.scalars(
            sa.select(QuotaLine.id).where(
                QuotaLine.training_id == training.id, QuotaLine.over == OverQuota.WAITLIST
            )
        )
    )
    room = _room(session, training.id)
    own = list[int]()
    for one, line in lines.items():
        if line is not None and line[0] in waits and of_units.get(line, 0) > 0 and _takes(room, line):
            of_units[line] -= 1
            own.append(one)
    confirmed, nominated = own[:freed], own[freed:]
    for one, line in lines.items():
        if len(confirmed) < freed and one not in own and _takes(room, line):
            confirmed.append(one)
    return confirmed, nominated


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
