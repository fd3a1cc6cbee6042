"""Everything in the database that names a unit."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import QuotaPlace, Registration, Training, Unit, UnitAlias
from trainingmgr.queries.references import references_to


def references() -> tuple[sa.Column[Any], ...]:
    """Every column that refers to a unit; `unit.parent_id` among them."""
    return references_to(Unit)


def uses(session: Session, unit_id: int) -> dict[str, int]:
    """How many rows of each table name a unit, its own other names left out; `unit` are those under it."""
    counted = [
        sa.select(sa.literal(column.table.name).label("name"), sa.func.count().label("rows"))
        .select_from(column.table)
        .where(column == unit_id)
        for column in references()
        if column.table.name != UnitAlias.__tablename__
    ]
    found: dict[str, int] = {}
    for name, rows in session.execute(sa.union_all(*counted)):
        if rows:
            found[name] = found.get(name, 0) + rows
    return found


def unused() -> sa.ColumnElement[bool]:
    """The condition that nothing names a unit, nothing under it either."""
    above = sa.alias(Unit.__table__)
    named = []
    for column in references():
        if column.table.name == UnitAlias.__tablename__:
            continue
        table = above if column.table.name == Unit.__tablename__ else column.table
        named.append(sa.exists().where(table.c[column.name] == Unit.id).select_from(table))
    return ~sa.or_(*named)


def from_samples_alone() -> sa.ColumnElement[bool]:
    """The condition that a unit came with samples, and no training of one's own has its people or offers it places."""
    own = sa.select(Training.id).where(Training.is_sample.is_(False))
    return sa.and_(
        Unit.is_sample,
        *(
            ~sa.exists().where(table.unit_id == Unit.id, table.training_id.in_(own))
            for table in (Registration, QuotaPlace)
        ),
    )
