"""The organisation's units page by page, and as a tree."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.registration import GONE_STATUSES, search_words
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import Registration, Unit
from trainingmgr.queries.unit.references import from_samples_alone

PAGE = 50
_OWN, _OF_SAMPLES = "0", "1"
# More under one unit than somebody reads through: the list, which can be searched, has them all.
MOST_UNDER_ONE = 100


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
    """What the list is narrowed to; all that are set must hold. `province` is the name of a province."""

    text: str = ""
    type: UnitType | None = None
    province: str = ""

    @property
    def any(self) -> bool:
        """Tell whether anything narrows the list."""
        return bool(search_words(self.text)) or self.type is not None or bool(self.province)


class Row(NamedTuple):
    """A unit in a list. `people` from it are on `trainings`, all of them counted once; `key` is what orders it."""

    id: int
    name: str
    name_en: str
    type: UnitType
    region: str
    parent: str
    parent_en: str
    is_sample: bool
    key: str
    people: int
    trainings: int

    @property
    def set_apart(self) -> bool:
        """Tell whether it is known from samples alone."""
        return self.key.startswith(_OF_SAMPLES)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of units; `previous` and `next` are the rows behind which the neighbours begin, None at an end."""

    rows: Sequence[Row]
    found: int
    previous: tuple[str, int] | None
    next: tuple[str, int] | None


def page(
    session: Session, organisation_id: int, filters: Filters, cursor: Place | None = None, size: int = PAGE
) -> Page:
    """The units after (or before) `cursor` in the order of their names' sound; four queries at most, whatever there is.

    Those that are known from samples alone come last.
    A cursor behind which nothing is left gives the first page.
    """
    conditions = _conditions(organisation_id, filters)
    backwards = cursor is not None and cursor.backwards
    rows = _behind(session, conditions, cursor, size + 1)
    if cursor is not None and not rows:
        return page(session, organisation_id, filters, None, size)
    more = len(rows) > size
    rows = rows[:size][::-1] if backwards else rows[:size]
    found = session.scalar(sa.select(sa.func.count()).select_from(Unit).where(*conditions)) or 0
    lines = _counted(session, rows)
    if not lines:
        return Page((), found, None, None)
    first, last = ((one.key, one.id) for one in (lines[0], lines[-1]))
    if backwards:
        return Page(lines, found, first if more else None, last)
    return Page(lines, found, first if cursor is not None else None, last if more else None)


def _behind(
    session: Session, conditions: Sequence[sa.ColumnElement[bool]], cursor: Place | None, most: int
) -> list[Any]:
    """The rows behind the cursor, one's own and then those of samples: each part is read in the order of an index."""
    backwards = cursor is not None and cursor.backwards
    part, sound = (cursor.key[:1], cursor.key[1:]) if cursor is not None else ("", "")
    order = (Unit.pinyin.desc(), Unit.id.desc()) if backwards else (Unit.pinyin, Unit.id)
    place = sa.tuple_(Unit.pinyin, Unit.id)
    rows: list[Any] = []
    for one in (_OF_SAMPLES, _OWN) if backwards else (_OWN, _OF_SAMPLES):
        if len(rows) == most or (one > part if backwards else one < part):
            continue
        apart = from_samples_alone()
        wanted = _rows(sa.literal(one)).where(*conditions, apart if one == _OF_SAMPLES else ~apart)
        if cursor is not None and one == part:
            edge = sa.tuple_(sa.literal(sound), sa.literal(cursor.id))
            wanted = wanted.where(place < edge if backwards else place > edge)
        rows += session.execute(wanted.order_by(*order).limit(most - len(rows)))
    return rows


def _set_apart() -> sa.ColumnElement[str]:
    return sa.case((from_samples_alone(), _OF_SAMPLES), else_=_OWN)


def _conditions(organisation_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Unit.organisation_id == organisation_id]
    for word in search_words(filters.text):
        found.append(Unit.search_text.like("%" + re.sub(r"([/%_])", r"/\1", word) + "%", escape="/"))
    if filters.type is not None:
        found.append(Unit.type == filters.type)
    if filters.province:
        code = next((one.code for one in all_divisions() if one.name == filters.province), "")
        of_region = Unit.region.startswith(filters.province, autoescape=True)
        by_code = Unit.division_code.startswith(code[:2]) if code else sa.false()
        found.append(sa.or_(of_region, by_code))
    return found


