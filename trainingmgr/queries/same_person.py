"""People who may be one, in an organisation or around one training."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import IdType, birth_date
from trainingmgr.domain.same_person import Likeness, Traits, pairs
from trainingmgr.domain.unit import likeness
from trainingmgr.extensions import now
from trainingmgr.models import ApartPeople, Person, PersonMerge, Registration, Training, Unit
from trainingmgr.queries.bulk import collector_paused
from trainingmgr.queries.person import CHUNK, open_id
from trainingmgr.queries.photo import unused_keys
from trainingmgr.queries.unit.likeness import recogniser

MOST_PAIRS = 100
MERGE_UNDO_WITHIN = timedelta(days=1)
# Of more who share a name with somebody, those who came last are looked at.
_MOST_PEOPLE = 20_000
_WITH_BIRTHDAY = frozenset({IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT})


class Known(NamedTuple):
    """A person of a pair; `trainings` are codes, the latest first."""

    id: int
    name: str
    unit: str
    phone: str
    id_masked: str
    is_sample: bool
    trainings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two people who may be one, with why. `documents_differ` speaks against it."""

    one: Known
    other: Known
    reasons: tuple[Likeness, ...]
    documents_differ: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The first `MOST_PAIRS` pairs, and how many more there are."""

    pairs: list[AlikePair]
    more: int


def alike_people(session: Session, organisation_id: int, training_id: int | None = None) -> Found:
    """Who may be one: in the organisation, or with whom somebody on a training may be one.

    Pairs that were told apart are left out. ID numbers are opened for their day of birth alone, and only of
    people who share a name with another who has one. Among 100,000 people it takes about a second.
    """
    with collector_paused():
        people = _candidates(session, organisation_id, training_id)
        units = _units(session, [one.id for one in people])
        numbers = Counter(row.name_key for row in people if row.id_type in _WITH_BIRTHDAY)
        found = pairs(
            [_traits(row, units.get(row.id, frozenset()), numbers[row.name_key] > 1) for row in people]
        )
    apart = {
        tuple(row)
        for row in session.execute(
            sa.select(ApartPeople.low_id, ApartPeople.high_id)
            .join(Person, Person.id == ApartPeople.low_id)
            .where(Person.organisation_id == organisation_id)
        )
    }
    here = _on(session, training_id) if training_id is not None else None
    wanted = [
        one
        for one in found
        if (one.low, one.high) not in apart and (here is None or one.low in here or one.high in here)
    ]
    shown = wanted[:MOST_PAIRS]
    known = known_of(session, organisation_id, {id_ for one in shown for id_ in (one.low, one.high)})
    return Found(
        [AlikePair(known[one.low], known[one.high], one.reasons, one.documents_differ) for one in shown],
        len(wanted) - len(shown),
    )


def known_of(session: Session, organisation_id: int, ids: Collection[int]) -> dict[int, Known]:
    """These people of the organisation as a page shows them."""
    trainings: dict[int, list[str]] = {}
    for person_id, code in session.execute(
        sa.select(Registration.person_id, Training.code)
        .join(Training, Training.id == Registration.training_id)
        .where(Registration.person_id.in_(ids))
        .order_by(Training.start_date.desc(), Training.id.desc())
    ):
        trainings.setdefault(person_id, []).append(code)
    rows = session.execute(
        sa.select(
            Person.id,
            Person.name,
            sa.func.coalesce(Unit.name, ""),
            Person.phone,
            Person.id_masked,
            Person.is_sample,
        )
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.organisation_id == organisation_id, Person.id.in_(ids))
    )
    return {row[0]: Known(*row, tuple(trainings.get(row[0], ()))) for row in rows}


def _candidates(session: Session, organisation_id: int, training_id: int | None) -> list[sa.Row[Any]]:
    """Everybody who shares a name, or a phone and the sound of the name, with somebody else."""
    mine = Person.organisation_id == organisation_id
    sharing: list[sa.Select[int]] = []
    for columns, condition in (
        ((Person.name_key,), sa.true()),
        ((Person.phone, Person.pinyin), Person.phone != ""),
    ):
        shared = sa.select(*columns).where(mine, condition).group_by(*columns)
        shared = shared.having(sa.func.count() > 1)
        if training_id is not None:
            on = sa.select(*columns).join(Registration, Registration.person_id == Person.id)
            shared = shared.where(
                sa.tuple_(*columns).in_(on.where(Registration.training_id == training_id, condition))
            )
        # Each by its own index; with OR between them everybody would be read.
        found = shared.subquery()
        same = [column == found.c[column.name] for column in columns]
        sharing.append(sa.select(Person.id).join(found, sa.and_(*same)).where(mine))
    return list(
        session.execute(
            sa.select(
                Person.id,
                Person.uid,
                Person.name_key,
                Person.pinyin,
                Person.phone,
                Person.email,
                Person.id_type,
                Person.id_masked,
                Person.id_sealed,
            )
            .where(Person.id.in_(sa.union(*sharing)))
            .order_by(Person.id.desc())
            .limit(_MOST_PEOPLE)
        )
    )


def _units(session: Session, people: list[int]) -> dict[int, frozenset[str]]:
    """What the names of each person's units are like: that of the person, and those at their classes."""
    bears: dict[int, set[int]] = {}
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        both = sa.union(
            sa.select(Person.id, Person.unit_id).where(Person.id.in_(some), Person.unit_id.is_not(None)),
            sa.select(Registration.person_id, Registration.unit_id).where(
                Registration.person_id.in_(some), Registration.unit_id.is_not(None)
            ),
        )
        rows: Any = session.execute(both)
        for person_id, unit_id in rows:
            bears.setdefault(person_id, set()).add(unit_id)
    wanted = list({unit_id for units in bears.values() for unit_id in units})
    like: dict[int, str] = {}
    for start in range(0, len(wanted), CHUNK):
        names = sa.select(Unit.id, Unit.name).where(Unit.id.in_(wanted[start : start + CHUNK]))
        like |= {unit_id: likeness(name, recogniser()) for unit_id, name in session.execute(names)}
    return {person_id: frozenset(like[one] for one in units) for person_id, units in bears.items()}


def _traits(row: sa.Row[Any], units: frozenset[str], opens: bool) -> Traits:
    born: date | None = None
    if opens and row.id_type in _WITH_BIRTHDAY:
        born = birth_date(open_id(row.uid, row.id_sealed))
    return Traits(
        row.id, row.name_key, row.pinyin, row.phone, row.email, units, row.id_type, row.id_masked, born
    )


def _on(session: Session, training_id: int) -> frozenset[int]:
    wanted = sa.select(Registration.person_id).where(Registration.training_id == training_id)
    return frozenset(session.scalars(wanted))


def old_merges() -> sa.Select[int]:
    """Merges that can be taken back no more."""
    return sa.select(PersonMerge.id).where(PersonMerge.created_at < now() - MERGE_UNDO_WITHIN)


def forget_old(session: Session) -> list[str]:
    """Drop what is kept of such merges; gives the keys of photographs to delete after the commit."""
    return _forget(session, PersonMerge.id.in_(old_merges()))


def forget_merges_of(session: Session, person_id: int) -> list[str]:
    """As `forget_old`, for the merges that a person came out of."""
    return _forget(session, PersonMerge.kept_id == person_id)


def _forget(session: Session, which: sa.ColumnElement[bool]) -> list[str]:
    photos = set(session.scalars(sa.select(PersonMerge.photo).where(which)))
    session.execute(sa.delete(PersonMerge).where(which).execution_options(synchronize_session=False))
    return unused_keys(session, photos)
