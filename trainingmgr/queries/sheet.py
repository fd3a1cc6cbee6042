"""The people of a training with one thing to tick for each: a mark, an arrival, a book in hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.models import (
    Attendance,
    Handout,
    Person,
    Registration,
    RegistrationTally,
    Training,
    Unit,
    User,
)

# Up to so many people stand on one page, where they are searched without asking the server.
WHOLE = 600
PAGE = 200

OPEN, MISSING = "open", "missing"


class SheetPerson(NamedTuple):
    """One line of a sheet: `value` is what is ticked (empty: nothing), by whom and when."""

    id: int
    name: str
    unit: str
    post: str
    group: str
    search: str
    phone: str
    is_sample: bool
    sort_key: str
    value: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a sheet shows: words that must all be found, a group, and `open`, `missing` or a value."""

    text: str = ""
    group: str = ""
    show: str = ""

    @property
    def words(self) -> list[str]:
        return self.text.lower().split()

    def passes(self, person: SheetPerson) -> bool:
        """Tell whether a person is shown; the same as `conditions` and `shown` in the database."""
        return (
            all(word in person.search for word in self.words)
            and (not self.group or person.group == self.group)
            and (
                not self.show
                or person.value == self.show
                or (self.show in {OPEN, MISSING} and not person.value)
                or (self.show == MISSING and person.value == "absent")
            )
        )

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Who is meant by the words and the group, as conditions on the registration."""
        found: list[sa.ColumnElement[bool]] = [
            Registration.search_text.contains(word, autoescape=True) for word in self.words
        ]
        if self.group:
            found.append(Registration.group_name == self.group)
        return found

    def open_ones(self) -> list[sa.ColumnElement[bool]]:
        """Who is shown and may have nothing ticked: nobody while only a value is shown."""
        return [*self.conditions(), *([] if self.show in {"", OPEN, MISSING} else [sa.false()])]

    def shown(self, value: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
        """Who is meant by `show`, as a condition on the ticked value."""
        if self.show == OPEN:
            return [value.is_(None)]
        if self.show == MISSING:
            return [sa.or_(value.is_(None), value == "absent")]
        return [value == self.show] if self.show else []


@dataclass(frozen=True, slots=True)
class Ticks:
    """Where a sheet's ticks lie: the table to join, and its columns for value, user and instant."""

    table: Any
    on: sa.ColumnElement[bool]
    value: Any
    by: Any
    at: Any


@dataclass(frozen=True, slots=True)
class Press:
    """What one press for many did: how many people, and the instant that names them for an undo."""

    people: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a long sheet begins: behind (or, backwards, before) a person."""

    key: str
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a sheet. `counts` are over the whole training, by value; `whole` tells that everybody is here."""

    people: list[SheetPerson]
    groups: list[str]
    total: int
    counts: dict[str, int]
    whole: bool
    hidden: frozenset[int] = field(default_factory=frozenset)
    previous: Place | None = None
    next: Place | None = None

    @property
    def open(self) -> int:
        """How many have nothing ticked."""
        return max(0, self.total - sum(self.counts.values()))


def headcount(session: Session, training_id: int, statuses: Collection[RegistrationStatus]) -> int:
    """How many registrations stand in `statuses`, without counting them anew."""
    return (
        session.scalar(
            sa.select(sa.func.sum(RegistrationTally.people)).where(
                RegistrationTally.training_id == training_id, RegistrationTally.status.in_(statuses)
            )
        )
        or 0
    )


