"""What is arranged: people into containers of one kind, by demands that must hold and wishes that cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class ArrangementKind(StrEnum):
    """What people are put into."""

    GROUP = "group"
    BUS = "bus"
    ROOM = "room"
    TABLE = "table"


class Relation(StrEnum):
    """A demand on certain people: in one container, in different ones, each by themselves."""

    KEEP = "keep"
    PART = "part"
    ALONE = "alone"


class Trait(StrEnum):
    """What people may be spread over containers by, or gathered in one."""

    REGION = "region"
    UNIT = "unit"
    SEX = "sex"
    LEVEL = "level"
    CATEGORY = "category"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Someone:
    """One person. A trait that is not known is left out of `traits`; `alone` asks for a container of one's own."""

    id: int
    traits: Mapping[Trait, str] = field(default_factory=dict)
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A group, bus, room or table; `places` None is no limit."""

    key: str
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """People and containers of one kind, with all that is asked.

    Demands: places, `one_sex` in a container, `together`, `apart` (nobody of a set with another of it), `pins`
    and whoever is to be alone. Wishes: `spread` and `gather` say how much each trait weighs, `even` that all
    containers are filled alike, `fewest` what a container in use costs. `present` is where people are now;
    with `stay` nobody is moved for the sake of a wish. That `least_moves` have to move is known already.
    """

    people: Sequence[Someone]
    containers: Sequence[Container]
    together: Sequence[frozenset[int]] = ()
    apart: Sequence[frozenset[int]] = ()
    pins: Mapping[int, str] = field(default_factory=dict)
    present: Mapping[int, str] = field(default_factory=dict)
    spread: Mapping[Trait, int] = field(default_factory=dict)
    gather: Mapping[Trait, int] = field(default_factory=dict)
    one_sex: bool = False
    even: int = 0
    fewest: int = 0
    stay: bool = True
    least_moves: int = 0


class Status(StrEnum):
    """How good an answer is: proven the best, good without a proof, impossible, or none found in time."""

    BEST = "best"
    GOOD = "good"
    IMPOSSIBLE = "impossible"
    NONE_FOUND = "none_found"


class Engine(StrEnum):
    """What found the answer: improving step by step, or OR-Tools."""

    STEPS = "steps"
    CP_SAT = "cp_sat"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why people cannot be placed: a code with values; `people` are those whom it is about."""

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that is not met: too many or too few of one value in a container, or a value in too many of them."""

    code: str
    trait: Trait
    value: str
    container: str = ""
    have: int = 0
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Where everybody is put. `moved` are those who were elsewhere before; `cost` and `bound` are what is paid
    for wishes, and what must be paid at least; `moves_proven` that nobody could do with moving fewer."""

    status: Status
    engine: Engine
    placed: Mapping[int, str] = field(default_factory=dict)
    moved: tuple[int, ...] = ()
    cost: int = 0
    bound: int = 0
    moves_proven: bool = False
    unmet: tuple[Unmet, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def gap(self) -> float:
        """The share of the cost that a better answer could save at most."""
        return (self.cost - self.bound) / self.cost if self.cost > self.bound else 0.0
