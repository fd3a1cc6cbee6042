"""What an organiser ticks for a kind of container, and the problem that comes of it."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from trainingmgr.domain.arrangement.model import (
    Answer,
    ArrangementKind,
    Container,
    Problem,
    Someone,
    Trait,
)
from trainingmgr.domain.refusal import Refusal

_SPREAD_WEIGHTS = {
    Trait.SEX: 6,
    Trait.LEVEL: 4,
    Trait.REGION: 3,
    Trait.CATEGORY: 2,
    Trait.UNIT: 2,
    Trait.GROUP: 2,
}
_GATHER_WEIGHTS = {Trait.REGION: 4, Trait.GROUP: 2, Trait.UNIT: 1}
_EVEN = 20
_ROOM = 10

SPREADABLE: dict[ArrangementKind, tuple[Trait, ...]] = {
    ArrangementKind.GROUP: (Trait.REGION, Trait.SEX, Trait.LEVEL, Trait.CATEGORY, Trait.UNIT),
    ArrangementKind.BUS: (),
    ArrangementKind.ROOM: (Trait.REGION,),
    ArrangementKind.TABLE: (Trait.LEVEL, Trait.REGION, Trait.SEX),
}
"""By what people may be spread over containers of a kind."""

GATHERABLE: dict[ArrangementKind, tuple[Trait, ...]] = {
    ArrangementKind.GROUP: (),
    ArrangementKind.BUS: (Trait.GROUP, Trait.UNIT),
    ArrangementKind.ROOM: (Trait.REGION, Trait.UNIT, Trait.GROUP),
    ArrangementKind.TABLE: (Trait.GROUP, Trait.UNIT),
}
"""By what people may be gathered in one container of a kind."""


class Aims(msgspec.Struct, frozen=True):
    """The wishes that are ticked. `alone_to` gives single rooms to ranks down to that one, `asked_alone` to whoever
    asked for one on registration. With `follow_rides` a group rides in the bus that all its visits give it.
    """

    spread: tuple[Trait, ...] = ()
    gather: tuple[Trait, ...] = ()
    alone_to: int | None = None
    asked_alone: bool = False
    follow_rides: bool = False

    def check(self, kind: ArrangementKind) -> None:
        """Raises Refusal `arrangement.both_ways` (trait) where people are to be spread and gathered by one trait."""
        both = set(self.spread).intersection(self.gather)
        if both:
            raise Refusal("arrangement.both_ways", trait=min(both).value)
        if not set(self.spread) <= set(SPREADABLE[kind]) or not set(self.gather) <= set(GATHERABLE[kind]):
            raise Refusal("arrangement.no_such_wish")


FIRST_AIMS: dict[ArrangementKind, Aims] = {
    ArrangementKind.GROUP: Aims(spread=(Trait.REGION, Trait.SEX, Trait.LEVEL)),
    ArrangementKind.BUS: Aims(gather=(Trait.GROUP,), follow_rides=True),
    ArrangementKind.ROOM: Aims(gather=(Trait.REGION, Trait.UNIT)),
    ArrangementKind.TABLE: Aims(spread=(Trait.LEVEL,)),
}
"""What is ticked while nobody has chosen."""


def problem_of(
    kind: ArrangementKind,
    aims: Aims,
    people: Sequence[Someone],
    containers: Sequence[Container],
    *,
    together: Sequence[frozenset[int]] = (),
    apart: Sequence[frozenset[int]] = (),
    pins: Mapping[int, str] | None = None,
    present: Mapping[int, str] | None = None,
    stay: bool = True,
) -> Problem:
    """What is ticked, with its weights: sizes of groups before sexes, sexes before ranks, ranks before regions.

    As few rooms are used as can be.
    """
    gather = {trait: _GATHER_WEIGHTS[trait] for trait in aims.gather}
    return Problem(
        people=people,
        containers=containers,
        together=together,
        apart=apart,
        pins=pins or {},
        present=present or {},
        spread={trait: _SPREAD_WEIGHTS[trait] for trait in aims.spread},
        gather=gather,
        one_sex=kind is ArrangementKind.ROOM,
        even=_EVEN if kind is ArrangementKind.GROUP else 0,
        fewest=_ROOM - sum(gather.values()) if kind is ArrangementKind.ROOM else 0,
        stay=stay,
    )


class Proposal(msgspec.Struct, frozen=True):
    """An answer that waits for a word. `basis` tells whether anything that it was made from has changed since."""

    answer: Answer
    basis: str
    stay: bool
    before: dict[int, str] = {}


def basis_of(problem: Problem) -> str:
    """A short text that differs as soon as anything in the problem does."""
    plain = msgspec.to_builtins(problem, str_keys=True, order="deterministic")
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()[:32]


def write(value: Aims | Proposal) -> dict[str, object]:
    """As plain data for the database."""
    plain: dict[str, object] = msgspec.to_builtins(value, str_keys=True)
    return plain


def read_aims(kind: ArrangementKind, plain: object) -> Aims:
    """Aims as they were written; the first ones where there are none."""
    return msgspec.convert(plain, Aims) if plain else FIRST_AIMS[kind]


def read_proposal(plain: object) -> Proposal:
    """A proposal as it was written."""
    return msgspec.convert(plain, Proposal, str_keys=True)
