"""The roster by status: one column of people for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import Person, Registration, Unit
from trainingmgr.queries.roster.filters import Filters, where
from trainingmgr.queries.roster.listing import Place

_R = Registration


class Card(NamedTuple):
    """Somebody in a column; `unit` may be None.

    `number` is the place on the whole waiting list, from 1, and 0 for who does not wait; `key` is what
    the column is ordered by.
    """

    id: int
    name: str
    unit: str | None
    post: str
    category_id: int | None
    is_sample: bool
    waitlisted_at: datetime | None
    reason: str
    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Column:
    """A page of a column; `previous` and `next` are the cards behind which the neighbours begin, None at an end."""

    cards: Sequence[Card]
    previous: tuple[str, int] | None
    next: tuple[str, int] | None


def column(
    session: Session, training_id: int, filters: Filters, cursor: Place | None = None, size: int = 50
) -> Column:
    """Those in the status of `filters`: the waiting list in the order of waiting, else in that of names; one query.

    A cursor behind which nothing is left gives the first page.
    """
    backwards = cursor is not None and cursor.backwards
    if filters.status is RegistrationStatus.WAITLISTED:
        order: list[Any] = [_R.waitlisted_at, _R.id]
        wanted = _waiting(training_id)
    else:
        order = [_R.sort_key, _R.id]
        wanted = _people(sa.literal(0))
    wanted = wanted.where(*where(training_id, filters)).limit(size + 1)
    wanted = wanted.order_by(*([one.desc() for one in order] if backwards else order))
    if cursor is not None:
        edge = _edge(cursor, order[0].type)
        if edge is None:
            return column(session, training_id, filters, None, size)
        key = sa.tuple_(*order)
        wanted = wanted.where(key < edge if backwards else key > edge)
    cards = [_card(row) for row in session.execute(wanted)]
    if cursor is not None and not cards:
        return column(session, training_id, filters, None, size)
    more = len(cards) > size
    cards = cards[:size]
    if backwards:
        cards.reverse()
    return Column(
        cards,
        _place(cards[0]) if cursor is not None and (more or not backwards) else None,
        _place(cards[-1]) if backwards or more else None,
    )


def _people(number: sa.ColumnElement[int]) -> sa.Select[Any]:
    wanted: Any = sa.select(
        _R.id,
        Person.name,
        Unit.name,
        _R.post,
        _R.category_id,
        _R.is_sample,
        _R.waitlisted_at,
        _R.reason,
        number,
        _R.sort_key,
    )
    joined: sa.Select[Any] = wanted.join(Person, Person.id == _R.person_id)
    return joined.outerjoin(Unit, Unit.id == _R.unit_id)


def _waiting(training_id: int) -> sa.Select[Any]:
    order = sa.func.row_number().over(order_by=(_R.waitlisted_at, _R.id)).label("number")
    ranks = (
        sa.select(_R.id, order).where(_R.training_id == training_id, _R.waitlisted_at.is_not(None)).subquery()
    )
    return _people(ranks.c.number).join(ranks, ranks.c.id == _R.id)


def _edge(cursor: Place, kind: Any) -> sa.Tuple | None:
    if isinstance(kind, sa.String):
        return sa.tuple_(sa.literal(cursor.key), sa.literal(cursor.id))
    try:
        moment = datetime.fromisoformat(cursor.key)
    except ValueError:
        return None
    return sa.tuple_(sa.literal(moment, kind), sa.literal(cursor.id)) if moment.tzinfo else None


def _card(row: sa.Row[Any]) -> Card:
    found = Card._make(row)
    return found._replace(key=found.waitlisted_at.isoformat()) if found.waitlisted_at else found


def _place(card: Card) -> tuple[str, int]:
    return card.key, card.id
