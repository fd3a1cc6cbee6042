"""What a roster is narrowed to, and the conditions that this means."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus, search_pattern, search_words
from trainingmgr.models import Person, Registration

_R: Any = Registration.__table__
_P: Any = Person.__table__


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


def where(training_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions on `Registration` that `filters` mean, with their values."""
    values = values_of(training_id, filters)
    return [one.params(values) for one in conditions(shape_of(filters))]


class Shape(NamedTuple):
    """Which conditions a list has; the values are bound when it is read.

    Building a statement costs more than the database needs to answer it, so each shape is built once.
    """

    status: bool
    category: bool | None
    group: bool
    without_photo: bool
    words: int


def shape_of(filters: Filters) -> Shape:
    """The conditions that `filters` mean."""
    category = None if filters.category_id is None else bool(filters.category_id)
    words = len(search_words(filters.text))
    return Shape(
        filters.status is not None, category, filters.group is not None, filters.without_photo, words
    )


def conditions(shape: Shape) -> list[sa.ColumnElement[bool]]:
    """The conditions on the registration, its training's among them, with places for `values_of`."""
    return [_R.c.training_id == sa.bindparam("training"), *narrowing(shape)]


def narrowing(shape: Shape) -> list[sa.ColumnElement[bool]]:
    """The same without that of the training."""
    found: list[sa.ColumnElement[bool]] = []
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
    found += [said(_R.c.search_text, number) for number in range(shape.words)]
    return found


def said(text: sa.ColumnElement[str], number: int) -> sa.ColumnElement[bool]:
    """The condition that the search's word `number` is found in a `search_text`."""
    return sa.literal_column("' '").concat(text).like(sa.bindparam(f"word{number}"), escape="/")


def values_of(training_id: int, filters: Filters) -> dict[str, Any]:
    """What is bound in `conditions`."""
    values: dict[str, Any] = {"training": training_id}
    if filters.status is not None:
        values["status"] = filters.status
    if filters.category_id:
        values["category"] = filters.category_id
    if filters.group is not None:
        values["group"] = filters.group
    for number, word in enumerate(search_words(filters.text)):
        values[f"word{number}"] = search_pattern(word)
    return values
