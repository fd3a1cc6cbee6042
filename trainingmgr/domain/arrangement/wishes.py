"""Which wishes an arrangement leaves unmet."""

from collections.abc import Iterator

from trainingmgr.domain.arrangement.board import Board
from trainingmgr.domain.arrangement.model import Problem, Trait, Unmet


def unmet(board: Board) -> Iterator[Unmet]:
    """Values that a container has too many or too few of, and gathered ones that are scattered more than places ask.

    Of a trait that is gathered in rooms, those rooms are named that hold more than one value.
    """
    keys = [one.key for one in board.problem.containers]
    mixed: dict[tuple[Trait, int], list[str]] = {}
    for number, feature in enumerate(board.features):
        counts = board.counts(number)
        if feature.spread:
            for container, have in enumerate(counts):
                least, most = feature.least[container], feature.most[container]
                if not least <= have <= most:
                    yield Unmet("uneven", feature.trait, feature.value, keys[container], have, least, most)
            continue
        for container, have in enumerate(counts):
            if have:
                mixed.setdefault((feature.trait, container), []).append(feature.value)
        if not board.problem.fewest:
            scattered, least = sum(map(bool, counts)), board.fewest(len(feature.people))
            if scattered > least:
                yield Unmet("scattered", feature.trait, feature.value, "", scattered, least, least)
    if board.problem.fewest:
        for (trait, container), values in sorted(mixed.items(), key=lambda one: (one[0][1], one[0][0])):
            if len(values) > 1:
                yield Unmet("mixed", trait, " / ".join(values), keys[container], len(values), 1, 1)


def standing(problem: Problem) -> Board:
    """The board as people are now; whoever fits nowhere by the demands is left out."""
    board = Board(problem)
    for at in range(board.size):
        home = board.present[at]
        if home is not None and len(board.inside[home]) < board.places[home]:
            board.put((at,), home)
    return board
