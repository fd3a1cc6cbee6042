"""Units added, changed, moved in the tree and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import clean_email, clean_phone, clean_text
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.unit import (
    AliasKind,
    UnitType,
    clean_division_code,
    clean_uscc,
    clean_when,
    key_of,
    makes_a_circle,
    unit_keys,
)
from trainingmgr.extensions import transaction
from trainingmgr.models import Registration, Unit, UnitAlias
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.person import refresh_registration_keys
from trainingmgr.queries.unit import lock_units, parents_of, unit_known_as, unit_of, uses


@dataclass(frozen=True, slots=True)
class AliasDraft:
    """Another name as typed; `since` and `until` are years, months or days."""

    name: str
    kind: AliasKind = AliasKind.ALIAS
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraft:
    """A unit as typed. `parent` names the unit that it stands under, empty for none.

    With `keep_name`, a name that is changed is kept as an old one.
    """

    name: str
    name_en: str = ""
    type: UnitType = UnitType.OTHER
    region: str = ""
    division_code: str = ""
    uscc: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    parent: str = ""
    aliases: Sequence[AliasDraft] = ()
    keep_name: bool = False


def save_unit(
    actor: Actor,
    organisation_id: int,
    draft: UnitDraft,
    unit_id: int | None = None,
    version: int | None = None,
) -> int:
    """Add a unit, or change the one with `unit_id`, and give the id.

    `version` is the state that the change began from. Raises NotFound; Refusal `stale`,
    `unit.name_missing`, `unit.name_taken` (name, unit_id), `unit.alias_taken` (alias, name, unit_id),
    `unit.bad_uscc`, `unit.uscc_taken` (name, unit_id), `unit.bad_division_code`, `unit.bad_when`,
    `unit.parent_unknown`, `unit.circle` (name, parent), and what the rules of text, phones and mail
    addresses raise.
    """
    columns = _columns(draft)
    with transaction() as session:
        lock_units(session, organisation_id)
        unit = _own(session, organisation_id, unit_id) if unit_id is not None else None
        if unit is not None and version is not None and unit.version != version:
            raise Refusal("stale")
        _check_free(session, organisation_id, columns, unit_id)
        parent = _parent(session, organisation_id, unit, draft.parent)
        unit = unit or Unit(organisation_id=organisation_id, aliases=[])
        renamed = bool(unit.name) and unit.name != columns["name"]
        aliases = _aliases(draft, columns["name"], unit.name if renamed and draft.keep_name else "")
        _check_aliases(session, organisation_id, aliases, unit_id)
        fields = sorted(name for name, value in columns.items() if getattr(unit, name) != value)
        for name in fields:
            setattr(unit, name, columns[name])
        above = parent.id if parent else None
        fields += ["parent"] if unit.parent_id != above else []
        unit.parent_id = above
        session.add(unit)
        _set_aliases(session, unit, aliases)
        for name, value in unit_keys(unit.name, unit.name_en, [one.name for one in aliases]).items():
            setattr(unit, name, value)
        session.flush()
        if renamed:
            _search_anew(session, unit.id)
        action = "unit.change" if unit_id is not None else "unit.add"
        audit.record(session, actor, action, "unit", unit.id, organisation_id=organisation_id, fields=fields)
        return unit.id


def move_unit(actor: Actor, organisation_id: int, unit_id: int, parent: str) -> None:
    """Put a unit with all under it under the one that `parent` names, or under none where it is empty.

    Raises NotFound; Refusal `unit.parent_unknown` or `unit.circle` (name, parent).
    """
    with transaction() as session:
        lock_units(session, organisation_id)
        unit = _own(session, organisation_id, unit_id)
        above = _parent(session, organisation_id, unit, parent)
        unit.parent_id = above.id if above else None
        audit.record(
            session,
            actor,
            "unit.move",
            "unit",
            unit.id,
            organisation_id=organisation_id,
            parent=unit.parent_id,
        )


def remove_unit(actor: Actor, organisation_id: int, unit_id: int) -> str:
    """Remove a unit that nothing names, and give its name. Raises NotFound; Refusal `unit.in_use` (name, count)."""
    with transaction() as session:
        lock_units(session, organisation_id)
        unit = _own(session, organisation_id, unit_id)
        found = uses(session, unit_id)
        if found:
            raise Refusal("unit.in_use", name=unit.name, count=sum(found.values()))
        name = unit.name
        session.delete(unit)
        audit.record(session, actor, "unit.remove", "unit", unit_id, organisation_id=organisation_id)
        return name


def _own(session: Session, organisation_id: int, unit_id: int) -> Unit:
    unit = unit_of(session, organisation_id, unit_id)
    if unit is None:
        raise NotFound("not_found")
    return unit


def _columns(draft: UnitDraft) -> dict[str, Any]:
    name = clean_text(draft.name, 120)
    if not name:
        raise Refusal("unit.name_missing")
    return {
        "name": name,
        "name_en": clean_text(draft.name_en, 200),
        "type": draft.type,
        "region": clean_text(draft.region, 60),
        "division_code": clean_division_code(draft.division_code),
        "uscc": clean_uscc(draft.uscc),
        "contact_name": clean_text(draft.contact_name, 80),
        "contact_phone": clean_phone(draft.contact_phone),
        "contact_email": clean_email(draft.contact_email),
    }


def _check_free(session: Session, organisation_id: int, columns: dict[str, Any], unit_id: int | None) -> None:
    bearer = unit_known_as(session, organisation_id, columns["name"])
    if bearer is not None and bearer.id != unit_id:
        raise Refusal("unit.name_taken", name=bearer.name, unit_id=bearer.id)
    if columns["uscc"]:
        other = session.scalar(
            sa.select(Unit).where(Unit.organisation_id == organisation_id, Unit.uscc == columns["uscc"])
        )
        if other is not None and other.id != unit_id:
            raise Refusal("unit.uscc_taken", name=other.name, unit_id=other.id)


def _parent(session: Session, organisation_id: int, unit: Unit | None, name: str) -> Unit | None:
    if not name.strip():
        return None
    above = unit_known_as(session, organisation_id, name.strip())
    if above is None:
        raise Refusal("unit.parent_unknown", name=name.strip()[:120])
    if unit is not None and makes_a_circle(parents_of(session, organisation_id), unit.id, above.id):
        raise Refusal("unit.circle", name=unit.name, parent=above.name)
    return above


def _aliases(draft: UnitDraft, name: str, kept: str) -> list[AliasDraft]:
    """The other names put right, each once, the unit's own left out."""
    found: dict[str, AliasDraft] = {}
    wanted = [*draft.aliases, *([AliasDraft(kept, AliasKind.FORMER)] if kept else [])]
    for one in wanted:
        text = clean_text(one.name, 120)
        if text and text != name:
            clean = AliasDraft(text, one.kind, clean_when(one.since), clean_when(one.until))
            found.setdefault(text, clean)
    return list(found.values())


def _check_aliases(
    session: Session, organisation_id: int, aliases: list[AliasDraft], unit_id: int | None
) -> None:
    for one in aliases:
        bearer = unit_known_as(session, organisation_id, one.name)
        if bearer is not None and bearer.id != unit_id:
            raise Refusal("unit.alias_taken", alias=one.name, name=bearer.name, unit_id=bearer.id)


def _set_aliases(session: Session, unit: Unit, aliases: list[AliasDraft]) -> None:
    known = {one.name: one for one in unit.aliases}
    unit.aliases[:] = [known[one.name] for one in aliases if one.name in known]
    for one in aliases:
        row = known.get(one.name)
        if row is None:
            row = UnitAlias(name=one.name, name_key=key_of(one.name))
            unit.aliases.append(row)
        row.kind, row.since, row.until = one.kind, one.since, one.until
    session.flush()


def _search_anew(session: Session, unit_id: int) -> None:
    """Rosters are searched by the names of units too."""
    people = session.scalars(
        sa.select(Registration.person_id).where(Registration.unit_id == unit_id).distinct()
    )
    refresh_registration_keys(session, list(people))
