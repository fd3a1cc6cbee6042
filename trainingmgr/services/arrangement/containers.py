"""Setting up groups, rooms and tables; buses have their own pages."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.chinese import number_in, numeral
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import DiningTable, LodgingRoom, TrainingGroup
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.session_group import rename

MOST_AT_ONCE = 500
_NAME = 40
# Not of every name: 三亚厅 counts nothing.
_NUMERAL = re.compile(r"^(.*第|)([一二三四五六七八九十]{1,3})([组桌号室班车].*)$", re.DOTALL)
_LAST_NUMBER = re.compile(r"^(.*?)([0-9]+)([^0-9]*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HolderDraft:
    """A container as typed. `places` None is any number, for groups alone; groups have no `note`."""

    name: str
    places: int | None = None
    note: str = ""


def add_holders(
    actor: Actor, training_id: int, kind: ArrangementKind, first: HolderDraft, number: int = 1
) -> int:
    """Add so many containers: the last number in the first one's name counts up. Gives how many.

    Raises Refusal `arrangement.name_taken` (name), `arrangement.name_too_long` (name, most),
    `arrangement.kind_elsewhere` for buses.
    """
    names = names_from(first.name, number)
    with transaction() as session:
        training = locked(session, training_id)
        taken = {one.name for one in _standing(session, training_id, kind)}
        for name in names:
            if name in taken:
                raise Refusal("arrangement.name_taken", name=name)
            if len(name) > _NAME:
                raise Refusal("arrangement.name_too_long", name=name, most=_NAME)
            _add(session, training_id, kind, HolderDraft(name, first.places, first.note))
        audit.record(
            session,
            actor,
            "arrangement.holders_added",
            "training",
            training_id,
            training=training,
            kind=kind.value,
            number=len(names),
            first=names[0],
        )
        return len(names)


def names_from(first: str, number: int) -> list[str]:
    """The first name and those that follow it: 301 gives 302, 第1组 gives 第2组, 第一组 gives 第二组, 甲 gives 甲2."""
    found = _LAST_NUMBER.match(first)
    if found is None:
        written = _NUMERAL.match(first)
        begins = number_in(written[2]) if written else None
        if written and begins and begins + number <= 100:
            return [f"{written[1]}{numeral(begins + at)}{written[3]}" for at in range(number)]
        return [first, *(f"{first}{at}" for at in range(2, number + 1))]
    head, digits, tail = found.groups()
    return [f"{head}{int(digits) + at:0{len(digits)}d}{tail}" for at in range(number)]


def change_holder(
    actor: Actor, training_id: int, kind: ArrangementKind, key: str, draft: HolderDraft
) -> None:
    """Change a container. A group's people, its sessions and its rides go with its name.

    Raises NotFound; Refusal `arrangement.name_taken` (name), `arrangement.more_inside` (name, people, places).
    """
    with transaction() as session:
        training = locked(session, training_id)
        plan = queries.plan(session, training_id, kind)
        old = _named(plan, key)
        if draft.name != old.name and any(one.name == draft.name for one in plan.holders):
            raise Refusal("arrangement.name_taken", name=draft.name)
        inside = len(plan.inside[key])
        if draft.places is not None and inside > draft.places:
            raise Refusal("arrangement.more_inside", name=old.name, people=inside, places=draft.places)
        if kind is ArrangementKind.GROUP:
            _change_group(session, training_id, key, draft)
        else:
            row = _row(session, training_id, kind, key)
            row.name, row.note = draft.name, draft.note
            if isinstance(row, LodgingRoom):
                row.beds = draft.places or row.beds
            else:
                row.seats = draft.places or row.seats
        audit.record(
            session,
            actor,
            "arrangement.holder_changed",
            "training",
            training_id,
            training=training,
            kind=kind.value,
            name=draft.name,
        )


def remove_holder(actor: Actor, training_id: int, kind: ArrangementKind, key: str) -> None:
    """Take a container away that nobody is in. Raises NotFound; Refusal `arrangement.not_empty` (name, people)."""
    with transaction() as session:
        training = locked(session, training_id)
        plan = queries.plan(session, training_id, kind)
        holder = _named(plan, key)
        if plan.inside[key]:
            raise Refusal("arrangement.not_empty", name=holder.name, people=len(plan.inside[key]))
        _remove(session, training_id, kind, key)
        audit.record(
            session,
            actor,
            "arrangement.holder_removed",
            "training",
            training_id,
            training=training,
            kind=kind.value,
            name=holder.name,
        )


def remove_empty(actor: Actor, training_id: int, kind: ArrangementKind) -> int:
    """Take all containers of a kind away that nobody is in; gives how many. Buses stay: they are kept elsewhere."""
    with transaction() as session:
        training = locked(session, training_id)
        plan = queries.plan(session, training_id, kind)
        keys = [one.key for one in plan.holders if not plan.inside[one.key]]
        if kind is ArrangementKind.BUS or not keys:
            return 0
        for key in keys:
            _remove(session, training_id, kind, key)
        audit.record(
            session,
            actor,
            "arrangement.holder_removed",
            "training",
            training_id,
            training=training,
            kind=kind.value,
            number=len(keys),
        )
        return len(keys)


def _remove(session: Session, training_id: int, kind: ArrangementKind, key: str) -> None:
    if kind is ArrangementKind.GROUP:
        session.execute(
            sa.delete(TrainingGroup).where(
                TrainingGroup.training_id == training_id, TrainingGroup.name == key
            )
        )
    else:
        session.delete(_row(session, training_id, kind, key))


def _standing(session: Session, training_id: int, kind: ArrangementKind) -> list[queries.Holder]:
    if kind is ArrangementKind.GROUP:
        return list(queries.plan(session, training_id, kind).holders)
    return queries.holders(session, training_id, kind)


def _add(session: Session, training_id: int, kind: ArrangementKind, draft: HolderDraft) -> None:
    if kind is ArrangementKind.GROUP:
        session.add(TrainingGroup(training_id=training_id, name=draft.name, size=draft.places))
    elif kind is ArrangementKind.ROOM:
        session.add(
            LodgingRoom(training_id=training_id, name=draft.name, beds=draft.places or 2, note=draft.note)
        )
    elif kind is ArrangementKind.TABLE:
        session.add(
            DiningTable(training_id=training_id, name=draft.name, seats=draft.places or 10, note=draft.note)
        )
    else:
        raise Refusal("arrangement.kind_elsewhere")


def _named(plan: queries.Plan, key: str) -> queries.Holder:
    found = next((one for one in plan.holders if one.key == key), None)
    if found is None:
        raise NotFound("not_found")
    return found


def _row(session: Session, training_id: int, kind: ArrangementKind, key: str) -> LodgingRoom | DiningTable:
    found = session.get(queries.TABLES[kind], int(key))
    if not isinstance(found, LodgingRoom | DiningTable) or found.training_id != training_id:
        raise NotFound("not_found")
    return found


def _change_group(session: Session, training_id: int, name: str, draft: HolderDraft) -> None:
    row = session.scalar(
        sa.select(TrainingGroup).where(TrainingGroup.training_id == training_id, TrainingGroup.name == name)
    )
    if row is None:
        session.add(TrainingGroup(training_id=training_id, name=draft.name, size=draft.places))
    else:
        row.name, row.size = draft.name, draft.places
    if draft.name != name:
        session.flush()
        rename(session, training_id, name, draft.name)
