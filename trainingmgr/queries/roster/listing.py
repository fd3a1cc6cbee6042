"""The roster page by page, in the order of names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus, search_words
from trainingmgr.domain.roster_column import DEFAULTS, TABLE_COLUMNS, ColumnUse, RosterColumn, columns_of
from trainingmgr.models import (
    Category,
    ColumnChoice,
    Nomination,
    Person,
    Registration,
    RegistrationTally,
    SavedFilter,
    Training,
    Unit,
)

COUNT_CAP = 1000

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


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. All that are set must hold; `group` and `category_id` may be "" and 0: none.

    `without_photo` leaves those on the class of whom there is no photograph.
    """

    text: str = ""
    status: RegistrationStatus | None = None
    category_id: int | None = None
    group: str | None = None
    without_photo: bool = False

    @property
    def narrow(self) -> bool:
        """Tell whether anything but the status narrows the list."""
        return (
            bool(search_words(self.text))
            or self.category_id is not None
            or self.group is not None
            or self.without_photo
        )


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


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; `previous` and `next` are the rows behind which the neighbours begin, None at an end."""

    rows: Sequence[Row]
    previous: tuple[str, int] | None
    next: tuple[str, int] | None


class Saved(NamedTuple):
    """Filters that the reader saved: `query` is the list's address behind the question mark.

    `everywhere` tells that they are for all trainings of the organisation.
    """

    id: int
    name: str
    query: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """What the filters offer: people by status, categories (id, name zh, name en), group names.

    `saved` and `columns` are the reader's own: filters by name, and the columns that they want where.
    """

    people: dict[RegistrationStatus, int]
    categories: dict[int, tuple[str, str]]
    groups: list[str]
    saved: list[Saved] = field(default_factory=list)
    columns: dict[ColumnUse, tuple[RosterColumn, ...]] = field(default_factory=lambda: dict(DEFAULTS))

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def on_class(self) -> int:
        return sum(self.people.get(status, 0) for status in PRESENT_STATUSES)


def where(training_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions on `Registration` that `filters` mean, with their values."""
    values = _values(training_id, filters)
    return [one.params(values) for one in _conditions(_shape(filters))]


def page(
    session: Session,
    training_id: int,
    filters: Filters,
    cursor: Place | None = None,
    size: int = 50,
    columns: Collection[RosterColumn] = TABLE_COLUMNS,
) -> Page:
    """The rows after (or before) `cursor`, in the order of names, with what `columns` want; one query.

    A cursor behind which nothing is left gives the first page.
    """
    backwards = cursor is not None and cursor.backwards
    way = 0 if cursor is None else -1 if backwards else 1
    values = _values(training_id, filters) | {"size": size + 1}
    if cursor is not None:
        values |= {"key": cursor.key, "id": cursor.id}
    whole = not _BASE.issuperset(columns)
    found = session.connection().execute(_page_statement(_shape(filters), way, whole), values)
    rows = [Row(*one) for one in found.all()]
    if cursor is not None and not rows:
        return page(session, training_id, filters, None, size, columns)
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


class _Shape(NamedTuple):
    """Which conditions a list has; the values are bound when it is read.

    Building a statement costs more than the database needs to answer it, so each shape is built once.
    """

    status: bool
    category: bool | None
    group: bool
    without_photo: bool
    words: int


def _shape(filters: Filters) -> _Shape:
    category = None if filters.category_id is None else bool(filters.category_id)
    words = len(search_words(filters.text))
    return _Shape(
        filters.status is not None, category, filters.group is not None, filters.without_photo, words
    )


def _conditions(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [_R.c.training_id == sa.bindparam("training")]
    if shape.status:
        found.append(_R.c.status == sa.bindparam("status", type_=_R.c.status.type))
    if shape.category is not None:
        one = _R.c.category_id
        found.append(one == sa.bindparam("category") if shape.category else one.is_(None))
    if shape.group:
        found.append(_R.c.group_name == sa.bindparam("group"))
    if shape.without_photo:
        has_one = sa.exists().where(_P.c.id == _R.c.person_id, _P.c.photo != "")
        found += [_R.c.status.in_(PRESENT_STATUSES), ~has_one]
    found += [_R.c.search_text.like(sa.bindparam(f"word{n}"), escape="/") for n in range(shape.words)]
    return found


def _values(training_id: int, filters: Filters) -> dict[str, Any]:
    values: dict[str, Any] = {"training": training_id}
    if filters.status is not None:
        values["status"] = filters.status
    if filters.category_id:
        values["category"] = filters.category_id
    if filters.group is not None:
        values["group"] = filters.group
    for number, word in enumerate(search_words(filters.text)):
        values[f"word{number}"] = "%" + re.sub(r"([/%_])", r"/\1", word) + "%"
    return values


@lru_cache(maxsize=256)
def _page_statement(shape: _Shape, way: int, whole: bool) -> sa.Select[Any]:
    inner = sa.select(_R).where(*_conditions(shape)).limit(sa.bindparam("size"))
    if way:
        key = sa.tuple_(_R.c.sort_key, _R.c.id)
        edge = sa.tuple_(sa.bindparam("key", type_=sa.String), sa.bindparam("id", type_=sa.Integer))
        inner = inner.where(key > edge if way > 0 else key < edge)
    if way < 0:
        inner = inner.order_by(_R.c.sort_key.desc(), _R.c.id.desc())
    else:
        inner = inner.order_by(_R.c.sort_key, _R.c.id)
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
        )
        .outerjoin(_N, _N.c.registration_id == one.c.id)
        .outerjoin(naming, naming.c.id == _N.c.unit_id)
    )