def read(
    session: Session,
    training: Training,
    statuses: Collection[RegistrationStatus],
    ticks: Ticks,
    filters: Filters,
    place: Place | None = None,
    only: Sequence[sa.ColumnElement[bool]] = (),
) -> Sheet:
    """A sheet of everybody in `statuses`, by name; in pages where they are more than `WHOLE`. Four statements.

    `only` narrows whom it is for, as conditions on the registration.
    """
    who = [Registration.training_id == training.id, Registration.status.in_(statuses), *only]
    total = _count(session, who) if only else headcount(session, training.id, statuses)
    groups = session.scalars(
        sa.select(Registration.group_name)
        .where(*who, Registration.group_name != "")
        .distinct()
        .order_by(Registration.group_name)
    ).all()
    counts = _counts(session, who, ticks)
    query = _rows(ticks).where(*who)
    if total <= WHOLE:
        people = _people(session, query.order_by(Registration.sort_key, Registration.id))
        hidden = frozenset(one.id for one in people if not filters.passes(one))
        return Sheet(people, list(groups), total, counts, True, hidden)
    query = query.where(*filters.conditions(), *filters.shown(ticks.value))
    people, previous, following = _page(session, query, place)
    return Sheet(people, list(groups), total, counts, False, previous=previous, next=following)


def _count(session: Session, who: Sequence[sa.ColumnElement[bool]]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Registration).where(*who)) or 0


def still_open(
    session: Session,
    training: Training,
    table: type[Attendance] | type[Handout],
    one: sa.ColumnElement[bool],
    filters: Filters,
    only: Sequence[sa.ColumnElement[bool]] = (),
) -> list[int]:
    """The registrations on the class that `filters` and `only` mean and that have no row in `table` where `one` holds."""
    return list(
        session.scalars(
            sa.select(Registration.id)
            .outerjoin(table, sa.and_(table.registration_id == Registration.id, one))
            .where(
                Registration.training_id == training.id,
                Registration.status.in_(PRESENT_STATUSES),
                table.id.is_(None),
                *only,
                *filters.open_ones(),
            )
            .order_by(Registration.id)
        )
    )


def _rows(ticks: Ticks) -> sa.Select[*tuple[Any, ...]]:
    name = sa.func.coalesce(sa.func.nullif(User.name, ""), User.email, "")
    query = (
        sa.select(
            Registration.id,
            Person.name,
            sa.func.coalesce(Unit.name, ""),
            Registration.post,
            Registration.group_name,
            Registration.search_text,
            Person.phone,
            Registration.is_sample,
            Registration.sort_key,
            sa.func.coalesce(sa.type_coerce(ticks.value, sa.String), ""),
            sa.literal("") if ticks.by is None else name,
            ticks.at,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
    )
    if ticks.table is not None:
        query = query.outerjoin(ticks.table, ticks.on)
    return query if ticks.by is None else query.outerjoin(User, User.id == ticks.by)


def _counts(session: Session, who: list[sa.ColumnElement[bool]], ticks: Ticks) -> dict[str, int]:
    value = sa.type_coerce(ticks.value, sa.String)
    query = sa.select(value, sa.func.count()).select_from(Registration)
    if ticks.table is not None:
        query = query.join(ticks.table, ticks.on)
    rows = session.execute(query.where(*who, ticks.value.is_not(None)).group_by(value))
    return {str(found): number for found, number in rows}


def _people(session: Session, query: sa.Select[*tuple[Any, ...]]) -> list[SheetPerson]:
    return [SheetPerson(*row) for row in session.execute(query)]


def _page(
    session: Session, query: sa.Select[*tuple[Any, ...]], place: Place | None
) -> tuple[list[SheetPerson], Place | None, Place | None]:
    order = sa.tuple_(Registration.sort_key, Registration.id)
    backwards = place is not None and place.backwards
    if place is not None:
        edge = sa.tuple_(sa.literal(place.key), sa.literal(place.id))
        query = query.where(order < edge if backwards else order > edge)
    if backwards:
        query = query.order_by(Registration.sort_key.desc(), Registration.id.desc())
    else:
        query = query.order_by(Registration.sort_key, Registration.id)
    people = _people(session, query.limit(PAGE + 1))
    more, people = len(people) > PAGE, people[:PAGE]
    if backwards:
        people.reverse()
    before, after = (more, True) if backwards else (place is not None, more)
    first = Place(people[0].sort_key, people[0].id, True) if people and before else None
    last = Place(people[-1].sort_key, people[-1].id) if people and after else None
    return people, first, last
