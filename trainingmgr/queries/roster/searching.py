"""How the people of a search are come by in a large roster, where looking at everybody would take too long.

Their names, pinyin and phones are indexed by beginnings and pairs of signs (`roster_gram`), in the order of the
roster, so that a page of the many who bear one surname is read off. Whoever was added or renamed lately is not
indexed yet (`services.roster.index_rosters`) and is looked at one by one, as are all in rosters that are not large. A
word may name a unit too; its people are gathered where they are few, and where they are many, looking at
everybody in order finds a page of them soon.
"""

from collections import Counter
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import leading_grams, may_name_unit, search_pattern, search_words
from trainingmgr.models import Registration, RosterGram, Training, Unit
from trainingmgr.queries.roster.filters import Filters, Shape, conditions, narrowing, said

COUNT_CAP = 1000
# Looking at more people of units than these, to put them in order, takes longer than walking along the roster.
_MANY = 2_000
_RARE_ENOUGH = 500
_MOST_GRAMS = 12

_R: Any = Registration.__table__
_G: Any = RosterGram.__table__
_U: Any = Unit.__table__
# The least goes by the key; to look whether there is any, PostgreSQL would read the whole table.
_LEAST_GRAM = sa.select(sa.func.min(_G.c.gram)).where(_G.c.training_id == sa.bindparam("training"))


class WayShape(NamedTuple):
    """What the statements of a way depend on. The word `number` leads to people by one of its grams.

    `units` tells that it names units whose people are found beside, `many` that these are very many. `exact`
    tells that having the gram is all that is asked, `exact_units` that being of one of those units is.
    """

    number: int
    units: bool
    many: bool
    exact: bool
    exact_units: bool


class Way(NamedTuple):
    """What leads to the people of a search; without a `shape`, looking at everybody in order.

    `people` is how many they are, up to `COUNT_CAP` + 1, where that came out by the way.
    """

    gram: str
    shape: WayShape | None
    people: int | None = None


EVERYBODY = Way("", None)


class _Counted(IntEnum):
    """What is counted to choose a way: people by a gram, by a unit's name, units of another name, people not indexed."""

    BEARERS = 0
    OF_UNITS = 1
    OTHER_NAMES = 2
    NOT_INDEXED = 3


def way(session: Session, training_id: int, filters: Filters) -> Way:
    """The way to the people of a search that passes by the fewest others; one query, two in an indexed roster.

    None is sent without words. In a roster that is not indexed everybody is looked at.
    """
    words = search_words(filters.text)
    candidates = [
        (number, gram) for number, word in enumerate(words) for gram in leading_grams(word)[:_MOST_GRAMS]
    ]
    if not candidates or not session.connection().scalar(_LEAST_GRAM, {"training": training_id}):
        return EVERYBODY
    naming = tuple(number for number, word in enumerate(words) if may_name_unit(word))
    values: dict[str, Any] = {"training": training_id}
    values |= {f"gram{place}": gram for place, (_number, gram) in enumerate(candidates)}
    values |= {f"word{number}": search_pattern(words[number]) for number in naming}
    counted = Counter[tuple[int, int]]()
    for what, key, number_of in session.connection().execute(
        _ways_statement(len(candidates), naming), values
    ):
        counted[what, key] = number_of

    def passed_by(place: int) -> int:
        return counted[_Counted.BEARERS, place] + counted[_Counted.OF_UNITS, candidates[place][0]]

    place = min(range(len(candidates)), key=passed_by)
    number, gram = candidates[place]
    bearers, of_units = counted[_Counted.BEARERS, place], counted[_Counted.OF_UNITS, number]
    alone = len(words) == 1 and filters == Filters(text=filters.text)
    shape = WayShape(
        number,
        units=of_units > 0,
        many=of_units > _MANY,
        exact=alone and words == (gram,),
        # A unit's people bear its name in what is searched, but none of its other names.
        exact_units=alone and not counted[_Counted.OTHER_NAMES, number],
    )
    return Way(gram, shape, _people(shape, bearers, of_units, counted[_Counted.NOT_INDEXED, 0]))


def _people(shape: WayShape, bearers: int, of_units: int, not_indexed: int) -> int | None:
    """How many the search finds, of what was counted up to limits of its own; None where that does not tell."""
    units_known = shape.exact_units or not of_units
    if units_known and of_units > COUNT_CAP:
        return COUNT_CAP + 1
    bearers_known = not bearers or (shape.exact and bearers < _RARE_ENOUGH)
    # Of who bear the name and who are of the unit some may be the same.
    apart = not bearers or not of_units
    if units_known and bearers_known and apart and not shape.many and not not_indexed:
        return bearers + of_units
    return None


