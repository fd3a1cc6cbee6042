"""Groups, rooms and tables of a training, with who is in which and what is wished."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import (
    FIRST_RANKS,
    Aims,
    ArrangementKind,
    Board,
    Container,
    Problem,
    Proposal,
    Relation,
    Someone,
    Trait,
    level_of,
    problem_of,
    read_aims,
    read_proposal,
    standing,
)
from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.person import IdDocument, IdType, sex_of
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.registration_form import FieldKey, Lodging
from trainingmgr.models import (
    Arrangement,
    ArrangementRank,
    ArrangementWish,
    ArrangementWishPerson,
    Bus,
    DiningTable,
    LodgingRoom,
    Person,
    Placement,
    Registration,
    RegistrationAnswer,
    TrainingGroup,
    Unit,
)
from trainingmgr.queries.coverage import region_of
from trainingmgr.queries.person import open_id

TABLES: dict[ArrangementKind, type[LodgingRoom] | type[DiningTable] | type[Bus]] = {
    ArrangementKind.BUS: Bus,
    ArrangementKind.ROOM: LodgingRoom,
    ArrangementKind.TABLE: DiningTable,
}
"""The tables of containers that are rows of their own."""

PLACE_OF = {
    ArrangementKind.BUS: "bus_id",
    ArrangementKind.ROOM: "room_id",
    ArrangementKind.TABLE: "table_id",
}
"""The column of `Placement` that names a container of such a table."""


class Member(NamedTuple):
    """Somebody on the class. `sex` is as kept, else as the ID number tells it, else empty; `level` the rank of
    the post, 1 the highest; `lodging` what was answered on registration."""

    id: int
    name: str
    pinyin: str
    sex: str
    unit_id: int | None
    unit: str
    region: str
    post: str
    level: int | None
    category_id: int | None
    group: str
    phone: str
    lodging: str
    is_sample: bool

    @property
    def rank_key(self) -> tuple[int, str, int]:
        """The order of rank, then of names."""
        return (self.level or 1_000, self.pinyin, self.id)


class Holder(NamedTuple):
    """A container. `key` names it: a group's name, else the number of its row. `places` None is any number."""

    key: str
    name: str
    places: int | None
    note: str = ""


