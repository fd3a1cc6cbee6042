"""Keeping large rosters indexed for the search, behind the backs of those who change them."""

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration import grams
from trainingmgr.extensions import db, transaction
from trainingmgr.models import Registration, RegistrationTally, RosterGram
from trainingmgr.queries.bulk import insert_rows

# Smaller rosters are looked through as fast without.
INDEXED_FROM = 3_000
_BATCH = 500

_GRAM = cast(sa.Table, RosterGram.__table__)


def index_rosters(*, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Index whoever was added to a large roster or renamed there since the last time; gives how many.

    A search finds them before as well, only more slowly. Works in short transactions until nobody is
    left, or `should_stop` says so.
    """
    done = 0
    for training_id in _waiting(db.session()):
        while not should_stop():
            with transaction() as session:
                indexed = _index_some(session, training_id)
            done += indexed
            if not indexed:
                break
    return done


def _waiting(session: Session) -> list[int]:
    large = (
        sa.select(RegistrationTally.training_id)
        .group_by(RegistrationTally.training_id)
        .having(sa.func.sum(RegistrationTally.people) >= INDEXED_FROM)
        .subquery()
    )
    someone = sa.exists().where(
        Registration.training_id == large.c.training_id, Registration.indexed == sa.false()
    )
    return list(session.scalars(sa.select(large.c.training_id).where(someone)))


def _index_some(session: Session, training_id: int) -> int:
    rows = session.execute(
        sa.select(Registration.id, Registration.sort_key, Registration.search_text)
        .where(Registration.training_id == training_id, Registration.indexed == sa.false())
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    ids: list[int] = [row.id for row in rows]
    found: list[tuple[Any, ...]] = sorted(
        (gram, row.sort_key, row.id) for row in rows for gram in grams(row.search_text)
    )
    if found:
        columns = dict(zip(("gram", "sort_key", "registration_id"), zip(*found, strict=True), strict=True))
        insert_rows(session.connection(), _GRAM, columns, {"training_id": training_id})
    session.execute(
        sa.update(Registration)
        .where(Registration.id.in_(ids))
        .values(indexed=True)
        .execution_options(synchronize_session=False)
    )
    return len(ids)
