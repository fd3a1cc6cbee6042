"""Pairs that look like one and are two: people, and units."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound
from trainingmgr.models import ApartPeople, ApartUnits, Person, Unit


def set_apart(
    session: Session,
    of: type[Person] | type[Unit],
    pairs: type[ApartPeople] | type[ApartUnits],
    organisation_id: int,
    ids: Collection[int],
    *,
    apart: bool,
) -> bool:
    """Remember in `pairs` that two of the organisation's are two, or forget it again; tells whether that is new.

    The caller holds the lock under which these are merged. Raises NotFound.
    """
    found = sa.select(sa.func.count()).select_from(of)
    if session.scalar(found.where(of.id.in_(ids), of.organisation_id == organisation_id)) != 2:
        raise NotFound("not_found")
    low, high = sorted(ids)
    row = session.scalar(sa.select(pairs).filter_by(low_id=low, high_id=high))
    if (row is not None) == apart:
        return False
    if row is None:
        session.add(pairs(low_id=low, high_id=high))
    else:
        session.delete(row)
    return True
