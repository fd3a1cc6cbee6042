"""How far the units are: places, people, addresses, who has not answered, who was named twice."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.nomination import LinkState, link_state
from trainingmgr.domain.quota import HOLDING_STATUSES
from trainingmgr.domain.registration import GONE_STATUSES, RegistrationStatus
from trainingmgr.extensions import now
from trainingmgr.models import (
    Nomination,
    NominationLink,
    NominationReceipt,
    Person,
    QuotaPlace,
    Registration,
    Training,
    Unit,
)


class Waiting(NamedTuple):
    """How many people a unit has in which state."""

    taken: int = 0
    waiting: int = 0
    undecided: int = 0
    drafts: int = 0


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit with what it was offered and what it made of it.

    `doubtful` are people who seem to be named twice; `last_at` is when it did something, or looked; `undecided` are people who wait for the organiser; `key`
    is the random half of its address.
    """

    unit_id: int
    name: str
    name_en: str
    contact_name: str
    contact_email: str
    places: int
    taken: int
    waiting: int
    undecided: int
    drafts: int
    scans: int
    doubtful: int
    link: LinkState
    expires_at: datetime | None
    key: str
    last_at: datetime | None

    @property
    def answered(self) -> bool:
        """Tell whether the unit has named anybody."""
        return bool(self.taken or self.waiting)

    @property
    def to_decide(self) -> int:
        """How many wait for the organiser, those on the waiting list among them."""
        return self.undecided + self.waiting


@dataclass(frozen=True, slots=True)
class Overview:
    """All units that were offered something, or that have named somebody."""

    rows: tuple[UnitRow, ...]

    @property
    def places(self) -> int:
        return sum(row.places for row in self.rows)

    @property
    def taken(self) -> int:
        return sum(row.taken for row in self.rows)

    @property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.rows)

    @property
    def undecided(self) -> int:
        return sum(row.undecided for row in self.rows)

    @property
    def to_decide(self) -> int:
        return sum(row.to_decide for row in self.rows)

    @property
    def unanswered(self) -> int:
        return sum(not row.answered and row.places > 0 for row in self.rows)

    @property
    def without_link(self) -> int:
        return sum(row.link is not LinkState.IN_FORCE for row in self.rows)


def overview(session: Session, training: Training) -> Overview:
    """How far each unit is, in the order of the quota table; seven statements."""
    places: dict[int, int] = defaultdict(int)
    for unit_id, number in session.execute(
        sa.select(QuotaPlace.unit_id, QuotaPlace.places)
        .where(QuotaPlace.training_id == training.id)
        .order_by(QuotaPlace.line_id, QuotaPlace.position, QuotaPlace.id)
    ):
        places[unit_id] += number
    people, acted = _people(session, training.id)
    for unit_id in people:
        places.setdefault(unit_id, 0)
    links = _links(session, training.id)
    scans = dict(
        session.execute(
            sa.select(NominationReceipt.unit_id, sa.func.count())
            .where(NominationReceipt.training_id == training.id)
            .group_by(NominationReceipt.unit_id)
        )
        .tuples()
        .all()
    )
    units = {
        one.id: one
        for one in session.execute(
            sa.select(Unit.id, Unit.name, Unit.name_en, Unit.contact_name, Unit.contact_email).where(
                Unit.id.in_(list(places))
            )
        )
    }
    doubtful = Counter(next(iter(found)).unit_id for found in twins(session, training).values())
    at, rows = now(), []
    for unit_id, number in places.items():
        unit, found, link = units[unit_id], people.get(unit_id, Waiting()), links.get(unit_id)
        moments = [one for one in (acted.get(unit_id), link.last_used_at if link else None) if one]
        rows.append(
            UnitRow(
                unit_id, unit.name, unit.name_en, unit.contact_name, unit.contact_email, number,
                found.taken, found.waiting, found.undecided, found.drafts, scans.get(unit_id, 0),
                doubtful[unit_id],
                link_state(link.expires_at, link.revoked_at, at) if link else LinkState.NONE,
                link.expires_at if link else None,
                link.key if link else "",
                max(moments) if moments else None,
            )
        )  # fmt: skip
    return Overview(tuple(rows))


def _people(session: Session, training_id: int) -> tuple[dict[int, Waiting], dict[int, datetime]]:
    found: dict[int, Waiting] = {}
    acted: dict[int, datetime] = {}
    # A draft has no registration, which the types do not know of.
    rows: Any = session.execute(
        sa.select(
            Nomination.unit_id,
            Registration.status,
            sa.func.count(),
            sa.func.max(sa.func.coalesce(Nomination.sent_at, Nomination.created_at)),
        )
        .outerjoin(Registration, Registration.id == Nomination.registration_id)
        .where(Nomination.training_id == training_id)
        .group_by(Nomination.unit_id, Registration.status)
    )
    for unit_id, status, number, at in rows:
        one = found.get(unit_id, Waiting())
        if status is None:
            one = one._replace(drafts=one.drafts + number)
        elif status in HOLDING_STATUSES:
            undecided = number if status is RegistrationStatus.NOMINATED else 0
            one = one._replace(taken=one.taken + number, undecided=one.undecided + undecided)
        elif status is RegistrationStatus.WAITLISTED:
            one = one._replace(waiting=one.waiting + number)
        found[unit_id] = one
        acted[unit_id] = max(acted[unit_id], at) if unit_id in acted else at
    return found, acted