@lru_cache(maxsize=256)
def _ways_statement(grams: int, naming: tuple[int, ...]) -> sa.CompoundSelect[Any]:
    training: sa.BindParameter[int] = sa.bindparam("training")
    one = sa.select(sa.literal(1))
    counted: list[sa.Select[Any]] = []
    for place in range(grams):
        some = _G.c.training_id == training, _G.c.gram == sa.bindparam(f"gram{place}")
        counted.append(_counted(_Counted.BEARERS, place, one.select_from(_G).where(*some), _RARE_ENOUGH))
    for number in naming:
        people = one.select_from(_R).where(*_with_unit(number))
        counted.append(_counted(_Counted.OF_UNITS, number, people, _MANY + 1))
        others = one.select_from(_U).where(*_named(number), ~said(_U.c.name, number))
        counted.append(_counted(_Counted.OTHER_NAMES, number, others, 1))
    fresh = one.select_from(_R).where(_R.c.training_id == training, _R.c.indexed == sa.false())
    counted.append(_counted(_Counted.NOT_INDEXED, 0, fresh, 1))
    return sa.union_all(*counted)


def _counted(what: _Counted, key: int, rows: sa.Select[Any], limit: int) -> sa.Select[Any]:
    number = sa.select(sa.func.count()).select_from(rows.limit(limit).subquery()).scalar_subquery()
    return sa.select(sa.literal_column(str(what.value)), sa.literal_column(str(key)), number)


def _with_unit(number: int) -> list[sa.ColumnElement[bool]]:
    """The conditions that a registration is of a unit that the word `number` names."""
    named = sa.select(_U.c.id).where(*_named(number))
    return [_R.c.training_id == sa.bindparam("training"), _R.c.unit_id.in_(named)]


def _named(number: int) -> list[sa.ColumnElement[bool]]:
    """The conditions that the word `number` names a unit, by whichever of its names."""
    training: sa.BindParameter[int] = sa.bindparam("training")
    organisation = sa.select(Training.organisation_id).where(Training.id == training).scalar_subquery()
    return [_U.c.organisation_id == organisation, said(_U.c.search_text, number)]


def first_ids(
    way: WayShape, shape: Shape, direction: int, size: sa.BindParameter[int]
) -> sa.CompoundSelect[Any]:
    """The ids of those, in no order, among whom are the first `size` people of the search.

    `direction` is 0 for the first of all, 1 and -1 for those behind and before the bound `key` and `id`.
    """
    ordered = [
        beyond(_by_gram(way, shape), (_G.c.sort_key, _G.c.registration_id), direction),
        beyond(_not_indexed(shape), (_R.c.sort_key, _R.c.id), direction),
    ]
    if way.units:
        # A key that no index has: these few are to be gathered and put in order, not met on a walk along the roster.
        place = _R.c.sort_key.concat(sa.literal_column("''")), _R.c.id
        ordered.append(beyond(_of_units(way, shape), place, direction))
    return _either(ordered, size)


def some_ids(way: WayShape, shape: Shape, size: sa.BindParameter[int]) -> sa.CompoundSelect[Any]:
    """The ids of any `size` people of the search, or somewhat more; of all, if they are fewer."""
    rows = [_by_gram(way, shape), _not_indexed(shape)]
    return _either([*rows, _of_units(way, shape)] if way.units else rows, size)


def _by_gram(way: WayShape, shape: Shape) -> sa.Select[Any]:
    found = sa.select(_G.c.registration_id.label("id")).where(
        _G.c.training_id == sa.bindparam("training"), _G.c.gram == sa.bindparam("gram")
    )
    if way.exact:
        return found
    return found.select_from(_G.join(_R, _R.c.id == _G.c.registration_id)).where(*narrowing(shape))


def _not_indexed(shape: Shape) -> sa.Select[Any]:
    return sa.select(_R.c.id).where(*conditions(shape), _R.c.indexed == sa.false())


def _of_units(way: WayShape, shape: Shape) -> sa.Select[Any]:
    found = sa.select(_R.c.id).where(*_with_unit(way.number))
    return found if way.exact_units else found.where(*narrowing(shape))


def _either(rows: list[sa.Select[Any]], size: sa.BindParameter[int]) -> sa.CompoundSelect[Any]:
    return sa.union(*(sa.select(one.limit(size).subquery().c.id) for one in rows))


def beyond(rows: sa.Select[Any], place: tuple[Any, Any], direction: int) -> sa.Select[Any]:
    """`rows` in the order of `place` (the key and the id), from the bound `key` and `id` on where there is a direction."""
    if direction:
        key = sa.tuple_(*place)
        edge = sa.tuple_(sa.bindparam("key", type_=sa.String), sa.bindparam("id", type_=sa.Integer))
        rows = rows.where(key > edge if direction > 0 else key < edge)
    return rows.order_by(*(one.desc() for one in place)) if direction < 0 else rows.order_by(*place)
