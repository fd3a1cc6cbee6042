"""Everything about one kind of container, as it was read, and the problem that it makes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from trainingmgr.domain.arrangement import (
    Aims,
    ArrangementKind,
    Board,
    Container,
    Problem,
    Proposal,
    Relation,
    Someone,
    Trait,
    problem_of,
    standing,
)
from trainingmgr.domain.registration_form import Lodging


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
    """A container. `key` names it: a group's name, else the number of its row. `places` None is any number.

    `leader_id` is the participant who leads a bus, and so rides in it.
    """

    key: str
    name: str
    places: int | None
    note: str = ""
    leader_id: int | None = None
    is_sample: bool = False


class Wish(NamedTuple):
    """A demand on certain people, who are on the class."""

    id: int
    relation: Relation
    people: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Everything about one kind of container. `present` and `pinned` are of those on the class alone.

    `rides` is the one bus that a group rides in on all visits that give it any.
    """

    kind: ArrangementKind
    members: Sequence[Member]
    holders: Sequence[Holder]
    present: Mapping[int, str]
    pinned: frozenset[int]
    wishes: Sequence[Wish]
    ranks: Sequence[str]
    aims: Aims
    proposal: Proposal | None
    rides: Mapping[str, str] = field(default_factory=dict)

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
        people = [
            Someone(one.id, traits_of(one), one.id in self.alone)
            for one in self.to_place
            if one.id not in left_out
        ]
        ids = {one.id for one in people}
        taken = Counter(key for one, key in self.present.items() if one not in ids)
        return problem_of(
            self.kind,
            self.aims,
            people,
            [_container(one, taken[one.key]) for one in self.holders],
            together=self._sets(Relation.KEEP),
            apart=self._sets(Relation.PART),
            pins=self._pins(ids),
            present={one: key for one, key in sorted(self.present.items()) if one in ids},
            stay=stay,
        )

    def _pins(self, ids: set[int]) -> dict[int, str]:
        """Who must be where: those held, whoever leads a bus, and groups whose visits give them one."""
        riding = {
            one.id: self.rides[one.group]
            for one in self.members
            if self.aims.follow_rides and one.group in self.rides and one.id in ids
        }
        leading = {one.leader_id: one.key for one in self.holders if one.leader_id in ids}
        held = {one: self.present[one] for one in sorted(self.pinned & ids)}
        return riding | {number: key for number, key in leading.items() if number is not None} | held

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
