"""Two units that are one made one, and taken apart again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.training import HostRole
from trainingmgr.domain.unit import AliasKind, UnitType, key_of, makes_a_circle, unit_keys
from trainingmgr.extensions import metadata, now, transaction
from trainingmgr.models import (
    Contribution,
    Evaluation,
    Invitation,
    LectureFile,
    Lecturer,
    LecturerWindow,
    MailMessage,
    Registration,
    TimetableLink,
    Unit,
    UnitAlias,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.person import refresh_registration_keys
from trainingmgr.queries.record import MAX_UNDO, Record
from trainingmgr.queries.schedule.planning import forget_lecturer_in_plannings
from trainingmgr.queries.twins import Twin, twins
from trainingmgr.queries.unit import lock_units, parents_of, references, unit_of

MERGED = "unit.merge"
_UNIT = cast("sa.Table", Unit.__table__)
_ALIAS = cast("sa.Table", UnitAlias.__table__)
_FILLED = ("name_en", "region", "division_code", "uscc")
_CONTACT = ("contact_name", "contact_phone", "contact_email")


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What merging `going` into `staying` would do.

    `moved` and `twice` are rows by table: those that name the one that stays, and those that it has
    already, which become one. `filled` are values that it takes over, `lost` those of the other that
    differ from its own and go. `obstacles` are refusals, each with what has to be done first.
    """

    staying: Unit
    going: Unit
    moved: Mapping[str, int]
    twice: Mapping[str, int]
    filled: Mapping[str, str]
    lost: Mapping[str, tuple[str, str]]
    names: tuple[str, ...]
    obstacles: tuple[Refusal, ...]

    @property
    def can_be_undone(self) -> bool:
        return sum(self.moved.values()) + sum(self.twice.values()) < MAX_UNDO