def _place(found: Row) -> tuple[str, int]:
    return found.sort_key, found.id


@lru_cache(maxsize=256)
def _count_statement(shape: _Shape) -> sa.Select[Any]:
    some = sa.select(sa.literal(1)).select_from(_R).where(*_conditions(shape)).limit(COUNT_CAP + 1)
    return sa.select(sa.func.count()).select_from(some.subquery())


def count(session: Session, training_id: int, filters: Filters) -> int:
    """How many registrations the filters leave, counted up to `COUNT_CAP` + 1."""
    found = session.connection().execute(_count_statement(_shape(filters)), _values(training_id, filters))
    return int(found.scalar() or 0)


def ids(session: Session, training_id: int, filters: Filters) -> list[int]:
    """Every registration that the filters leave."""
    return list(session.scalars(sa.select(Registration.id).where(*where(training_id, filters))))


def facets(session: Session, training_id: int, user_id: int = 0) -> Facets:
    """What the filters offer, and what the reader `user_id` has saved; one query, whose cost does not grow
    with the roster."""
    values = {"training": training_id, "user": user_id}
    rows = session.connection().execute(_facets_statement(), values).all()
    chosen = {ColumnUse(r.key): columns_of(r.zh.split(",")) for r in rows if r.kind == "columns"}
    return Facets(
        people={RegistrationStatus(r.key): r.number for r in rows if r.kind == "status" and r.number},
        categories={
            r.number: (r.zh, r.en)
            for r in sorted((r for r in rows if r.kind == "category"), key=lambda r: int(r.key))
        },
        groups=sorted((r.key for r in rows if r.kind == "group"), key=natural_key),
        saved=sorted(
            (Saved(r.number, r.key, r.zh, r.en == "") for r in rows if r.kind == "saved"),
            key=lambda one: (natural_key(one.name), one.id),
        ),
        columns=DEFAULTS | chosen,
    )


@lru_cache(maxsize=1)
def _facets_statement() -> sa.CompoundSelect[Any]:
    tally, category = RegistrationTally.__table__.c, Category.__table__.c
    groups = _groups()
    chosen, saved = ColumnChoice.__table__.c, SavedFilter.__table__.c
    training: sa.BindParameter[int] = sa.bindparam("training")
    user: sa.BindParameter[int] = sa.bindparam("user")
    organisation = sa.select(Training.organisation_id).where(Training.id == training).scalar_subquery()
    nothing: sa.ColumnClause[str] = sa.literal_column("''")
    return sa.union_all(
        sa.select(
            sa.literal_column("'status'").label("kind"),
            tally.status.label("key"),
            nothing.label("zh"),
            nothing.label("en"),
            tally.people.label("number"),
        ).where(tally.training_id == training),
        sa.select(
            sa.literal_column("'category'"),
            sa.cast(category.position, sa.String),
            category.name_zh,
            category.name_en,
            category.id,
        ).where(category.training_id == training),
        sa.select(
            sa.literal_column("'group'"), groups.c.name, nothing, nothing, sa.literal_column("0")
        ).where(groups.c.name != ""),
        sa.select(
            sa.literal_column("'columns'"),
            sa.cast(chosen.use, sa.String),
            chosen.columns,
            nothing,
            sa.literal_column("0"),
        ).where(chosen.user_id == user),
        sa.select(
            sa.literal_column("'saved'"),
            saved.name,
            saved.query,
            sa.case((saved.training_id.is_(None), ""), else_="here"),
            saved.id,
        ).where(
            saved.user_id == user,
            saved.organisation_id == organisation,
            sa.or_(saved.training_id.is_(None), saved.training_id == training),
        ),
    )


def group_names(session: Session, training_id: int) -> list[str]:
    """The groups that a training's people are in."""
    groups = _groups()
    wanted = sa.select(groups.c.name).where(groups.c.name != "")
    return sorted(session.connection().scalars(wanted, {"training": training_id}), key=natural_key)


def _groups() -> sa.CTE:
    # One look into the index for each group; DISTINCT would read every row.
    of_training = _R.c.training_id == sa.bindparam("training")
    first = sa.select(sa.func.min(_R.c.group_name).label("name")).where(of_training)
    found = first.cte("groups", recursive=True)
    following = (
        sa.select(sa.func.min(_R.c.group_name))
        .where(of_training, _R.c.group_name > found.c.name)
        .correlate(found)
        .scalar_subquery()
    )
    return found.union_all(sa.select(following).where(found.c.name.is_not(None)))
