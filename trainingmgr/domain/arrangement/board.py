"""An arrangement while it is made: who is where, what it costs, and what a step would change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from trainingmgr.domain.arrangement.model import Container, Problem, Trait

Block = tuple[int, ...]
"""People by their position who go into one container together."""


@dataclass(frozen=True, slots=True)
class Feature:
    """The people of one value of a trait. Spread ones have how many are fair in each container."""

    trait: Trait
    value: str
    weight: int
    people: tuple[int, ...]
    least: tuple[int, ...] = ()
    most: tuple[int, ...] = ()

    @property
    def spread(self) -> bool:
        return bool(self.most)


def shares(containers: Sequence[Container], people: int) -> tuple[list[int], list[int]]:
    """How many of so many people are at least and at most fair in each container, by its places."""
    sizes = [1 if one.places is None else one.places for one in containers]
    if any(one.places is None for one in containers):
        sizes = [1] * len(containers)
    whole = sum(sizes) or 1
    return [people * size // whole for size in sizes], [-(-people * size // whole) for size in sizes]


def features(problem: Problem) -> list[Feature]:
    """Every value that is spread or gathered, with its people by position."""
    found = []
    for trait, weight in (*problem.spread.items(), *problem.gather.items()):
        by_value: dict[str, list[int]] = {}
        for at, one in enumerate(problem.people):
            if value := one.traits.get(trait):
                by_value.setdefault(value, []).append(at)
        for value, people in sorted(by_value.items()):
            if trait in problem.spread:
                least, most = shares(problem.containers, len(people))
                found.append(Feature(trait, value, weight, tuple(people), tuple(least), tuple(most)))
            else:
                found.append(Feature(trait, value, weight, tuple(people)))
    return found


class Board:
    """People and containers by position. `cost` is what wishes cost, `moves` how many left their container.

    A gathered value costs its weight for each container that holds any of it.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.size, self.containers = len(problem.people), len(problem.containers)
        self.position = {one.id: at for at, one in enumerate(problem.people)}
        at_key = {one.key: at for at, one in enumerate(problem.containers)}
        self.places = [self.size if one.places is None else one.places for one in problem.containers]
        self._largest = sorted(self.places, reverse=True)
        self.pin = self._by_position(problem.pins, at_key)
        self.present = self._by_position(problem.present, at_key)
        self.blocks = self._blocks()
        self.block_at = {at: block for block in self.blocks for at in block}
        self.features = features(problem)
        self._of: list[list[int]] = [[] for _one in problem.people]
        for number, feature in enumerate(self.features):
            for at in feature.people:
                self._of[at].append(number)
        self.foes: list[list[int]] = [[] for _one in problem.people]
        for group in problem.apart:
            members = [self.position[one] for one in group if one in self.position]
            for at in members:
                self.foes[at] += [other for other in members if other != at]
        self.sex = [one.traits.get(Trait.SEX, "") for one in problem.people]
        self.alone = [one.alone for one in problem.people]
        self.least, self.most = shares(problem.containers, self.size)
        self.where: list[int | None] = [None] * self.size
        self.inside: list[list[int]] = [[] for _one in problem.containers]
        self._counts = [[0] * self.containers for _one in self.features]
        self.cost = problem.even * sum(self.least)
        self.cost += sum(one.weight * sum(one.least) for one in self.features)
        self.moves = 0
        self.least_moves = max(problem.least_moves, self._forced_moves())
        self._most = _most_cost(problem)

    @property
    def price(self) -> int:
        """Moves and wishes in one number: with `stay` moves weigh more than all wishes, else less than any."""
        return self.priced(self.cost, self.moves)

    def priced(self, cost: int, moves: int) -> int:
        """The same for a cost and a number of moves."""
        return moves * self._most + cost if self.problem.stay else cost * (self.size + 1) + moves

    @property
    def least_price(self) -> int:
        """A price that nothing can be under, by counting alone and by `least_moves`, as far as that is known."""
        return self.priced(self.floor, self.least_moves)

    def _forced_moves(self) -> int:
        """How many are pinned elsewhere than they are."""
        pairs = zip(self.pin, self.present, strict=True)
        return sum(pin is not None and home is not None and pin != home for pin, home in pairs)

    def copied(self, problem: Problem) -> "Board":
        """The same people in the same containers, under other wishes."""
        other = Board(problem)
        for block in self.blocks:
            home = self.where[block[0]]
            if home is not None:
                other.put(block, home)
        return other

    def pinned_to(self, block: Block) -> int | None:
        """Where the block must be, if one of it is pinned."""
        return next((self.pin[at] for at in block if self.pin[at] is not None), None)

    def keys(self) -> dict[int, str]:
        """Everybody's container, by their ids."""
        containers = self.problem.containers
        return {
            self.problem.people[at].id: containers[home].key
            for at, home in enumerate(self.where)
            if home is not None
        }

    def _by_position(self, keys: Mapping[int, str], at_key: dict[str, int]) -> list[int | None]:
        found: list[int | None] = [None] * self.size
        for number, key in keys.items():
            if number in self.position:
                found[self.position[number]] = at_key.get(key)
        return found

    def _blocks(self) -> list[Block]:
        above = list(range(self.size))

        def top(at: int) -> int:
            while above[at] != at:
                above[at] = above[above[at]]
                at = above[at]
            return at

        for group in self.problem.together:
            members = [self.position[one] for one in group if one in self.position]
            for other in members[1:]:
                above[top(other)] = top(members[0])
        found: dict[int, list[int]] = {}
        for at in range(self.size):
            found.setdefault(top(at), []).append(at)
        return [tuple(members) for members in found.values()]

    def fits(self, block: Block, container: int) -> bool:
        """Whether every demand allows the block to join those who are in the container."""
        inside = self.inside[container]
        if len(inside) + len(block) > self.places[container]:
            return False
        crowd = len(inside) + len(block) > 1
        for at in block:
            if self.pin[at] is not None and self.pin[at] != container:
                return False
            if self.alone[at] and crowd:
                return False
            if any(self.where[foe] == container or foe in block for foe in self.foes[at]):
                return False
            if self.problem.one_sex and self.sex[at] != self.sex[block[0]]:
                return False
        if not inside:
            return True
        if self.problem.one_sex and self.sex[inside[0]] != self.sex[block[0]]:
            return False
        return not self.alone[inside[0]]

    def put(self, block: Block, container: int) -> None:
        """Put the block into the container."""
        for at in block:
            self._step(at, container, 1)
            self.where[at] = container
            self.inside[container].append(at)

    def take(self, block: Block) -> int:
        """Take the block out of its container, which is given back."""
        container = self.where[block[0]]
        if container is None:
            raise ValueError("the block is in no container")
        for at in block:
            self.inside[container].remove(at)
            self._step(at, container, -1)
            self.where[at] = None
        return container

    def _step(self, at: int, container: int, way: int) -> None:
        """Count a person in (1) or out (-1); `inside` does not hold them at this moment."""
        problem, cost = self.problem, 0
        for number in self._of[at]:
            feature, counts = self.features[number], self._counts[number]
            before = counts[container]
            counts[container] = after = before + way
            if feature.most:
                least, most = feature.least[container], feature.most[container]
                change = _off(after, least, most) - _off(before, least, most)
            else:
                change = (after > 0) - (before > 0)
            cost += feature.weight * change
        others = len(self.inside[container])
        if problem.even:
            least, most = self.least[container], self.most[container]
            with_one, without = _off(others + 1, least, most), _off(others, least, most)
            cost += way * problem.even * (with_one - without)
        if not others:
            cost += way * problem.fewest
        self.cost += cost
        home = self.present[at]
        if home is not None and home != container:
            self.moves += way

    def fewest(self, people: int) -> int:
        """How few containers hold so many people."""
        needed = 0
        for size in self._largest:
            if people <= 0:
                break
            people -= size
            needed += 1
        return needed

    def change_of_swap(self, one: int, other: int) -> int:
        """By how much the price would change if two people, each in a container, changed places."""
        here, there = self.where[one], self.where[other]
        if here is None or there is None:
            raise ValueError("somebody is in no container")
        mine, theirs, cost = self._of[one], self._of[other], 0
        for leaving, arriving, from_ in ((mine, theirs, here), (theirs, mine, there)):
            to = there if from_ == here else here
            for number in leaving:
                if number not in arriving:
                    cost += self._change(number, from_, to)
        moves = sum(
            (home != after) - (home != before)
            for home, before, after in ((self.present[one], here, there), (self.present[other], there, here))
            if home is not None
        )
        return self.priced(cost, moves)

    def _change(self, number: int, from_: int, to: int) -> int:
        """What it costs that one of a feature's people goes from one container to another."""
        feature, counts = self.features[number], self._counts[number]
        left, right = counts[from_], counts[to]
        if not feature.most:
            return feature.weight * ((right == 0) - (left == 1))
        least, most = feature.least, feature.most
        return feature.weight * (
            _off(left - 1, least[from_], most[from_])
            - _off(left, least[from_], most[from_])
            + _off(right + 1, least[to], most[to])
            - _off(right, least[to], most[to])
        )

    def counts(self, number: int) -> list[int]:
        """How many of a feature's people each container holds."""
        return self._counts[number]

    def unplaced(self) -> Iterator[Block]:
        """The blocks that are in no container."""
        return (block for block in self.blocks if self.where[block[0]] is None)

    @cached_property
    def floor(self) -> int:
        """A cost that no arrangement can be under, by counting alone."""
        paid = self.problem.fewest * self._containers_for(range(self.size))
        for feature in self.features:
            if not feature.spread:
                paid += feature.weight * self._containers_for(feature.people)
        return paid

    def _containers_for(self, people: Iterable[int]) -> int:
        """How few containers hold these people, each sex on its own where that is asked, loners by themselves."""
        needed, parts = 0, Counter[str]()
        for at in people:
            if self.alone[at]:
                needed += 1
            else:
                parts[self.sex[at] if self.problem.one_sex else ""] += 1
        return needed + sum(self.fewest(number) for number in parts.values())


def _most_cost(problem: Problem) -> int:
    """More than all wishes together can cost."""
    weights = sum((*problem.spread.values(), *problem.gather.values(), problem.even))
    people, containers = len(problem.people), len(problem.containers)
    return 2 * people * weights + containers * (problem.fewest + 2 * weights) + 1


def _off(number: int, least: int, most: int) -> int:
    return number - most if number > most else least - number if number < least else 0
