"""Units by name: as typed, under another name, under an old one."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import name_key
from trainingmgr.domain.unit import UnitType, key_of, unit_keys
from trainingmgr.models import Organisation, Unit, UnitAlias
from trainingmgr.queries.upsert import upsert


def lock_units(session: Session, organisation_id: int) -> None:
    """Let one writer at a time change an organisation's units, until the transaction ends."""
    session.execute(
        sa.select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )


def unit_known_as(session: Session, organisation_id: int, name: str) -> Unit | None:
    """The unit that bears `name`, as its own or as another name it is known by.

    Width, spaces and the form of brackets make no difference, though an exact name goes first.
    """
    exact, key = Unit.name == name, key_of(name)
    found = session.scalar(
        sa.select(Unit)
        .where(Unit.organisation_id == organisation_id, sa.or_(exact, Unit.name_key == key))
        .order_by(sa.case((exact, 0), else_=1), Unit.id)
        .limit(1)
    )
    if found is not None:
        return found
    return session.scalar(
        sa.select(Unit)
        .join(UnitAlias)
        .where(Unit.organisation_id == organisation_id, UnitAlias.name_key == key)
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
    upsert(session, Unit, ("organisation_id", "name"), [new_unit(organisation_id, name)], overwrite=False)
    return session.scalars(
        sa.select(Unit).where(Unit.organisation_id == organisation_id, Unit.name == name)
    ).one()


def new_unit(organisation_id: int, name: str) -> dict[str, object]:
    """Every column of a unit of which the name alone is known, for statements that apply no defaults."""
    return {
        "organisation_id": organisation_id,
        "name": name,
        **unit_keys(name),
        "name_en": "",
        "type": UnitType.OTHER,
        "region": "",
        "division_code": "",
        "uscc": "",
        "contact_name": "",
        "contact_phone": "",
        "contact_email": "",
        "is_sample": False,
        "version": 1,
    }


def parents_of(session: Session, organisation_id: int) -> dict[int, int | None]:
    """The parent of every unit of an organisation."""
    rows = session.execute(sa.select(Unit.id, Unit.parent_id).where(Unit.organisation_id == organisation_id))
    return dict(rows.tuples().all())


def suggestions(session: Session, organisation_id: int, text: str = "", limit: int = 30) -> list[str]:
    """Names of known units that hold `text` or are known by a name that does, for a list to choose from.

    Pinyin and initials do too. Those that begin with `text` come first.
    """
    wanted = sa.select(Unit.name).where(Unit.organisation_id == organisation_id)
    if text:
        wanted = wanted.where(Unit.search_text.contains(name_key(text), autoescape=True))
        wanted = wanted.order_by(
            sa.case((Unit.name.startswith(text, autoescape=True), 0), else_=1), Unit.name
        )
    else:
        wanted = wanted.order_by(Unit.name)
    return list(session.scalars(wanted.limit(limit)))


class KnownUnits(NamedTuple):
    """Units of an organisation: `names` by id, `ids` by the key of each name and alias (`domain.unit.key_of`).

    `spoken` is every name and alias as written.
    """

    names: dict[int, str]
    ids: dict[str, int]
    spoken: tuple[str, ...]


def known_units(session: Session, organisation_id: int) -> KnownUnits:
    """Every unit with its names. A unit's own name goes before another's alias."""
    rows = session.execute(
        sa.select(Unit.id, Unit.name, Unit.name_key)
        .where(Unit.organisation_id == organisation_id)
        .order_by(Unit.id)
    ).all()
    aliases = session.execute(
        sa.select(UnitAlias.unit_id, UnitAlias.name, UnitAlias.name_key)
        .join(Unit, Unit.id == UnitAlias.unit_id)
        .where(Unit.organisation_id == organisation_id)
        .order_by(UnitAlias.id)
    ).all()
    ids: dict[str, int] = {}
    for unit_id, _name, key in (*rows, *aliases):
        ids.setdefault(key, unit_id)
    return KnownUnits({row.id: row.name for row in rows}, ids, tuple(row.name for row in (*rows, *aliases)))