@dataclass(frozen=True, slots=True)
class MergeDone:
    """How many rows name the unit that stays now. `undo` names the merge for `undo_merge`; None where it cannot be taken back."""

    name: str
    moved: int
    undo: int | None


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The unit that is there again, and how many rows somebody has changed since, which stay as they are."""

    unit_id: int
    left: int


def plan_merge(session: Session, organisation_id: int, staying_id: int, going_id: int) -> MergePlan:
    """What `merge_units` would do; writes nothing. Raises NotFound; Refusal `unit.merge_itself`."""
    if staying_id == going_id:
        raise Refusal("unit.merge_itself")
    staying = _own(session, organisation_id, staying_id)
    going = _own(session, organisation_id, going_id)
    moved: dict[str, int] = {}
    twice: dict[str, int] = {}
    obstacles: list[Refusal] = []
    for column in references():
        if column.table is _ALIAS:
            continue
        pairs = twins(session, column, going_id, staying_id)
        rows = len(_ids(session, column, going_id)) - len(pairs)
        for counts, number in ((moved, rows), (twice, len(pairs))):
            if number:
                counts[column.table.name] = counts.get(column.table.name, 0) + number
        obstacles += _obstacles(session, column, pairs)
    return MergePlan(
        staying,
        going,
        moved,
        twice,
        _filled(staying, going),
        {
            name: (getattr(staying, name), getattr(going, name))
            for name in (*_FILLED, *_CONTACT)
            if getattr(going, name) and getattr(staying, name) not in ("", getattr(going, name))
        },
        tuple(_new_names(staying, going)),
        tuple(obstacles),
    )


def merge_units(actor: Actor, organisation_id: int, staying_id: int, going_id: int) -> MergeDone:
    """Let everything that names one unit name another, which is known by both their names from then on.

    Nothing that was issued changes. Raises NotFound; Refusal `unit.merge_itself`, or an obstacle of
    the plan: `unit.merge_lecturer` (name), `unit.merge_twice` (table).
    """
    with transaction() as session:
        lock_units(session, organisation_id)
        # Whoever is about to name one of the two waits, and then finds who is left.
        session.execute(
            sa.select(Unit.id).where(Unit.id.in_((staying_id, going_id))).order_by(Unit.id).with_for_update()
        )
        plan = plan_merge(session, organisation_id, staying_id, going_id)
        if plan.obstacles:
            raise plan.obstacles[0]
        name, sealed = plan.going.name, f"unit_merge:{organisation_id}:{going_id}"
        people = _people_of(session, going_id)
        record = Record(session)
        for column in references():
            _bring_over(record, session, column, plan)
        _join(record, plan)
        session.expire_all()
        _keys_anew(session, staying_id, people)
        details: dict[str, Any] = {"merged": going_id, "moved": dict(plan.moved)}
        if record.rows <= MAX_UNDO:
            details["before"] = record.sealed(sealed)
        entry = audit.record(
            session, actor, MERGED, "unit", staying_id, organisation_id=organisation_id, **details
        )
        session.flush()
        return MergeDone(name, sum(plan.moved.values()), entry.id if "before" in details else None)


def undo_merge(actor: Actor, organisation_id: int, change: int) -> MergeUndone:
    """Take a merge apart again, once: the unit is there as it was, with all that nobody has touched since.

    `change` is the `undo` of its `MergeDone`. Raises Refusal `undo_gone` for a merge by somebody else, an
    old one, one that was taken back already, or where its name or place is taken.
    """
    try:
        with transaction() as session:
            lock_units(session, organisation_id)
            entry = audit.to_undo_in_organisation(
                session, actor, organisation_id, change, frozenset({MERGED})
            )
            if entry is None or unit_of(session, organisation_id, entry.subject_id or 0) is None:
                raise Refusal("undo_gone")
            going_id = int(entry.details["merged"])
            place = f"unit_merge:{organisation_id}:{going_id}"
            record = Record.opened(session, entry.details["before"], place)
            left = record.take_back()
            session.expire_all()
            parents = parents_of(session, organisation_id)
            if makes_a_circle(parents, going_id, parents[going_id]):
                raise Refusal("undo_gone")
            _keys_anew(session, entry.subject_id or 0, _people_of(session, going_id))
            audit.record_undo(session, actor, "unit.merge_undone", None, entry, left=left)
            return MergeUndone(going_id, left)
    except IntegrityError as error:
        raise Refusal("undo_gone") from error


def _own(session: Session, organisation_id: int, unit_id: int) -> Unit:
    unit = unit_of(session, organisation_id, unit_id)
    if unit is None:
        raise NotFound("not_found")
    return unit


def _ids(session: Session, column: sa.Column[Any], unit_id: int) -> list[int]:
    return list(session.scalars(sa.select(column.table.c.id).where(column == unit_id).order_by("id")))


def _people_of(session: Session, unit_id: int) -> list[int]:
    wanted = sa.select(Registration.person_id).where(Registration.unit_id == unit_id).distinct()
    return list(session.scalars(wanted))


def _filled(staying: Unit, going: Unit) -> dict[str, str]:
    names = [name for name in _FILLED if not getattr(staying, name)]
    if not any(getattr(staying, name) for name in _CONTACT):
        names += _CONTACT
    filled = {name: getattr(going, name) for name in names if getattr(going, name)}
    if staying.type is UnitType.OTHER and going.type is not UnitType.OTHER:
        filled["type"] = going.type
    return filled


def _new_names(staying: Unit, going: Unit) -> list[str]:
    known = {staying.name, *(one.name for one in staying.aliases)}
    names = [going.name, *(one.name for one in going.aliases)]
    return [name for name in dict.fromkeys(names) if name not in known]


# What a lecturer has that another one can take over.
_GO_ALONG = frozenset(
    one.__tablename__
    for one in (
        Contribution,
        Evaluation,
        Invitation,
        LectureFile,
        LecturerWindow,
        MailMessage,
        TimetableLink,
    )
)


def _obstacles(session: Session, column: sa.Column[Any], pairs: list[Twin]) -> list[Refusal]:
    name = column.table.name
    if pairs and name not in _TWICE:
        return [Refusal("unit.merge_twice", table=name, count=len(pairs))]
    if name != Lecturer.__tablename__:
        return []
    held = [one for one in _references_to_lecturers() if one.table.name not in _GO_ALONG]
    return [
        Refusal(
            "unit.merge_lecturer",
            name=session.scalar(sa.select(Unit.name).join(Lecturer).where(Lecturer.id == pair.going)),
        )
        for pair in pairs
        if any(session.scalar(sa.select(sa.exists().where(one == pair.going))) for one in held)
    ]


def _references_to_lecturers() -> list[sa.Column[Any]]:
    return [
        column
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == Lecturer.__tablename__ for key in column.foreign_keys)
    ]


def _bring_over(record: Record, session: Session, column: sa.Column[Any], plan: MergePlan) -> None:
    """Let the rows of one table name the unit that stays; of rows that it would have twice one goes."""
    table = column.table
    if table is _ALIAS:
        return
    for pair in twins(session, column, plan.going.id, plan.staying.id):
        _TWICE[table.name](record, session, table, pair)
    if table is _UNIT:
        _climb(record, session, plan)
    ids = [
        one for one in _ids(session, column, plan.going.id) if table is not _UNIT or one != plan.staying.id
    ]
    record.move(column, ids, plan.going.id, plan.staying.id)


def _climb(record: Record, session: Session, plan: MergePlan) -> None:
    """Give the unit that stays a place in the tree that does not lie under itself."""
    parents = parents_of(session, plan.staying.organisation_id)
    above, other = parents[plan.staying.id], parents[plan.going.id]
    under = makes_a_circle(parents, plan.going.id, above)
    free = above is None and not makes_a_circle(parents, plan.staying.id, other)
    if (under or free) and above != other:
        record.change(_UNIT, plan.staying.id, {"parent_id": other})


def _join(record: Record, plan: MergePlan) -> None:
    """Let the one that stays have the names and what else the other alone had; then the other goes."""
    staying, going, names = plan.staying.id, plan.going.id, set(plan.names)
    record.drop(
        _ALIAS, [one.id for one in plan.going.aliases if one.name not in names or one.name == plan.going.name]
    )
    kept = [one.id for one in plan.going.aliases if one.name in names and one.name != plan.going.name]
    record.move(_ALIAS.c.unit_id, kept, going, staying)
    name = plan.going.name
    record.drop(_UNIT, [going])
    if plan.filled:
        record.change(_UNIT, staying, dict(plan.filled))
    if name in names:
        row = {"unit_id": staying, "name": name, "name_key": key_of(name), "kind": AliasKind.MERGED}
        record.add(_ALIAS, row | {"since": "", "until": ""})


def _keys_anew(session: Session, unit_id: int, people: list[int]) -> None:
    unit = session.get_one(Unit, unit_id)
    keys = unit_keys(unit.name, unit.name_en, [one.name for one in unit.aliases])
    for name, value in keys.items():
        setattr(unit, name, value)
    session.flush()
    refresh_registration_keys(session, people)


def _host_once(record: Record, session: Session, table: sa.Table, pair: Twin) -> None:
    roles = dict(
        session.execute(sa.select(table.c.id, table.c.role).where(table.c.id.in_(pair))).tuples().all()
    )
    weaker = roles[pair.staying] is HostRole.CO_HOST and roles[pair.going] is HostRole.HOST
    record.drop(table, [pair.staying if weaker else pair.going])


def _places_together(record: Record, session: Session, table: sa.Table, pair: Twin) -> None:
    places = session.scalar(sa.select(sa.func.sum(table.c.places)).where(table.c.id.in_(pair)))
    record.drop(table, [pair.going])
    record.change(table, pair.staying, {"places": places})


def _link_withdrawn(record: Record, _session: Session, table: sa.Table, pair: Twin) -> None:
    record.change(table, pair.going, {"revoked_at": now()})


def _lecturer_once(record: Record, session: Session, table: sa.Table, pair: Twin) -> None:
    for column in _references_to_lecturers():
        if column.table.name not in _GO_ALONG:
            continue
        # Of what both have and a lecturer has once, that of the one who stays stays.
        record.drop(column.table, [one.going for one in twins(session, column, pair.going, pair.staying)])
        record.move(column, _ids(session, column, pair.going), pair.going, pair.staying)
    organisation_id = session.get_one(Lecturer, pair.going).organisation_id
    # Pages and feeds find sessions by the lecturer's id, and so does whoever is to be forgotten.
    record.rename_lecturer(organisation_id, pair.going, pair.staying)
    forget_lecturer_in_plannings(session, organisation_id, pair.going)
    record.drop(table, [pair.going])


_TWICE: dict[str, Callable[[Record, Session, sa.Table, Twin], None]] = {
    "lecturer": _lecturer_once,
    "nomination_link": _link_withdrawn,
    "quota_place": _places_together,
    "training_host": _host_once,
}