def _rows(part: sa.ColumnElement[str] | None = None) -> Any:
    part = _set_apart() if part is None else part
    parent = aliased(Unit)
    return sa.select(
        Unit.id,
        Unit.name,
        Unit.name_en,
        Unit.type,
        Unit.region,
        sa.func.coalesce(parent.name, ""),
        sa.func.coalesce(parent.name_en, ""),
        Unit.is_sample,
        part.concat(Unit.pinyin),
    ).outerjoin(parent, parent.id == Unit.parent_id)


def _counted(session: Session, rows: Sequence[Any]) -> list[Row]:
    counts = people_and_trainings(session, [row[0] for row in rows])
    return [_row(row, counts) for row in rows]


def _row(columns: Sequence[Any], counts: dict[int, tuple[int, int]]) -> Row:
    return Row._make((*columns, *counts.get(columns[0], (0, 0))))


def people_and_trainings(session: Session, unit_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many people of each unit are on how many trainings; whoever withdrew or was declined counts for none."""
    rows = session.execute(
        sa.select(
            Registration.unit_id,
            sa.func.count(Registration.person_id.distinct()),
            sa.func.count(Registration.training_id.distinct()),
        )
        .where(Registration.unit_id.in_(unit_ids), Registration.status.not_in(GONE_STATUSES))
        .group_by(Registration.unit_id)
    )
    return {unit_id: (people, trainings) for unit_id, people, trainings in rows if unit_id is not None}


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree with those right under it; `below` is how many these are."""

    unit: Row
    under: Sequence[Row]
    below: int


@dataclass(frozen=True, slots=True)
class Tree:
    """Two levels of the tree. `total` is how many the upper one has, of which `branches` may be the first."""

    branches: Sequence[Branch]
    total: int


def tree(session: Session, organisation_id: int, under: int | None = None) -> Tree:
    """The units under one, or under none, each with those under it; four queries, whatever there is.

    Those with units under them come first, offices in the order of their divisions, then the rest by the
    sound of their names.
    """
    own = [Unit.organisation_id == organisation_id]
    of = Unit.parent_id == under if under is not None else Unit.parent_id.is_(None)
    total = session.scalar(sa.select(sa.func.count()).select_from(Unit).where(*own, of)) or 0
    upper = list(session.execute(_rows().where(*own, of).order_by(*_tree_order()).limit(MOST_UNDER_ONE)))
    ids = [row[0] for row in upper]
    below_each = sa.select(
        Unit.id,
        sa.func.row_number().over(partition_by=Unit.parent_id, order_by=_tree_order()).label("place"),
        sa.func.count().over(partition_by=Unit.parent_id).label("number"),
    )
    ranked = below_each.where(*own, Unit.parent_id.in_(ids)).subquery()
    lower = list(
        session.execute(
            _rows()
            .add_columns(Unit.parent_id, ranked.c.number)
            .join(ranked, ranked.c.id == Unit.id)
            .where(ranked.c.place <= MOST_UNDER_ONE)
            .order_by(Unit.parent_id, ranked.c.place)
        )
    )
    counts = people_and_trainings(session, [*ids, *(row[0] for row in lower)])
    below: dict[int, list[Row]] = {}
    numbers: dict[int, int] = {}
    for *columns, parent_id, number in lower:
        below.setdefault(parent_id, []).append(_row(columns, counts))
        numbers[parent_id] = number
    branches = [Branch(_row(row, counts), below.get(row[0], []), numbers.get(row[0], 0)) for row in upper]
    return Tree(branches, total)


def _tree_order() -> tuple[Any, ...]:
    below = aliased(Unit)
    return (
        sa.case((sa.exists().where(below.parent_id == Unit.id), 0), else_=1),
        sa.case((Unit.division_code == "", 1), else_=0),
        Unit.division_code,
        Unit.pinyin,
        Unit.id,
    )


def whole_list(session: Session, organisation_id: int) -> list[Unit]:
    """Every unit with its parent and its other names, as the tree orders them; three queries."""
    return list(
        session.scalars(
            sa.select(Unit)
            .where(Unit.organisation_id == organisation_id)
            .options(selectinload(Unit.aliases), selectinload(Unit.parent))
            .order_by(*_tree_order())
        )
    )