def _links(session: Session, training_id: int) -> dict[int, NominationLink]:
    """The latest link of each unit, the one in force where there is one."""
    rows = session.scalars(
        sa.select(NominationLink).where(NominationLink.training_id == training_id).order_by(NominationLink.id)
    )
    found: dict[int, NominationLink] = {}
    for row in rows:
        standing = found.get(row.unit_id)
        if standing is None or standing.revoked_at is not None:
            found[row.unit_id] = row
    return found


def units_to_hear_from(session: Session, training_id: int) -> tuple[int, int]:
    """How many units have places and no address yet, and how many have one and named nobody who is still there."""
    asked = sa.exists().where(
        NominationLink.training_id == QuotaPlace.training_id, NominationLink.unit_id == QuotaPlace.unit_id
    )
    answered = sa.exists().where(
        Nomination.training_id == QuotaPlace.training_id,
        Nomination.unit_id == QuotaPlace.unit_id,
        Nomination.registration_id == Registration.id,
        Registration.status.in_([*HOLDING_STATUSES, RegistrationStatus.WAITLISTED]),
    )
    unasked, silent = (
        sa.func.count(sa.distinct(sa.case((which, QuotaPlace.unit_id))))
        for which in (~asked, sa.and_(asked, ~answered))
    )
    row = session.execute(
        sa.select(unasked, silent).where(QuotaPlace.training_id == training_id, QuotaPlace.places > 0)
    ).one()
    return row[0], row[1]


class Twin(NamedTuple):
    """Somebody on this training whom the organiser should look at beside a nomination.

    `same_training` tells of one who seems to be named twice; else they are on another training that
    falls on the same days, called `code`. `unit_id` named them, `unit` is where they stand there.
    """

    nomination_id: int
    unit_id: int
    registration_id: int
    name: str
    unit: str
    code: str
    same_training: bool


def twins(
    session: Session, training: Training, unit_id: int | None = None, registration_id: int | None = None
) -> dict[int, list[Twin]]:
    """Who seems to be named twice, or to be on another class on the same days, by nomination; two statements.

    Of all nominations, of those of a unit, or of one registration.
    """
    other, theirs = aliased(Registration), aliased(Person)
    found: dict[int, list[Twin]] = defaultdict(list)
    twice = (
        sa.select(Nomination.id, Nomination.unit_id, other.id, theirs.name, sa.func.coalesce(Unit.name, ""))
        .join(Registration, Registration.id == Nomination.registration_id)
        .join(other, other.id == Nomination.double_of_id)
        .join(theirs, theirs.id == other.person_id)
        .outerjoin(Unit, Unit.id == other.unit_id)
        .where(
            Nomination.training_id == training.id,
            Registration.status.not_in(GONE_STATUSES),
            other.status.not_in(GONE_STATUSES),
        )
    )
    elsewhere, owner = aliased(Registration), aliased(Training)
    busy = (
        sa.select(
            Nomination.id,
            Nomination.unit_id,
            elsewhere.id,
            Person.name,
            sa.func.coalesce(Unit.name, ""),
            owner.code,
        )
        .join(Registration, Registration.id == Nomination.registration_id)
        .join(
            elsewhere, sa.and_(elsewhere.person_id == Registration.person_id, elsewhere.id != Registration.id)
        )
        .join(owner, owner.id == elsewhere.training_id)
        .join(Person, Person.id == elsewhere.person_id)
        .outerjoin(Unit, Unit.id == elsewhere.unit_id)
        .where(
            Nomination.training_id == training.id,
            Registration.status.not_in(GONE_STATUSES),
            elsewhere.status.not_in(GONE_STATUSES),
            owner.start_date <= training.end_date,
            owner.end_date >= training.start_date,
        )
    )
    if unit_id is not None:
        twice, busy = twice.where(Nomination.unit_id == unit_id), busy.where(Nomination.unit_id == unit_id)
    if registration_id is not None:
        mine = Nomination.registration_id == registration_id
        twice, busy = twice.where(mine), busy.where(mine)
    for one in session.execute(twice):
        found[one[0]].append(Twin(*one, training.code, True))
    for other_one in session.execute(busy):
        found[other_one[0]].append(Twin(*other_one, False))
    return found


@dataclass(frozen=True, slots=True)
class Origin:
    """Which unit named a participant, when, in whose place, and who they should be compared with."""

    unit_id: int
    unit: str
    unit_en: str
    sent_at: datetime
    replaces: str
    twins: tuple[Twin, ...]


def origin(session: Session, training: Training, registration_id: int) -> Origin | None:
    """Where a registration comes from; None where no unit named it."""
    before, whose, leaver = aliased(Nomination), aliased(Registration), aliased(Person)
    row = session.execute(
        sa.select(Unit.id, Unit.name, Unit.name_en, Nomination.sent_at, leaver.name)
        .select_from(Nomination)
        .join(Unit, Unit.id == Nomination.unit_id)
        .outerjoin(before, before.id == Nomination.replaces_id)
        .outerjoin(whose, whose.id == before.registration_id)
        .outerjoin(leaver, leaver.id == whose.person_id)
        .where(Nomination.training_id == training.id, Nomination.registration_id == registration_id)
    ).first()
    if row is None:
        return None
    found = twins(session, training, registration_id=registration_id)
    seen = tuple(one for several in found.values() for one in several)
    return Origin(row[0], row[1], row[2], row[3] or now(), row[4] or "", seen)
