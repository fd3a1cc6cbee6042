"""Units by name."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.unit import UnitType
from trainingmgr.models import Unit, UnitAlias
from trainingmgr.queries.upsert import upsert


def unit_known_as(session: Session, organisation_id: int, name: str) -> Unit | None:
    """The unit that bears `name`, as its own or as another name it is known by."""
    found = session.scalar(sa.select(Unit).where(Unit.organisation_id == organisation_id, Unit.name == name))
    if found is not None:
        return found
    return session.scalar(
        sa.select(Unit)
        .join(UnitAlias)
        .where(Unit.organisation_id == organisation_id, UnitAlias.name == name)
        .order_by(Unit.id)
        .limit(1)
    )


def unit_named(session: Session, organisation_id: int, name: str) -> Unit:
    """The unit that bears `name`; a new one where the organisation knows none.

    Of two who make one at the same time both get the first's.
    """
    found = unit_known_as(session, organisation_id, name)
    if found is not None:
        return found
    new = {
        "organisation_id": organisation_id,
        "name": name,
        "name_en": "",
        "type": UnitType.OTHER,
        "region": "",
        "is_sample": False,
    }
    upsert(session, Unit, ("organisation_id", "name"), [new], overwrite=False)
    return session.scalars(
        sa.select(Unit).where(Unit.organisation_id == organisation_id, Unit.name == name)
    ).one()


def suggestions(session: Session, organisation_id: int, text: str = "", limit: int = 30) -> list[str]:
    """Names of known units that hold `text`, for a list to choose from; those that begin with it first."""
    wanted = sa.select(Unit.name).where(Unit.organisation_id == organisation_id)
    if text:
        wanted = wanted.where(Unit.name.contains(text, autoescape=True))
        wanted = wanted.order_by(
            sa.case((Unit.name.startswith(text, autoescape=True), 0), else_=1), Unit.name
        )
    else:
        wanted = wanted.order_by(Unit.name)
    return list(session.scalars(wanted.limit(limit)))
