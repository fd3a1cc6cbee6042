"""What the use cases of the quota table share."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from trainingmgr.domain.quota import UnitPlaces
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import key_of
from trainingmgr.models import Category, Nomination, QuotaLine, QuotaPlace, Training, Unit
from trainingmgr.queries import quota as queries
from trainingmgr.queries.unit import known_units, lock_units, unit_named


def lock(session: Session, training_id: int) -> None:
    """Let one writer at a time change a training's table, until the transaction ends."""
    session.execute(sa.select(Training.id).where(Training.id == training_id).with_for_update(key_share=True))


def next_position(session: Session, training_id: int) -> int:
    """Where a new line stands."""
    last = session.scalar(
        sa.select(sa.func.max(QuotaLine.position)).where(QuotaLine.training_id == training_id)
    )
    return (last or 0) + 1


def check_category(session: Session, training_id: int, category_id: int) -> None:
    """Raise Refusal `quota.category_unknown` for a category of another training, or for none where there are some."""
    known = session.scalars(sa.select(Category.id).where(Category.training_id == training_id)).all()
    if (category_id and category_id not in known) or (known and not category_id):
        raise Refusal("quota.category_unknown")


def units(session: Session, organisation_id: int, given: Iterable[UnitPlaces]) -> dict[int, int]:
    """Places by unit, in the order given; units that nobody knows are made.

    Raises Refusal `quota.unit_twice` (unit) where two names are one unit, `quota.no_units`.
    """
    lock_units(session, organisation_id)
    known = known_units(session, organisation_id)
    found: dict[int, int] = {}
    for one in given:
        unit_id = known.ids.get(key_of(one.unit)) or unit_named(session, organisation_id, one.unit).id
        if unit_id in found:
            raise Refusal("quota.unit_twice", unit=one.unit)
        found[unit_id] = one.places
    if not found:
        raise Refusal("quota.no_units")
    return found


def set_places(session: Session, line: QuotaLine, wanted: dict[int, int], *, whole: bool = True) -> None:
    """Give the line these places by unit; with `whole` units that are left out lose theirs.

    Raises Refusal `quota.places_taken` (unit, places, taken) where a unit has named more people.
    """
    standing = {
        one.unit_id: one
        for one in session.scalars(
            sa.select(QuotaPlace)
            .where(QuotaPlace.line_id == line.id)
            .order_by(QuotaPlace.id)
            .with_for_update()
        )
    }
    named = queries.counts(session, line.training_id, [line.id])
    before = dict(wanted) if whole else {one.unit_id: one.places for one in standing.values()} | wanted
    for unit_id, row in standing.items():
        taken, waiting = named[line.id, unit_id]
        if before.get(unit_id, 0) < taken or (waiting and unit_id not in before):
            unit = session.get_one(Unit, unit_id)
            raise Refusal(
                "quota.places_taken", unit=unit.name, places=before.get(unit_id, 0), taken=taken + waiting
            )
        if unit_id not in before:
            session.delete(row)
    last = max((one.position for one in standing.values()), default=0)
    for position, (unit_id, places) in enumerate(wanted.items(), 1):
        place = standing.get(unit_id)
        if place is None:
            place = QuotaPlace(training_id=line.training_id, line_id=line.id, unit_id=unit_id)
            place.position = position if whole else last + position
            session.add(place)
        elif whole:
            place.position = position
        place.places = places
    # Places changed are a change of the line too: a second editor must notice.
    flag_modified(line, "note")
    session.flush()
    session.expire(line, ["places"])


def people_named(session: Session, line: QuotaLine) -> int:
    """How many people were named for the line, gone ones too."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Nomination)
            .where(Nomination.line_id == line.id, Nomination.registration_id.is_not(None))
        )
        or 0
    )
