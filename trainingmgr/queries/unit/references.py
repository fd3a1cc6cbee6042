"""Everything in the database that names a unit."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Training, Unit, UnitAlias
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
    return ~sa.or_(*(sa.exists().where(table.c[name] == Unit.id) for table, name in _naming()))


def from_samples_alone() -> sa.ColumnElement[bool]:
    """The condition that a unit came with samples and nothing of one's own names it.

    One's own are trainings that are no samples, with all that is theirs, and people, lecturers and units that are none.
    """
    named = []
    for table, name in _naming():
        named.append(sa.exists().where(table.c[name] == Unit.id, _of_sample(table).is_(False)))
    return sa.and_(Unit.is_sample, ~sa.or_(*named))


def _of_sample(table: sa.FromClause) -> sa.ColumnElement[bool]:
    if "training_id" not in table.c:
        return table.c.is_sample
    # Looked up row by row, so that rows are found by their unit: there may be thousands of trainings.
    return sa.select(Training.is_sample).where(Training.id == table.c.training_id).scalar_subquery()


def _naming() -> Iterator[tuple[sa.FromClause, str]]:
    """The tables with the column by which they name a unit, for conditions; its own other names left out."""
    above = sa.alias(Unit.__table__)
    for column in references():
        if column.table.name != UnitAlias.__tablename__:
            yield above if column.table.name == Unit.__tablename__ else column.table, column.name
