"""How far a training is filled: places, people named and people confirmed, by region, category and unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class CoverageBy(StrEnum):
    REGION = "region"
    CATEGORY = "category"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Share:
    """A row of the table: what is offered to somebody, and what became of it.

    `named` hold a place or ask for one, `confirmed` are on the class, `waiting` are on the waiting list.
    `name_en` may be empty; both names empty stands for those of whom it is not known.
    """

    name_zh: str
    name_en: str
    places: int
    named: int
    confirmed: int
    waiting: int

    @property
    def open(self) -> int:
        """How many places nobody has been named for."""
        return max(0, self.places - self.named)


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the chart, its lengths in hundredths of the longest."""

    share: Share
    places: float
    named: float
    confirmed: float


def total(shares: Iterable[Share]) -> Share:
    """All rows together."""
    rows = list(shares)
    return Share(
        "",
        "",
        sum(one.places for one in rows),
        sum(one.named for one in rows),
        sum(one.confirmed for one in rows),
        sum(one.waiting for one in rows),
    )


def bars(shares: Iterable[Share]) -> list[Bar]:
    """The rows as bars on one scale."""
    rows = list(shares)
    longest = max((max(one.places, one.named) for one in rows), default=0) or 1
    return [
        Bar(one, *(round(100 * number / longest, 2) for number in (one.places, one.named, one.confirmed)))
        for one in rows
    ]
