"""How far a training is filled, by region, category and unit; what units without an answer are told."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.coverage import CoverageBy, Share
from trainingmgr.domain.division import Division, english_name
from trainingmgr.domain.quota import HOLDING_STATUSES
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.models import Category, Nomination, QuotaLine, QuotaPlace, Registration, Unit
from trainingmgr.queries.unit.likeness import recogniser


class _Unit(NamedTuple):
    id: int
    name: str
    name_en: str
    region: str
    division_code: str
    pinyin: str = ""


class _Count(NamedTuple):
    """People or places of one category and unit; either may be None."""

    category_id: int | None
    unit_id: int | None
    places: int = 0
    named: int = 0
    confirmed: int = 0
    waiting: int = 0


def coverage(session: Session, training_id: int) -> dict[CoverageBy, list[Share]]:
    """Places and people of a training, added up in three ways; four statements.

    A person counts for the unit that named them, else for their own. Who is declined or withdrawn does not
    count. Regions are provinces where they can be told, in the national order; categories in the
    training's; units with most places first, else as names are ordered.
    """
    counts = [*_people(session, training_id), *_places(session, training_id)]
    categories = {
        row.id: row
        for row in session.execute(
            sa.select(Category.id, Category.name_zh, Category.name_en, Category.position).where(
                Category.training_id == training_id
            )
        )
    }
    wanted = {one.unit_id for one in counts if one.unit_id is not None}
    columns = (Unit.id, Unit.name, Unit.name_en, Unit.region, Unit.division_code, Unit.pinyin)
    units = {row.id: _Unit(*row) for row in session.execute(sa.select(*columns).where(Unit.id.in_(wanted)))}
    regions = {one.id: _region(one) for one in units.values()}

    def of_category(one: _Count) -> tuple[Hashable, ...]:
        row = categories.get(one.category_id or 0)
        return (row.position, row.name_zh, row.name_en) if row else (1_000_000, "", "")

    def of_region(one: _Count) -> tuple[Hashable, ...]:
        return regions.get(one.unit_id or 0, (1_000_000, "", ""))

    def of_unit(one: _Count) -> tuple[Hashable, ...]:
        unit = units.get(one.unit_id or 0)
        return (unit.pinyin, unit.name, unit.name_en) if unit else ("", "", "")

    by_unit = _added_up(counts, of_unit)
    by_unit.sort(key=lambda one: (not one.name_zh, -one.places, -one.named))
    return {
        CoverageBy.REGION: _added_up(counts, of_region),
        CoverageBy.CATEGORY: _added_up(counts, of_category),
        CoverageBy.UNIT: by_unit,
    }


def _added_up(counts: list[_Count], key: Callable[[_Count], tuple[Any, ...]]) -> list[Share]:
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in counts:
        row = sums[key(one)]
        for at, number in enumerate(one[2:]):
            row[at] += number
    return [Share(key[1], key[2], *sums[key]) for key in sorted(sums)]


def _people(session: Session, training_id: int) -> list[_Count]:
    unit = sa.func.coalesce(Nomination.unit_id, Registration.unit_id)
    rows: Any = session.execute(
        sa.select(Registration.category_id, unit, Registration.status, sa.func.count())
        .outerjoin(Nomination, Nomination.registration_id == Registration.id)
        .where(Registration.training_id == training_id)
        .group_by(Registration.category_id, unit, Registration.status)
    )
    return [
        _Count(
            category_id,
            unit_id,
            named=number if status in HOLDING_STATUSES else 0,
            confirmed=number if status in PRESENT_STATUSES else 0,
            waiting=number if status is RegistrationStatus.WAITLISTED else 0,
        )
        for category_id, unit_id, status, number in rows
        if status in HOLDING_STATUSES or status is RegistrationStatus.WAITLISTED
    ]


def _places(session: Session, training_id: int) -> list[_Count]:
    rows = session.execute(
        sa.select(QuotaLine.category_id, QuotaPlace.unit_id, QuotaPlace.places)
        .join(QuotaLine, QuotaLine.id == QuotaPlace.line_id)
        .where(QuotaPlace.training_id == training_id)
    )
    return [_Count(category_id, unit_id, places=number) for category_id, unit_id, number in rows]


def region_of(unit_id: int, name: str, region: str, division_code: str) -> str:
    """The Chinese name of the province that a unit lies in, else its region as it stands; may be empty."""
    return _region(_Unit(unit_id, name, "", region, division_code))[1]


def city_of(name: str, region: str, division_code: str) -> str:
    """The Chinese name of the city or prefecture that a unit lies in; empty where nothing tells it."""
    if division_code:
        code = f"{division_code[:4]}00"
        return next((one.name for one in all_divisions() if one.code == code and not one.is_top), "")
    found = (recogniser().split(text)[0] for text in (region, name))
    return next((one.name for one in found if one is not None and not one.is_top), "")


def _region(unit: _Unit) -> tuple[int, str, str]:
    """The province that a unit lies in, by its code, region or name; else its region as it stands."""
    found = _province(unit)
    if found is not None:
        return _order()[found.name], found.name, english_name(found.name)
    return (len(_order()), unit.region, "") if unit.region else (1_000_000, "", "")


@cache
def _order() -> dict[str, int]:
    return {one.name: at for at, one in enumerate(one for one in all_divisions() if one.is_top)}


def _province(unit: _Unit) -> Division | None:
    finder = recogniser()
    if unit.division_code:
        code = f"{unit.division_code[:2]}0000"
        return next((one for one in all_divisions() if one.code == code), None)
    for text in (unit.region, unit.name):
        division, _rest = finder.split(text)
        if division is not None:
            return division if division.is_top else finder.province_of(division)
    return None