class Wish(NamedTuple):
    """A demand on certain people, who are on the class."""

    id: int
    relation: Relation
    people: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Everything about one kind of container. `present` and `pinned` are of those on the class alone."""

    kind: ArrangementKind
    members: Sequence[Member]
    holders: Sequence[Holder]
    present: Mapping[int, str]
    pinned: frozenset[int]
    wishes: Sequence[Wish]
    ranks: Sequence[str]
    aims: Aims
    proposal: Proposal | None

    @cached_property
    def by_id(self) -> dict[int, Member]:
        return {one.id: one for one in self.members}

    @cached_property
    def inside(self) -> dict[str, list[Member]]:
        """Who is in each container, by rank."""
        found: dict[str, list[Member]] = {one.key: [] for one in self.holders}
        for one in sorted(self.members, key=lambda one: one.rank_key):
            if one.id in self.present:
                found[self.present[one.id]].append(one)
        return found

    @cached_property
    def to_place(self) -> list[Member]:
        """Who needs a place: of rooms those who sleep here."""
        if self.kind is not ArrangementKind.ROOM:
            return list(self.members)
        return [one for one in self.members if one.lodging != Lodging.NONE]

    @property
    def without(self) -> list[Member]:
        """Who needs a place and has none."""
        return [one for one in self.to_place if one.id not in self.present]

    @property
    def sex_unknown(self) -> list[Member]:
        """Whom no room can be given to, since nobody knows their sex."""
        return [one for one in self.to_place if not one.sex] if self.kind is ArrangementKind.ROOM else []

    @cached_property
    def alone(self) -> frozenset[int]:
        """Who is to have a room alone: by wish, by rank, or as they asked on registration."""
        if self.kind is not ArrangementKind.ROOM:
            return frozenset()
        found = {one for wish in self.wishes if wish.relation is Relation.ALONE for one in wish.people}
        found |= {
            one.id
            for one in self.members
            if (self.aims.alone_to and one.level and one.level <= self.aims.alone_to)
            or (self.aims.asked_alone and one.lodging == Lodging.SINGLE)
        }
        return frozenset(found)

    def problem(self, *, stay: bool) -> Problem:
        """What is to be solved. Whose sex is not known is left out of rooms."""
        left_out = {one.id for one in self.sex_unknown}
        taken = Counter(self.present[one] for one in left_out if one in self.present)
        people = [
            Someone(one.id, traits_of(one), one.id in self.alone)
            for one in self.to_place
            if one.id not in left_out
        ]
        ids = {one.id for one in people}
        return problem_of(
            self.kind,
            self.aims,
            people,
            [_container(one, taken[one.key]) for one in self.holders],
            together=self._sets(Relation.KEEP),
            apart=self._sets(Relation.PART),
            pins={one: self.present[one] for one in sorted(self.pinned & ids)},
            present={one: key for one, key in sorted(self.present.items()) if one in ids},
            stay=stay,
        )

    def _sets(self, relation: Relation) -> list[frozenset[int]]:
        return [
            frozenset(one.people) for one in self.wishes if one.relation is relation and len(one.people) > 1
        ]

    def board(self) -> Board:
        """How people stand now, for saying what is uneven."""
        return standing(self.problem(stay=True))


def _container(holder: Holder, taken: int) -> Container:
    """The container with the places that are left beside so many who stay out of the problem."""
    return Container(holder.key, None if holder.places is None else max(0, holder.places - taken))


def traits_of(one: Member) -> dict[Trait, str]:
    """What is known of somebody, as traits."""
    known = {
        Trait.REGION: one.region,
        Trait.UNIT: str(one.unit_id or ""),
        Trait.SEX: one.sex,
        Trait.LEVEL: str(one.level or ""),
        Trait.CATEGORY: str(one.category_id or ""),
        Trait.GROUP: one.group,
    }
    return {trait: value for trait, value in known.items() if value}


def plan(session: Session, training_id: int, kind: ArrangementKind) -> Plan:
    """Everything about a kind of container; the number of statements does not grow with people or containers."""
    own = ranks(session, training_id)
    found = members(session, training_id, own)
    present, pinned = _placements(session, training_id, kind, found)
    listed = holders(session, training_id, kind)
    known = {one.key for one in listed}
    if kind is ArrangementKind.GROUP:
        more = {key for key in present.values() if key not in known}
        listed = _in_order([*listed, *(Holder(name, name, None) for name in more)])
    row = state(session, training_id, kind)
    return Plan(
        kind,
        found,
        listed,
        present,
        pinned,
        _wishes(session, training_id, kind, {one.id for one in found}),
        own,
        read_aims(kind, row.aims if row else None),
        read_proposal(row.proposal) if row and row.proposal else None,
    )


def state(session: Session, training_id: int, kind: ArrangementKind) -> Arrangement | None:
    """What is ticked and proposed for a kind; None while nobody has."""
    return session.scalar(
        sa.select(Arrangement).where(Arrangement.training_id == training_id, Arrangement.kind == kind)
    )


def ranks(session: Session, training_id: int) -> list[str]:
    """The ranks of posts, from high to low; the first ones where the training has set none."""
    own = session.scalars(
        sa.select(ArrangementRank.words)
        .where(ArrangementRank.training_id == training_id)
        .order_by(ArrangementRank.position)
    ).all()
    return list(own) or list(FIRST_RANKS)


def members(session: Session, training_id: int, own_ranks: Sequence[str]) -> list[Member]:
    """Everybody on the class, in the order of names; one statement."""
    lodging = sa.orm.aliased(RegistrationAnswer)
    rows = session.execute(
        sa.select(
            Registration.id,
            Person.name,
            Registration.sort_key,
            Person.sex,
            Unit.id,
            Unit.name,
            Unit.region,
            Unit.division_code,
            Registration.post,
            Registration.category_id,
            Registration.group_name,
            Person.phone,
            lodging.value,
            Registration.is_sample,
            Person.uid,
            Person.id_type,
            sa.case((Person.sex == "", Person.id_sealed)),
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(
            lodging,
            sa.and_(lodging.registration_id == Registration.id, lodging.key == FieldKey.LODGING.value),
        )
        .where(Registration.training_id == training_id, Registration.status.in_(PRESENT_STATUSES))
        .order_by(Registration.sort_key, Registration.id)
    )
    regions: dict[int, str] = {}
    found = []
    for (
        number, name, pinyin, sex, unit_id, unit, region, code, post, category_id, group, phone, answer,
        is_sample, uid, id_type, sealed,
    ) in rows:  # fmt: skip
        if unit_id is not None and unit_id not in regions:
            regions[unit_id] = region_of(unit_id, unit, region, code)
        found.append(
            Member(
                number,
                name,
                pinyin,
                sex or _sex_in(uid, id_type, sealed),
                unit_id,
                unit or "",
                regions.get(unit_id, "") if unit_id is not None else "",
                post,
                level_of(post, own_ranks),
                category_id,
                group,
                phone,
                answer or "",
                is_sample,
            )
        )
    return found


def _sex_in(uid: str, id_type: str, sealed: bytes | None) -> str:
    """What an ID number tells of the sex; the number itself goes nowhere."""
    if not sealed or not id_type:
        return ""
    return sex_of(IdDocument(IdType(id_type), open_id(uid, sealed))) or ""


def _placements(
    session: Session, training_id: int, kind: ArrangementKind, found: Sequence[Member]
) -> tuple[dict[int, str], frozenset[int]]:
    here = {one.id for one in found}
    rows = session.execute(
        sa.select(
            Placement.registration_id,
            Placement.bus_id,
            Placement.room_id,
            Placement.table_id,
            Placement.pinned,
        ).where(Placement.training_id == training_id, Placement.kind == kind)
    ).all()
    pinned = frozenset(row.registration_id for row in rows if row.pinned and row.registration_id in here)
    if kind is ArrangementKind.GROUP:
        present = {one.id: one.group for one in found if one.group}
        return present, pinned & present.keys()
    column = PLACE_OF[kind]
    return {
        row.registration_id: str(getattr(row, column)) for row in rows if row.registration_id in here
    }, pinned


def holders(session: Session, training_id: int, kind: ArrangementKind) -> list[Holder]:
    """The containers of a kind, in the order of their names; of groups those that were set up."""
    if kind is ArrangementKind.GROUP:
        rows = session.execute(
            sa.select(TrainingGroup.name, TrainingGroup.size).where(TrainingGroup.training_id == training_id)
        )
        return _in_order([Holder(row.name, row.name, row.size) for row in rows])
    found = session.execute(_HOLDERS[kind], {"training": training_id})
    return _in_order([Holder(str(row[0]), row[1], row[2], row[3]) for row in found])


_TRAINING: sa.BindParameter[int] = sa.bindparam("training")
_HOLDERS: dict[ArrangementKind, sa.Select[int, str, int, str]] = {
    ArrangementKind.BUS: sa.select(Bus.id, Bus.name, Bus.seats, Bus.plate).where(
        Bus.training_id == _TRAINING
    ),
    ArrangementKind.ROOM: sa.select(
        LodgingRoom.id, LodgingRoom.name, LodgingRoom.beds, LodgingRoom.note
    ).where(LodgingRoom.training_id == _TRAINING),
    ArrangementKind.TABLE: sa.select(
        DiningTable.id, DiningTable.name, DiningTable.seats, DiningTable.note
    ).where(DiningTable.training_id == _TRAINING),
}


def _in_order(found: list[Holder]) -> list[Holder]:
    return sorted(found, key=lambda one: (natural_key(one.name), one.key))


def _wishes(session: Session, training_id: int, kind: ArrangementKind, here: set[int]) -> list[Wish]:
    rows = session.execute(
        sa.select(ArrangementWish.id, ArrangementWish.relation, ArrangementWishPerson.registration_id)
        .join(ArrangementWishPerson, ArrangementWishPerson.wish_id == ArrangementWish.id)
        .where(ArrangementWish.training_id == training_id, ArrangementWish.kind == kind)
        .order_by(ArrangementWish.id, ArrangementWishPerson.registration_id)
    )
    found: dict[int, tuple[Relation, list[int]]] = {}
    for number, relation, registration_id in rows:
        people = found.setdefault(number, (relation, []))[1]
        if registration_id in here:
            people.append(registration_id)
    return [Wish(number, relation, tuple(people)) for number, (relation, people) in found.items() if people]


def place_name(kind: ArrangementKind, registration_id: Any, status: Any) -> sa.ColumnElement[str]:
    """The name of the bus, room or table of whoever is on the class, "" for others; for a column of a list."""
    table = TABLES[kind]
    named = (
        sa.select(table.name)
        .join(Placement, getattr(Placement, PLACE_OF[kind]) == table.id)
        .where(
            Placement.registration_id == registration_id,
            Placement.kind == kind,
            status.in_(PRESENT_STATUSES),
        )
        .scalar_subquery()
    )
    return sa.func.coalesce(named, "")


class Place(NamedTuple):
    """Where somebody is put, in words of the training."""

    kind: ArrangementKind
    name: str
    note: str


def places_of(session: Session, registration_id: int) -> list[Place]:
    """The bus, the room and the table of one participant on the class; one statement."""
    named = (
        (ArrangementKind.BUS, Bus.name, Bus.plate),
        (ArrangementKind.ROOM, LodgingRoom.name, LodgingRoom.note),
        (ArrangementKind.TABLE, DiningTable.name, DiningTable.note),
    )
    columns = [column for _kind, *both in named for column in both]
    rows: Any = session.execute(
        sa.select(Placement.kind, *columns)
        .outerjoin(Bus, Bus.id == Placement.bus_id)
        .outerjoin(LodgingRoom, LodgingRoom.id == Placement.room_id)
        .outerjoin(DiningTable, DiningTable.id == Placement.table_id)
        .join(Registration, Registration.id == Placement.registration_id)
        .where(Placement.registration_id == registration_id, Registration.status.in_(PRESENT_STATUSES))
    ).all()
    at = {kind: 1 + 2 * number for number, (kind, *_both) in enumerate(named)}
    return [
        Place(row[0], row[at[row[0]]], row[at[row[0]] + 1])
        for row in sorted(rows, key=lambda row: at.get(row[0], 0))
        if row[0] in at
    ]
