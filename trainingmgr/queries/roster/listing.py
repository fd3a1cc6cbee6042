"""The roster page by page, in the order of names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.roster_column import TABLE_COLUMNS, RosterColumn
from trainingmgr.models import Nomination, Person, Registration, Unit
from trainingmgr.queries.arrangement import PLACE_OF, place_name
from trainingmgr.queries.roster.filters import Filters, Shape, conditions, shape_of, values_of, where
from trainingmgr.queries.roster.searching import COUNT_CAP, Way, WayShape, beyond, first_ids, some_ids
from trainingmgr.queries.roster.searching import way as way_to

_R: Any = Registration.__table__
_P: Any = Person.__table__
_U: Any = Unit.__table__
_N: Any = Nomination.__table__
_BASE = frozenset(TABLE_COLUMNS)


class Place(Protocol):
    """Where a page begins: behind this row, or before it when going backwards."""

    @property
    def key(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def backwards(self) -> bool: ...


class Row(NamedTuple):
    """One line of the roster; `category_id` and `unit` may be None, `phone` is in its normal form.

    What stands behind `sort_key` is read only where a column wants it.
    """

    id: int
    name: str
    is_sample: bool
    latin_name: str
    unit: str | None
    post: str
    category_id: int | None
    group: str
    phone: str
    status: RegistrationStatus
    sort_key: str
    sex: str = ""
    ethnicity: str = ""
    email: str = ""
    id_type: str = ""
    id_number: str = ""
    reason: str = ""
    note: str = ""
    arrived_at: datetime | None = None
    registered_at: datetime | None = None
    nominated_by: str | None = None
    bus: str = ""
    room: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; `previous` and `next` are the rows behind which the neighbours begin, None at an end."""

    rows: Sequence[Row]
    previous: tuple[str, int] | None
    next: tuple[str, int] | None


def page(
    session: Session,
    training_id: int,
    filters: Filters,
    cursor: Place | None = None,
    size: int = 50,
    columns: Collection[RosterColumn] = TABLE_COLUMNS,
    way: Way | None = None,
) -> Page:
    """The rows after (or before) `cursor`, in the order of names, with what `columns` want; one query.

    `way` is the one that `searching.way` gives for the filters, if it is known already. A cursor behind
    which nothing is left gives the first page.
    """
    backwards = cursor is not None and cursor.backwards
    direction = 0 if cursor is None else -1 if backwards else 1
    way = way or way_to(session, training_id, filters)
    values = _values(training_id, filters, way, size + 1)
    if cursor is not None:
        values |= {"key": cursor.key, "id": cursor.id}
    whole = not _BASE.issuperset(columns)
    statement = _page_statement(shape_of(filters), way.shape, direction, whole)
    found = session.connection().execute(statement, values)
    rows = [Row(*one) for one in found.all()]
    if cursor is not None and not rows:
        return page(session, training_id, filters, None, size, columns, way)
    more = len(rows) > size
    if backwards:
        rows = rows[1:] if more else rows
        return Page(rows, _place(rows[0]) if more else None, _place(rows[-1]))
    rows = rows[:size]
    previous = _place(rows[0]) if cursor is not None else None
    return Page(rows, previous, _place(rows[-1]) if more else None)


def row(session: Session, training_id: int, registration_id: int) -> Row | None:
    """The line of one registration."""
    inner = sa.select(_R).where(_R.c.id == registration_id, _R.c.training_id == training_id)
    found = session.connection().execute(_lines(inner.subquery("one"), whole=True)).first()
    return Row(*found) if found else None


@lru_cache(maxsize=256)
def _page_statement(shape: Shape, way: WayShape | None, direction: int, whole: bool) -> sa.Select[Any]:
    size: sa.BindParameter[int] = sa.bindparam("size")
    if way is None or way.many:
        # A page of very many is full soon where everybody is looked at in order.
        rows = sa.select(_R).where(*conditions(shape))
    else:
        rows = sa.select(_R).where(_R.c.id.in_(first_ids(way, shape, direction, size)))
    inner = beyond(rows, (_R.c.sort_key, _R.c.id), direction).limit(size)
    return _lines(inner.subquery("one"), whole=whole)


def _lines(one: sa.Subquery, *, whole: bool) -> sa.Select[Any]:
    wanted = (
        sa.select(
            one.c.id,
            _P.c.name,
            one.c.is_sample,
            one.c.latin_name,
            _U.c.name,
            one.c.post,
            one.c.category_id,
            one.c.group_name,
            _P.c.phone,
            one.c.status,
            one.c.sort_key,
        )
        .select_from(one)
        .join(_P, _P.c.id == one.c.person_id)
        .outerjoin(_U, _U.c.id == one.c.unit_id)
        .order_by(one.c.sort_key, one.c.id)
    )
    if not whole:
        return wanted
    naming = _U.alias("naming")
    return (
        wanted.add_columns(
            _P.c.sex,
            _P.c.ethnicity,
            _P.c.email,
            _P.c.id_type,
            _P.c.id_masked,
            one.c.reason,
            one.c.note,
            one.c.arrived_at,
            one.c.created_at,
            naming.c.name,
            *(place_name(kind, one.c.id, one.c.status) for kind in PLACE_OF),
        )
        .outerjoin(_N, _N.c.registration_id == one.c.id)
        .outerjoin(naming, naming.c.id == _N.c.unit_id)
    )


def _place(found: Row) -> tuple[str, int]:
    return found.sort_key, found.id


@lru_cache(maxsize=256)
def _count_statement(shape: Shape, way: WayShape | None) -> sa.Select[Any]:
    size: sa.BindParameter[int] = sa.bindparam("size")
    if way is None:
        some = sa.select(sa.literal(1)).select_from(_R).where(*conditions(shape))
    else:
        some = sa.select(some_ids(way, shape, size).subquery().c.id)
    return sa.select(sa.func.count()).select_from(some.limit(size).subquery())


def count(session: Session, training_id: int, filters: Filters, way: Way | None = None) -> int:
    """How many registrations the filters leave, counted up to `COUNT_CAP` + 1; `way` is as for `page`."""
    way = way or way_to(session, training_id, filters)
    if way.people is not None:
        return way.people
    statement = _count_statement(shape_of(filters), way.shape)
    found = session.connection().execute(statement, _values(training_id, filters, way, COUNT_CAP + 1))
    return int(found.scalar() or 0)


def _values(training_id: int, filters: Filters, way: Way, size: int) -> dict[str, Any]:
    return values_of(training_id, filters) | {"size": size, "gram": way.gram}


def ids(session: Session, training_id: int, filters: Filters) -> list[int]:
    """Every registration that the filters leave."""
    return list(session.scalars(sa.select(Registration.id).where(*where(training_id, filters))))
